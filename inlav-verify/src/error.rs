//! Why an extract, relinked tokens or a public key are refused.

use std::path::PathBuf;

use inlav_core::language::Language;
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
        what: Document,
    },
    /// Written by a newer or older program.
    #[error("{} has {what} that this program does not know", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What is not known.
        what: Novelty,
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
        expected: Expected,
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

/// A document that travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Document {
    /// What an extract or relinked tokens say of themselves.
    #[error("manifest")]
    Manifest,
    /// The same in the one spelling that is signed.
    #[error("manifest in canonical form")]
    CanonicalManifest,
    /// The signature of a manifest.
    #[error("signature")]
    Signature,
    /// The public key of a PUA or of the custodian.
    #[error("public key")]
    PublicKey,
}

/// Something of a document that only another version of the program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Novelty {
    /// How it is written or computed.
    #[error("a format or algorithm")]
    Format,
    /// What it speaks of.
    #[error("a table or file name")]
    Name,
}

/// Who should have signed a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Expected {
    /// A PUA.
    #[error("a PUA")]
    Site,
    /// The linkage custodian.
    #[error("the programme's custodian")]
    Custodian,
}

impl VerifyError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::It => self.italian(),
            Language::En => self.to_string(),
        }
    }

    /// No arm for "all others": a new error does not compile without its Italian.
    fn italian(&self) -> String {
        match self {
            Self::Io { path, source } => {
                format!("impossibile leggere {}: {}", path.display(), Language::It.refusal(source))
            }
            Self::Form { path, what } => format!("{} non è {}", path.display(), what.italian()),
            Self::Unknown { path, what } => {
                format!("{} ha {} che questo programma non conosce", path.display(), what.italian())
            }
            Self::NoKeys { path } => format!("in {} non ci sono chiavi pubbliche (*.pub)", path.display()),
            Self::UntrustedKey { path } => {
                format!("la firma in {} è di una chiave che non è registrata", path.display())
            }
            Self::Signature { path } => format!(
                "la firma di {} non va bene: il manifesto o la sua firma sono stati cambiati",
                path.display()
            ),
            Self::OtherSite { path, named, signer } => {
                format!("{} dice di essere di {named}, ma la firma è di {signer}", path.display())
            }
            Self::OtherRole { path, expected } => {
                format!("{} non è la firma {}", path.display(), expected.italian())
            }
            Self::Content { path } => format!(
                "{} non è il file che è stato firmato: è stato cambiato, tagliato o scambiato",
                path.display()
            ),
            Self::ExtraFile { path } => {
                format!("il manifesto non nomina {}; in un estratto non può esserci altro", path.display())
            }
            Self::Parquet { path } => {
                format!("{} non è un file Parquet come lo descrive il manifesto", path.display())
            }
            Self::Column { path, position } => {
                format!("{} ha, al posto {position}, una colonna che nessuna policy ammette", path.display())
            }
            Self::Tokens { path } => format!(
                "{} non nomina i codici di collegamento (token) come vuole il suo modo",
                path.display()
            ),
            Self::OtherExtract { path, site } => {
                format!("i codici di collegamento in {} sono di un altro estratto di {site}", path.display())
            }
        }
    }
}

impl Document {
    const fn italian(self) -> &'static str {
        match self {
            Self::Manifest => "un manifesto valido",
            Self::CanonicalManifest => "un manifesto in forma canonica",
            Self::Signature => "una firma valida",
            Self::PublicKey => "una chiave pubblica valida",
        }
    }
}

impl Novelty {
    const fn italian(self) -> &'static str {
        match self {
            Self::Format => "un formato o un algoritmo",
            Self::Name => "il nome di una tabella o di un file",
        }
    }
}

impl Expected {
    const fn italian(self) -> &'static str {
        match self {
            Self::Site => "di un PUA",
            Self::Custodian => "del custode del programma",
        }
    }
}
