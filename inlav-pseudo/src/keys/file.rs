//! The key file `.ilk`: one root under a passphrase.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `INLAVILK` |
//! | 1 | version, 1 |
//! | 1 | role ([`KeyRole::number`]) |
//! | 16 | project id |
//! | 1 + n | length and text of the PUA's identifier, empty for the linkage key |
//! | 4 | epoch, u32be, 0 if the role has none |
//! | 1 | key derivation, 1 = Argon2id |
//! | 12 | KiB of memory, passes, lanes, u32be each |
//! | 16 | salt |
//! | 8 | key id |
//! | 24 | nonce |
//! | 32 + 16 | root under XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) and tag, everything before as associated data |
//! | 32 | SHA-256 of everything before |
//!
//! The last digest tells a damaged file from a wrong passphrase; it protects nothing else.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

use chacha20poly1305::{AeadInOut as _, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use inlav_core::programme::{ProjectId, SiteId};
use inlav_core::whole::{Access, Existing, WholeError, WholeFile};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::cost::KdfCost;
use super::error::{CreateKeyError, OpenKeyError};
use super::framing::Cursor;
use super::label::{KeyId, KeyLabel, KeyRole};
use super::passphrase::Passphrase;
use super::root::RootKey;
use super::secret::Secret;

const MAGIC: &[u8; 8] = b"INLAVILK";
const VERSION: u8 = 1;
const ARGON2ID: u8 = 1;
/// More than the longest key file; what is longer is something else.
const LONGEST: u64 = 1024;

/// Draws a root and writes its key file, which must not exist.
///
/// # Guarantee
/// As for [`write`].
///
/// # Errors
/// [`CreateKeyError`]; nothing was written.
pub(super) fn create(
    path: &Path,
    label: &KeyLabel,
    passphrase: &Passphrase,
    cost: KdfCost,
) -> Result<Secret, CreateKeyError> {
    let key = RootKey::new(label.clone(), Secret::draw()?);
    write(path, &key, passphrase, cost, Existing::Refuse)?;
    Ok(key.into_secret())
}

/// Writes the key file of a root; before it takes the place of another one it is opened once.
///
/// # Guarantee
/// The file is whole or absent (or what was there before) and, on Unix, its owner's only (elsewhere
/// it has its folder's permissions). Without the passphrase it tells role, programme, site, epoch
/// and key id, nothing about the root. Tests `a_ring_is_whole_or_absent_and_private`,
/// `the_header_is_authenticated_even_if_the_digest_is_forged` and
/// `every_flipped_bit_is_named_as_damage`.
///
/// # Errors
/// [`CreateKeyError`]; nothing was written.
pub(super) fn write(
    path: &Path,
    key: &RootKey,
    passphrase: &Passphrase,
    cost: KdfCost,
    existing: Existing,
) -> Result<(), CreateKeyError> {
    if !passphrase.is_long_enough() {
        return Err(CreateKeyError::ShortPassphrase);
    }
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    getrandom::fill(&mut salt)?;
    getrandom::fill(&mut nonce)?;
    let mut file = WholeFile::create(path, Access::Private, existing)?;
    let header = Header { label: key.label().clone(), cost, salt, id: key.id(), nonce };
    let wrapping = cost.stretch(passphrase, &salt).map_err(|_| CreateKeyError::Memory)?;

    let mut bytes = header.bytes();
    // The root leaves its type to be encrypted in this copy, which is then ciphertext.
    let mut sealed = *key.secret().expose();
    let tag = cipher(&wrapping)
        .encrypt_inout_detached(&XNonce::from(nonce), &bytes, sealed.as_mut_slice().into())
        .expect("32 bytes are within the cipher's limits");
    bytes.extend_from_slice(&sealed);
    bytes.extend_from_slice(&tag);
    bytes.extend_from_slice(&Sha256::digest(&bytes));
    file.write_all(&bytes).map_err(|source| WholeError::Io { path: path.to_owned(), source })?;
    if existing == Existing::Replace {
        // An old key goes only when what was written opens.
        let back = read(file.path()).and_then(|bytes| parse(path, &bytes)?.open(path, passphrase));
        if !back.is_ok_and(|back| back.id() == key.id()) {
            return Err(CreateKeyError::ReadBack { path: path.to_owned() });
        }
    }
    file.finish()?;
    Ok(())
}

/// Opens a key file, whatever its role and PUA; it must be of this programme.
///
/// # Errors
/// [`OpenKeyError`]. Damage, limits and programme are looked at before any work is done on the
/// passphrase.
pub(super) fn open_any(
    path: &Path,
    project: ProjectId,
    passphrase: &Passphrase,
) -> Result<RootKey, OpenKeyError> {
    let bytes = read(path)?;
    let parts = parse(path, &bytes)?;
    if parts.header.label.project != project {
        return Err(OpenKeyError::Project { path: path.to_owned() });
    }
    parts.open(path, passphrase)
}

/// Opens a key file, which must hold a key of this role, programme and site.
///
/// # Errors
/// [`OpenKeyError`]. Damage, limits, role, programme and site are looked at before any work is
/// done on the passphrase.
pub(super) fn open(
    path: &Path,
    role: KeyRole,
    project: ProjectId,
    site: Option<&SiteId>,
    passphrase: &Passphrase,
) -> Result<(Secret, Header), OpenKeyError> {
    let bytes = read(path)?;
    let parts = parse(path, &bytes)?;
    parts.header.expect(path, role, project, site)?;

    let header = parts.header.clone();
    Ok((parts.open(path, passphrase)?.into_secret(), header))
}

/// What a key file tells without its passphrase: everything before the ciphertext.
#[derive(Clone)]
pub(super) struct Header {
    pub(super) label: KeyLabel,
    pub(super) id: KeyId,
    pub(super) cost: KdfCost,
    salt: [u8; 16],
    nonce: [u8; 24],
}

struct Parts<'a> {
    header: Header,
    associated: &'a [u8],
    sealed: [u8; 32],
    tag: Tag,
}

