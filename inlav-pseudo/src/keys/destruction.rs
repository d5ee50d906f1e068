//! The end of a key, with a proof.
//!
//! In this order, so that a process that is killed can be run again and comes to the same end: the
//! proof is signed and written beside its place; the audit log says so; the secret part of the file is
//! overwritten in its place and synced; the proof gets its name; the file is removed. On a solid-state
//! disk or in a backup a copy may outlive that: `docs/KEYS.md` says what to do about it.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use inlav_core::exchange::{Destruction, DestructionProof, FORMAT_VERSION, SIGNATURE_ALGORITHM, canonical};
use inlav_core::language::Language;
use inlav_core::programme::ProjectId;
use inlav_core::text::is_unprintable;
use inlav_core::whole::{Access, Existing, WholeError, WholeFile};

use super::error::OpenKeyError;
use super::file;
use super::label::KeyId;
use super::root::KeyFileHeader;
use crate::audit_log::{Action, KeyNote, Remark};

mod signer;

pub use signer::{Destroyer, Witness};

/// A key cannot be destroyed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DestroyError {
    /// The file is not a key file of this programme.
    #[error(transparent)]
    Open(#[from] OpenKeyError),
    /// The key id that the person gave is not that of the file.
    #[error("{} holds key {found}, which is not the one to be destroyed; it is left as it is", path.display())]
    OtherKey {
        /// The key file.
        path: PathBuf,
        /// The key that it holds.
        found: KeyId,
    },
    /// The name of who destroys the key cannot stand in a proof.
    #[error("the name of who destroys the key must be one line of visible characters")]
    Actor,
    /// The operating system refused. Run the command again.
    #[error("cannot overwrite and remove {}: {source}; the key is not destroyed yet", path.display())]
    Remove {
        /// The key file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The proof cannot be written. If the key is overwritten already, running the command again writes it.
    #[error(transparent)]
    Proof(#[from] WholeError),
}

/// A proof of destruction does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The file is no proof of this version.
    #[error("this is not a proof that a key was destroyed")]
    Form,
    /// The public key is not one, or has not the id that its file states.
    #[error("the public key is damaged or made up")]
    PublicKey,
    /// It was signed with another key than this one, or by somebody else than its owner.
    #[error("the proof is not signed with this key")]
    OtherSigner,
    /// Something of it was changed.
    #[error("the signature does not fit: the proof was changed")]
    Signature,
}

/// What a key file tells of the key that is to be destroyed, also if a destruction was broken off.
///
/// # Errors
/// [`OpenKeyError`].
pub fn destroyed_header(path: &Path) -> Result<KeyFileHeader, OpenKeyError> {
    let file::Header { label, id, cost, .. } = file::header_even_erased(path)?;
    Ok(KeyFileHeader { label, id, cost })
}

/// A key that is to be destroyed: the proof is signed and has room on the disk, and nothing else has
/// happened yet, so that it can be written down first.
#[derive(Debug)]
pub struct Destroying {
    path: PathBuf,
    proof: DestructionProof,
    /// The proof beside its place; `None` if an earlier run put it there.
    file: Option<WholeFile>,
}

/// Longer than the longest proof.
const LONGEST_PROOF: u64 = 64 * 1024;

/// Who destroys a key, why, and when.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Name of the person.
    pub actor: &'a str,
    /// Why.
    pub reason: &'a Remark,
    /// When, UTC, RFC 3339.
    pub time: &'a str,
}

impl Destroying {
    /// Signs the proof that the key in a file is destroyed, if it is key `confirmed` of this programme; it is
    /// to stand at `place`, where the proof of an earlier run that was broken off may be.
    ///
    /// # Errors
    /// [`DestroyError`]; nothing was done.
    pub fn begin(
        path: &Path,
        confirmed: KeyId,
        project: ProjectId,
        signer: &Destroyer,
        order: &Order<'_>,
        place: &Path,
    ) -> Result<Self, DestroyError> {
        if order.actor.trim().is_empty() || order.actor.chars().any(is_unprintable) {
            return Err(DestroyError::Actor);
        }
        let KeyFileHeader { label, id, .. } = destroyed_header(path)?;
        if label.project != project {
            return Err(OpenKeyError::Project { path: path.to_owned() }.into());
        }
        if id != confirmed {
            return Err(DestroyError::OtherKey { path: path.to_owned(), found: id });
        }
        let destruction = Destruction {
            actor: order.actor.to_owned(),
            epoch: label.epoch,
            format: FORMAT_VERSION,
            key: id.to_string(),
            key_site: label.site,
            project_id: project,
            reason: order.reason.as_str().to_owned(),
            role: label.role.name().to_owned(),
            site: signer.site().cloned(),
            time: order.time.to_owned(),
        };
        let signature = signer.sign(&destruction);
        let made = DestructionProof { destruction, signature };
        let path = path.to_owned();
        if let Some(proof) = earlier(place, &made, &signer.witness())? {
            return Ok(Self { path, proof, file: None });
        }
        let mut file = WholeFile::create(place, Access::Shared, Existing::Refuse)?;
        let io = |source| WholeError::Io { path: place.to_owned(), source };
        file.write_all(&canonical(&made)).map_err(io)?;
        Ok(Self { path, proof: made, file: Some(file) })
    }

