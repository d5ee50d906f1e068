//! The end of a key, with a proof.
//!
//! In this order, so that a process that is killed can be run again and comes to the same end: the
//! proof is signed; the audit log says so; the secret part of the file is overwritten in its place and synced; the proof
//! is written; the file is removed. On a solid-state disk or in a backup a copy may outlive that:
//! `docs/KEYS.md` says what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use inlav_core::exchange::{
    DESTRUCTION_SIGNING_CONTEXT, Destruction, DestructionProof, FORMAT_VERSION, PublicKeyFile,
    SIGNATURE_ALGORITHM, canonical,
};
use inlav_core::programme::ProjectId;
use inlav_core::whole::{self, Access, Existing, WholeError};

use super::error::OpenKeyError;
use super::file;
use super::label::KeyId;
use super::root::KeyFileHeader;
use super::signing::SigningKey;
use crate::audit_log::{Action, KeyNote, Remark};

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
    /// The operating system refused. Run the command again.
    #[error("cannot overwrite and remove {}: {source}; the key is not destroyed yet", path.display())]
    Remove {
        /// The key file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The proof cannot be written. The key is overwritten; run the command again.
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
    /// It was signed with another key than the PUA's.
    #[error("the proof is not signed with this PUA's key")]
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

/// A key that is to be destroyed: the proof is signed, and nothing has happened yet, so that it can
/// be written down first.
#[derive(Debug)]
pub struct Destroying {
    path: PathBuf,
    proof: DestructionProof,
    signer: PublicKeyFile,
}

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
    /// Signs the proof that the key in a file is destroyed, if it is key `confirmed` of this programme.
    ///
    /// # Errors
    /// [`DestroyError`].
    pub fn begin(
        path: &Path,
        confirmed: KeyId,
        project: ProjectId,
        signer: &SigningKey,
        order: &Order<'_>,
    ) -> Result<Self, DestroyError> {
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
            site: signer.site().clone(),
            time: order.time.to_owned(),
        };
        let signature = signer.sign_document(DESTRUCTION_SIGNING_CONTEXT, &canonical(&destruction));
        let proof = DestructionProof { destruction, signature };
        Ok(Self { path: path.to_owned(), proof, signer: signer.public_key() })
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

    /// Destroys the key and writes the proof to `proof`.
    ///
    /// # Guarantee
    /// Killed or refused at any point, beginning anew comes to the same end, with the first proof that
    /// was written. Test `a_destruction_that_was_broken_off_is_run_again`.
    ///
    /// # Errors
    /// [`DestroyError`].
    pub fn finish(self, proof: &Path) -> Result<DestructionProof, DestroyError> {
        let Self { path, proof: made, signer } = self;
        let earlier = match std::fs::read(proof) {
            Ok(bytes) => {
                Some(earlier(&bytes, &made, &signer).ok_or(WholeError::Exists { path: proof.to_owned() })?)
            }
            Err(_) => None,
        };
        let refused = |source| DestroyError::Remove { path: path.clone(), source };
        file::erase(&path).map_err(refused)?;
        if earlier.is_none() {
            whole::write(proof, &canonical(&made), Access::Shared, Existing::Refuse)?;
        }
        std::fs::remove_file(&path).map_err(refused)?;
        Ok(earlier.unwrap_or(made))
    }
}

/// The proof that an earlier run wrote before it was broken off.
fn earlier(bytes: &[u8], made: &DestructionProof, signer: &PublicKeyFile) -> Option<DestructionProof> {
    let proof = verify_destruction(bytes, signer).ok()?;
    let (old, new) = (&proof.destruction, &made.destruction);
    let same = (&old.key, &old.role, old.project_id) == (&new.key, &new.role, new.project_id);
    same.then_some(proof)
}

/// Checks a proof with the PUA's public key.
///
/// # Guarantee
/// A proof of which any bit was changed, or that another PUA signed, does not hold; a signature of
/// a manifest is none of a proof. Test `a_proof_of_which_a_bit_was_changed_does_not_hold`.
///
/// # Errors
/// [`ProofError`].
pub fn verify_destruction(bytes: &[u8], public: &PublicKeyFile) -> Result<DestructionProof, ProofError> {
    let proof: DestructionProof = serde_json::from_slice(bytes).map_err(|_| ProofError::Form)?;
    let DestructionProof { destruction, signature } = &proof;
    let version = (destruction.format, signature.format, signature.algorithm.as_str());
    if version != (FORMAT_VERSION, FORMAT_VERSION, SIGNATURE_ALGORITHM) || canonical(&proof) != bytes {
        return Err(ProofError::Form);
    }
    if destruction.site != public.site || signature.key_id != public.key_id {
        return Err(ProofError::OtherSigner);
    }
    let (mut key, mut signed) = ([0; 32], [0; 64]);
    hex::decode_to_slice(&public.public_key, &mut key).map_err(|_| ProofError::OtherSigner)?;
    hex::decode_to_slice(&signature.signature, &mut signed).map_err(|_| ProofError::Signature)?;
    if hex::encode(signed) != signature.signature {
        return Err(ProofError::Signature);
    }
    let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| ProofError::OtherSigner)?;
    let message = [DESTRUCTION_SIGNING_CONTEXT, &canonical(destruction)].concat();
    let signed = ed25519_dalek::Signature::from_bytes(&signed);
    key.verify_strict(&message, &signed).map_err(|_| ProofError::Signature)?;
    Ok(proof)
}

#[cfg(test)]
mod tests;
