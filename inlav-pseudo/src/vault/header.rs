//! The header of a vault.

use std::io::{self, Read};

use inlav_core::exchange::Digest;

use super::columns::Columns;
use crate::keys::{FileKeys, KeyId, VaultSealKey};

pub(super) const MAGIC: &[u8; 8] = b"INLAVILV";
pub(super) const VERSION: u8 = 3;

/// The extract that a vault belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultContext {
    /// Epoch of the extract's linkage key.
    pub epoch: u32,
    /// SHA-256 of the extract's schema.
    pub schema: Digest,
    /// SHA-256 of the policy in canonical form.
    pub policy: Digest,
}

/// A header as it stands in the file.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) project: [u8; 16],
    pub(super) site: Vec<u8>,
    pub(super) key_id: KeyId,
    pub(super) site_key: KeyId,
    pub(super) file: [u8; 16],
    pub(super) nonce_prefix: [u8; 16],
    pub(super) context: VaultContext,
    pub(super) columns: Columns,
    pub(super) encapsulated: [u8; 32],
    pub(super) commitment: [u8; 16],
}

/// Why a header cannot be read.
#[derive(Debug)]
pub(super) enum HeaderFault {
    Io(io::Error),
    NotAVault,
    Version(u8),
    Damaged,
}

impl Header {
    /// The header of a new file, with fresh number, nonce prefix and encapsulated key, and the
    /// keys of the file.
    pub(super) fn draw(
        key: &VaultSealKey,
        context: VaultContext,
        columns: Columns,
    ) -> Result<(Self, FileKeys), getrandom::Error> {
        let (mut file, mut nonce_prefix) = ([0; 16], [0; 16]);
        getrandom::fill(&mut file)?;
        getrandom::fill(&mut nonce_prefix)?;
        let mut header = Self {
            project: *key.project().as_bytes(),
            site: key.site().as_str().as_bytes().to_vec(),
            key_id: key.id(),
            site_key: key.site_key(),
            file,
            nonce_prefix,
            context,
            columns,
            encapsulated: [0; 32],
            commitment: [0; 16],
        };
        let (encapsulated, keys) = key.encapsulate(&header.info());
        (header.encapsulated, header.commitment) = (encapsulated, keys.commitment);
        Ok((header, keys))
    }

    /// Everything before the encapsulated key.
    pub(super) fn info(&self) -> Vec<u8> {
        let site_length = u8::try_from(self.site.len()).expect("a site identifier has at most 255 bytes");
        [
            MAGIC.as_slice(),
            &[VERSION],
            &self.project,
            &[site_length],
            &self.site,
            &self.context.epoch.to_be_bytes(),
            self.key_id.as_bytes(),
            self.site_key.as_bytes(),
            &self.file,
            &self.nonce_prefix,
            &self.context.schema.0,
            &self.context.policy.0,
            &self.columns.bytes(),
        ]
        .concat()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        [self.info().as_slice(), &self.encapsulated, &self.commitment].concat()
    }

    pub(super) fn read(source: &mut impl Read) -> Result<Self, HeaderFault> {
        if array::<8>(source)? != *MAGIC {
            return Err(HeaderFault::NotAVault);
        }
        match array(source)? {
            [VERSION] => {}
            [version] => return Err(HeaderFault::Version(version)),
        }
        let project = array(source)?;
        let [site_length] = array(source)?;
        let mut site = vec![0; usize::from(site_length)];
        source.read_exact(&mut site)?;
        let epoch = u32::from_be_bytes(array(source)?);
        Ok(Self {
            project,
            site,
            key_id: KeyId::from(array(source)?),
            site_key: KeyId::from(array(source)?),
            file: array(source)?,
            nonce_prefix: array(source)?,
            context: VaultContext { epoch, schema: Digest(array(source)?), policy: Digest(array(source)?) },
            columns: Columns::read(source)?,
            encapsulated: array(source)?,
            commitment: array(source)?,
        })
    }
}

impl From<io::Error> for HeaderFault {
    fn from(fault: io::Error) -> Self {
        // What is shorter than a header is no vault.
        if fault.kind() == io::ErrorKind::UnexpectedEof { Self::NotAVault } else { Self::Io(fault) }
    }
}

/// The next `N` bytes of a file.
pub(super) fn array<const N: usize>(source: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}