    /// What an audit log says of it; to be written before [`Self::finish`].
    #[must_use]
    pub fn entry(&self, order: &Order<'_>) -> Action {
        let Destruction { epoch, key, role, .. } = &self.proof.destruction;
        Action::KeyDestroyed {
            key: KeyNote { epoch: *epoch, key: key.clone(), role: role.clone() },
            reason: order.reason.clone(),
            signature: self.proof.signature.signature.clone(),
            signed_by: self.proof.signature.key_id.clone(),
        }
    }

    /// Destroys the key and puts the proof in its place.
    ///
    /// # Guarantee
    /// Killed or refused at any point, beginning anew comes to the same end, with the first proof that
    /// was written. Test `a_destruction_that_was_broken_off_is_run_again`.
    ///
    /// # Errors
    /// [`DestroyError`].
    pub fn finish(self) -> Result<DestructionProof, DestroyError> {
        let Self { path, proof, file } = self;
        let refused = |source| DestroyError::Remove { path: path.clone(), source };
        file::erase(&path).map_err(refused)?;
        file.map_or(Ok(()), WholeFile::finish)?;
        std::fs::remove_file(&path).map_err(refused)?;
        Ok(proof)
    }
}

/// The proof that an earlier run put in its place before it was broken off.
///
/// # Errors
/// [`WholeError`] if something else is there.
fn earlier(
    place: &Path,
    made: &DestructionProof,
    signer: &Witness,
) -> Result<Option<DestructionProof>, WholeError> {
    let mut bytes = Vec::new();
    match File::open(place).and_then(|file| file.take(LONGEST_PROOF).read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(WholeError::Io { path: place.to_owned(), source }),
    }
    let of_this_key = |proof: &DestructionProof| {
        let (old, new) = (&proof.destruction, &made.destruction);
        (&old.key, &old.role, old.project_id) == (&new.key, &new.role, new.project_id)
    };
    let proof = verify_destruction(&bytes, signer).ok().filter(of_this_key);
    proof.map(Some).ok_or_else(|| WholeError::Exists { path: place.to_owned() })
}

/// Checks a proof with the public key of the PUA or the linkage custodian that destroyed the key.
///
/// # Guarantee
/// A proof of which any bit was changed, or that somebody else signed, does not hold; a signature of
/// a manifest is none of a proof; a public key that goes under another key's id is none. Tests
/// `a_proof_of_which_a_bit_was_changed_does_not_hold` and `a_made_up_public_key_vouches_for_nothing`.
///
/// # Errors
/// [`ProofError`].
pub fn verify_destruction(bytes: &[u8], public: &Witness) -> Result<DestructionProof, ProofError> {
    let proof: DestructionProof = serde_json::from_slice(bytes).map_err(|_| ProofError::Form)?;
    let DestructionProof { destruction, signature } = &proof;
    let version = (destruction.format, signature.format, signature.algorithm.as_str());
    if version != (FORMAT_VERSION, FORMAT_VERSION, SIGNATURE_ALGORITHM) || canonical(&proof) != bytes {
        return Err(ProofError::Form);
    }
    let Destruction { actor, key, reason, role, time, .. } = destruction;
    if [actor, key, reason, role, time].iter().any(|text| text.chars().any(is_unprintable)) {
        return Err(ProofError::Form);
    }
    if !public.is_of(destruction, signature) {
        return Err(ProofError::OtherSigner);
    }
    let mut signed = [0; 64];
    hex::decode_to_slice(&signature.signature, &mut signed).map_err(|_| ProofError::Signature)?;
    if hex::encode(signed) != signature.signature {
        return Err(ProofError::Signature);
    }
    public.verify(destruction, &ed25519_dalek::Signature::from_bytes(&signed))?;
    Ok(proof)
}

impl DestroyError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Open(error)) => error.text(language),
            (Language::It, Self::OtherKey { path, found }) => format!(
                "{} contiene la chiave {found}, che non è quella da distruggere; resta com'è",
                path.display()
            ),
            (Language::It, Self::Actor) => {
                "il nome di chi distrugge la chiave deve stare su una riga di caratteri visibili".to_owned()
            }
            (Language::It, Self::Remove { path, source }) => format!(
                "impossibile sovrascrivere e cancellare {}: {}; la chiave non è ancora distrutta",
                path.display(),
                language.refusal(source)
            ),
            (Language::It, Self::Proof(error)) => error.text(language),
        }
    }
}

impl ProofError {
    /// What is wrong, in English as it is displayed.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::It, Self::Form) => {
                "questo non è un attestato che una chiave è stata distrutta".to_owned()
            }
            (Language::It, Self::PublicKey) => "la chiave pubblica è danneggiata o inventata".to_owned(),
            (Language::It, Self::OtherSigner) => "l'attestato non è firmato con questa chiave".to_owned(),
            (Language::It, Self::Signature) => {
                "la firma non va bene: l'attestato è stato cambiato".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests;