impl Parts<'_> {
    fn open(self, path: &Path, passphrase: &Passphrase) -> Result<RootKey, OpenKeyError> {
        let Self { header, associated, sealed, tag } = self;
        let wrapping = header
            .cost
            .stretch(passphrase, &header.salt)
            .map_err(|_| OpenKeyError::Memory { path: path.to_owned() })?;
        let root = Secret::fill(|root| {
            *root = sealed;
            let nonce = XNonce::from(header.nonce);
            cipher(&wrapping).decrypt_inout_detached(&nonce, associated, root.as_mut_slice().into(), &tag)
        })
        .map_err(|_| OpenKeyError::Passphrase { path: path.to_owned() })?;
        let key = RootKey::new(header.label, root);
        let fits = key.id().0.ct_eq(&header.id.0);
        if bool::from(fits) { Ok(key) } else { Err(damaged(path)) }
    }
}

/// What a key file tells without its passphrase.
///
/// # Errors
/// [`OpenKeyError`].
pub(super) fn header(path: &Path) -> Result<Header, OpenKeyError> {
    Ok(parse(path, &read(path)?)?.header)
}

/// Bytes at the end of a key file without which nobody gets at the root: ciphertext, tag, digest.
const ESSENTIAL: usize = 48 + 32;

/// As [`header`], also of a file that [`erase`] has been at.
///
/// # Errors
/// [`OpenKeyError`].
pub(super) fn header_even_erased(path: &Path) -> Result<Header, OpenKeyError> {
    let bytes = read(path)?;
    match bytes.split_last_chunk::<ESSENTIAL>() {
        Some((header, [0, rest @ ..])) if rest.iter().all(|byte| *byte == 0) => {
            let fields = Fields::parse(header).filter(|_| header.starts_with(MAGIC));
            let Fields { label, cost: [memory, passes, lanes], salt, id, nonce } =
                fields.ok_or_else(|| damaged(path))?;
            let cost = KdfCost::new(memory, passes, lanes).map_err(|_| damaged(path))?;
            Ok(Header { label, id, cost, salt, nonce })
        }
        _ => Ok(parse(path, &bytes)?.header),
    }
}

/// Overwrites what of a key file is secret with zeros, in its place on the disk.
///
/// # Errors
/// What the operating system said.
pub(super) fn erase(path: &Path) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    let length = file.metadata()?.len();
    let essential = u64::try_from(ESSENTIAL).unwrap_or(u64::MAX).min(length);
    file.seek(io::SeekFrom::Start(length.saturating_sub(essential)))?;
    file.write_all(&[0; ESSENTIAL])?;
    file.sync_all()
}

