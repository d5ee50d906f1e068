//! Why an extract, relinked tokens or a public key are refused.

use std::path::PathBuf;

use inlav_core::programme::SiteId;

/// An extract, relinked tokens or a public key are refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A manifest, signature or public key is not of the expected form.
    #[error("{} is not a valid {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// Written by a newer or older program.
    #[error("{} has {what} that this program does not know", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What is not known.
        what: &'static str,
    },
    /// There are no public keys where they were looked for.
    #[error("no public key (*.pub) in {}", path.display())]
    NoKeys {
        /// The folder.
        path: PathBuf,
    },
    /// The signing key is not registered.
    #[error("{} was signed with a key that is not registered", path.display())]
    UntrustedKey {
        /// The signature.
        path: PathBuf,
    },
    /// The signature does not fit the manifest.
    #[error("the signature of {} does not fit: the manifest or its signature was changed", path.display())]
    Signature {
        /// The manifest.
        path: PathBuf,
    },
    /// The key belongs to another PUA than the manifest names.
    #[error("{} names site {named}, but was signed with the key of {signer}", path.display())]
    OtherSite {
        /// The manifest.
        path: PathBuf,
        /// The site in the manifest.
        named: SiteId,
        /// The site of the key.
        signer: SiteId,
    },
    /// The key is a custodian's where a PUA's has to be, or the other way round.
    #[error("{} was not signed by {expected}", path.display())]
    OtherRole {
        /// The signature.
        path: PathBuf,
        /// Who should have signed.
        expected: &'static str,
    },
    /// A file is not the one that was signed.
    #[error("{} is not the file that was signed: it was changed, cut short or swapped", path.display())]
    Content {
        /// The file.
        path: PathBuf,
    },
    /// A file is in the folder that the manifest does not name.
    #[error("{} is not named by the manifest; nothing else may be in an extract", path.display())]
    ExtraFile {
        /// The file.
        path: PathBuf,
    },
    /// A file is not Parquet or has other rows than the manifest says.
    #[error("{} is not a Parquet file as the manifest describes it", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
    },
    /// A file has a column that no allowed policy makes.
    #[error("{} has a column in position {position} that no policy allows", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// Position of the column, from 1.
        position: usize,
    },
    /// The tokens are not as the linkage mode wants them: sealed in mode B, in the clear in mode A.
    #[error("{} does not name the tokens as its linkage mode wants them", path.display())]
    Tokens {
        /// The manifest.
        path: PathBuf,
    },
    /// Relinked tokens of another extract.
    #[error("the relinked tokens in {} are of another extract of {site}", path.display())]
    OtherExtract {
        /// The folder of the relinked tokens.
        path: PathBuf,
        /// The PUA.
        site: SiteId,
    },
}