impl Header {
    fn bytes(&self) -> Vec<u8> {
        let site = self.label.site_text().as_bytes();
        let site_length = u8::try_from(site.len()).expect("a site identifier has at most 12 characters");
        [
            MAGIC.as_slice(),
            &[VERSION, self.label.role.number()],
            self.label.project.as_bytes(),
            &[site_length],
            site,
            &self.label.epoch.to_be_bytes(),
            &[ARGON2ID],
            &self.cost.bytes(),
            &self.salt,
            &self.id.0,
            &self.nonce,
        ]
        .concat()
    }

    fn expect(
        &self,
        path: &Path,
        role: KeyRole,
        project: ProjectId,
        site: Option<&SiteId>,
    ) -> Result<(), OpenKeyError> {
        let path = || path.to_owned();
        let label = &self.label;
        if label.role != role {
            return Err(OpenKeyError::Role { path: path(), expected: role, found: label.role });
        }
        if label.project != project {
            return Err(OpenKeyError::Project { path: path() });
        }
        if label.site.as_ref() != site {
            let (expected, found) = (site.cloned(), label.site.clone());
            return Err(OpenKeyError::Owner { path: path(), expected, found });
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, OpenKeyError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
        .map_err(|source| OpenKeyError::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// Takes a key file apart, damage first: every version ends with the digest.
fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Parts<'a>, OpenKeyError> {
    let longest = usize::try_from(LONGEST).unwrap_or(usize::MAX);
    if !bytes.starts_with(MAGIC) || bytes.len() > longest {
        return Err(OpenKeyError::NotAKeyFile { path: path.to_owned() });
    }
    let (content, digest) = bytes.split_last_chunk::<32>().ok_or_else(|| damaged(path))?;
    if Sha256::digest(content).as_slice() != digest {
        return Err(damaged(path));
    }
    match content.get(MAGIC.len()) {
        Some(&VERSION) => {}
        Some(&version) => return Err(OpenKeyError::Version { path: path.to_owned(), version }),
        None => return Err(damaged(path)),
    }
    let (associated, sealed) = content.split_last_chunk::<48>().ok_or_else(|| damaged(path))?;
    let fields = Fields::parse(associated).ok_or_else(|| damaged(path))?;
    let mut sealed = Cursor(sealed);
    let (root, tag) = sealed.array().zip(sealed.array::<16>()).ok_or_else(|| damaged(path))?;
    let [memory, passes, lanes] = fields.cost;
    let cost =
        KdfCost::new(memory, passes, lanes).map_err(|_| OpenKeyError::Cost { path: path.to_owned() })?;
    let Fields { label, salt, id, nonce, .. } = fields;
    Ok(Parts { header: Header { label, id, cost, salt, nonce }, associated, sealed: root, tag: tag.into() })
}

/// A header whose cost has not been compared with the limits.
struct Fields {
    label: KeyLabel,
    cost: [u32; 3],
    salt: [u8; 16],
    id: KeyId,
    nonce: [u8; 24],
}

impl Fields {
    /// Reads a header from magic to nonce; `None` if it does not have the form.
    fn parse(header: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(header);
        let _magic_and_version: [u8; 9] = cursor.array()?;
        let role = KeyRole::from_number(cursor.byte()?)?;
        let project = ProjectId::try_from(hex::encode(cursor.array::<16>()?)).ok()?;
        let site_length = usize::from(cursor.byte()?);
        let site = match std::str::from_utf8(cursor.slice(site_length)?).ok()? {
            "" => None,
            text => Some(text.parse().ok()?),
        };
        let label = KeyLabel { role, project, site, epoch: cursor.u32()? };
        if cursor.byte()? != ARGON2ID {
            return None;
        }
        let fields = Self {
            label,
            cost: [cursor.u32()?, cursor.u32()?, cursor.u32()?],
            salt: cursor.array()?,
            id: KeyId(cursor.array()?),
            nonce: cursor.array()?,
        };
        cursor.0.is_empty().then_some(fields)
    }
}

fn cipher(wrapping: &Secret) -> XChaCha20Poly1305 {
    // The key that the passphrase gave leaves its type to set up the cipher.
    XChaCha20Poly1305::new(wrapping.expose().into())
}

fn damaged(path: &Path) -> OpenKeyError {
    OpenKeyError::Damaged { path: path.to_owned() }
}

#[cfg(test)]
mod tests;
