//! The key pair of a PUA's vaults: the PUA seals, custodians open.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, PskBundle, Serializable as _};
use inlav_core::exchange::{VAULT_PUBLIC_KEY_FILE, canonical};
use inlav_core::programme::{ProjectId, SiteId};
use inlav_core::whole::{self, Access, Existing, WholeError};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::derivation::{VaultUse, vault_key};
use super::error::OpenKeyError;
use super::file;
use super::framing::push_prefixed;
use super::label::{KeyId, KeyRole};
use super::passphrase::Passphrase;
use super::root::RootKey;
use super::secret::Secret;

/// Longer than the public half's file.
const LONGEST: u64 = 4096;
const ALGORITHM: &str = "DHKEM(X25519, HKDF-SHA256)";
const RECORD: &[u8] = b"inlav-vault/v2 record";
const COMMITMENT: &[u8] = b"inlav-vault/v2 commitment";

/// The suite of RFC 9180 appendix A.2; its AEAD is not used, records have their own.
type Aead = hpke::aead::ChaCha20Poly1305;
type Kdf = hpke::kdf::HkdfSha256;
type PublicKey = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;
type EncapsulatedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// What a PUA needs to seal a vault: the public half of the vault key, and a secret from its site
/// key without which nobody seals or opens one. It opens nothing. Debug is redacted.
pub struct VaultSealKey {
    project: ProjectId,
    site: SiteId,
    site_key: KeyId,
    id: KeyId,
    public: PublicKey,
    psk: Secret,
    public_key: Secret,
    tombstone: Hmac<Sha256>,
}

/// The private half of a vault key, which the PUA does not keep: it is put together from its
/// custodians' shares. Without the PUA's site key it opens nothing. Debug is redacted.
pub struct VaultOpenKey {
    project: ProjectId,
    site: SiteId,
    id: KeyId,
    private: PrivateKey,
}

/// What is made for one vault file.
pub(crate) struct FileKeys {
    /// Key of its records.
    pub(crate) record: Secret,
    /// What commits it to all keys and to its header; public.
    pub(crate) commitment: [u8; 16],
}

/// `vault.pub`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicFile {
    algorithm: String,
    format: u32,
    key_id: String,
    /// HMAC-SHA-256 of the other fields, under a key from the site key: who could put another
    /// public key here would make every later vault useless.
    mac: String,
    public_key: String,
    site: SiteId,
}

impl VaultSealKey {
    /// From the root of the site key and the public half.
    fn new(
        root: &Secret,
        site_key: KeyId,
        project: ProjectId,
        site: &SiteId,
        id: KeyId,
        public: PublicKey,
    ) -> Self {
        let derived = |usage| vault_key(root, project, site.as_str(), usage);
        let tombstone = derived(VaultUse::Tombstone);
        Self {
            project,
            site: site.clone(),
            site_key,
            id,
            public,
            psk: derived(VaultUse::PreSharedKey),
            public_key: derived(VaultUse::Public),
            tombstone: prepared(&tombstone),
        }
    }

    /// The seal key that belongs to a vault key, for the PUA with this site key.
    pub(crate) fn of(root: &Secret, site_key: KeyId, site: &SiteId, vault: &RootKey) -> Self {
        let (_, public) = derive_pair(vault.secret());
        Self::new(root, site_key, vault.label().project, site, vault.id(), public)
    }

    /// Writes the public half.
    pub(super) fn write(&self, folder: &Path, existing: Existing) -> Result<(), WholeError> {
        let mut file = PublicFile {
            algorithm: ALGORITHM.to_owned(),
            format: 1,
            key_id: self.id.to_string(),
            mac: String::new(),
            public_key: hex::encode(self.public.to_bytes()),
            site: self.site.clone(),
        };
        file.mac = file.mac_under(&self.public_key);
        whole::write(&folder.join(VAULT_PUBLIC_KEY_FILE), &canonical(&file), Access::Shared, existing)
    }

    /// Reads the public half and checks that it is the one that the site key vouches for.
    pub(super) fn open(
        folder: &Path,
        root: &Secret,
        site_key: KeyId,
        project: ProjectId,
        site: &SiteId,
    ) -> Result<Self, OpenKeyError> {
        let path = folder.join(VAULT_PUBLIC_KEY_FILE);
        let mut bytes = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
            .map_err(|source| OpenKeyError::Read { path: path.clone(), source })?;
        let damaged = || OpenKeyError::Damaged { path: path.clone() };
        let file: PublicFile = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let mac = file.mac_under(&vault_key(root, project, site.as_str(), VaultUse::Public));
        let vouched = bool::from(mac.as_bytes().ct_eq(file.mac.as_bytes()));
        // One spelling, so that no bit of the file can change unseen.
        if !vouched || canonical(&file) != bytes {
            return Err(damaged());
        }
        let (mut id, mut public) = ([0; 8], [0; 32]);
        hex::decode_to_slice(&file.key_id, &mut id).map_err(|_| damaged())?;
        hex::decode_to_slice(&file.public_key, &mut public).map_err(|_| damaged())?;
        let public = PublicKey::from_bytes(&public).map_err(|_| damaged())?;
        Ok(Self::new(root, site_key, project, site, KeyId(id), public))
    }

    /// The programme.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The PUA.
    #[must_use]
    pub const fn site(&self) -> &SiteId {
        &self.site
    }

    /// Which vault key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Which site key stands behind it.
    #[must_use]
    pub const fn site_key(&self) -> KeyId {
        self.site_key
    }

    /// Makes the keys of a new file: HPKE in PSK mode (RFC 9180 section 5.1.2) with `info`, of which
    /// the exporter gives them. Returns also what the private half needs to make them again.
    ///
    /// # Panics
    /// If the operating system gives no random bytes.
    pub(crate) fn encapsulate(&self, info: &[u8]) -> ([u8; 32], FileKeys) {
        // The secret leaves its type to be the pre-shared key.
        let psk = PskBundle::new(self.psk.expose(), self.site_key.as_bytes()).expect("neither is empty");
        let (encapsulated, context) =
            hpke::setup_sender::<Aead, Kdf, X25519HkdfSha256>(&OpModeS::Psk(psk), &self.public, info)
                .expect("a public half that the site key vouches for is a point of full order");
        let keys = FileKeys::export(|label, key| context.export(label, key));
        (encapsulated.to_bytes().into(), keys)
    }

    /// Makes the keys of a file again; `None` if it cannot be one of this key.
    pub(crate) fn decapsulate(
        &self,
        open: &VaultOpenKey,
        encapsulated: &[u8; 32],
        info: &[u8],
    ) -> Option<FileKeys> {
        // The secret leaves its type to be the pre-shared key.
        let psk = PskBundle::new(self.psk.expose(), self.site_key.as_bytes()).ok()?;
        let encapsulated = EncapsulatedKey::from_bytes(encapsulated).ok()?;
        let context = hpke::setup_receiver::<Aead, Kdf, X25519HkdfSha256>(
            &OpModeR::Psk(psk),
            &open.private,
            &encapsulated,
            info,
        )
        .ok()?;
        Some(FileKeys::export(|label, key| context.export(label, key)))
    }

    /// The MAC of a tombstone, prepared.
    pub(crate) const fn tombstone(&self) -> &Hmac<Sha256> {
        &self.tombstone
    }
}

impl VaultOpenKey {
    /// The private half, from the root that custodians' shares gave; `None` if they are shares of
    /// another kind of key.
    #[must_use]
    pub fn from_root(root: &RootKey) -> Option<Self> {
        let label = root.label();
        let site = label.site.clone()?;
        let (private, _) = derive_pair(root.secret());
        (label.role == KeyRole::Vault).then_some(Self {
            project: label.project,
            site,
            id: root.id(),
            private,
        })
    }

    /// The private half, from the file in which it is kept until it is split.
    ///
    /// # Errors
    /// [`OpenKeyError`], naming the file.
    pub fn open(
        path: &Path,
        project: ProjectId,
        site: &SiteId,
        passphrase: &Passphrase,
    ) -> Result<Self, OpenKeyError> {
        let (root, header) = file::open(path, KeyRole::Vault, project, Some(site), passphrase)?;
        let (private, _) = derive_pair(&root);
        Ok(Self { project, site: site.clone(), id: header.id, private })
    }

    /// The programme.
    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The PUA.
    #[must_use]
    pub const fn site(&self) -> &SiteId {
        &self.site
    }

    /// Which vault key it is.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }
}

impl FileKeys {
    fn export(export: impl Fn(&[u8], &mut [u8]) -> Result<(), hpke::HpkeError>) -> Self {
        let record = Secret::fill(|key| export(RECORD, key)).expect("HPKE exports up to 8,160 bytes");
        let mut commitment = [0; 16];
        export(COMMITMENT, &mut commitment).expect("HPKE exports up to 8,160 bytes");
        Self { record, commitment }
    }
}

impl PublicFile {
    fn mac_under(&self, key: &Secret) -> String {
        let mut message = Vec::new();
        for part in [&self.algorithm, &self.key_id, &self.public_key] {
            push_prefixed(&mut message, part.as_bytes());
        }
        push_prefixed(&mut message, self.site.as_str().as_bytes());
        push_prefixed(&mut message, &self.format.to_be_bytes());
        hex::encode(prepared(key).chain_update(message).finalize().into_bytes())
    }
}

/// The key pair of a root: `DeriveKeyPair` of RFC 9180 section 7.1.3.
fn derive_pair(root: &Secret) -> (PrivateKey, PublicKey) {
    // The root leaves its type to be the input keying material; the private half wipes itself.
    X25519HkdfSha256::derive_keypair(root.expose())
}

fn prepared(key: &Secret) -> Hmac<Sha256> {
    // The derived key leaves its type to prepare the MAC.
    Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of every length")
}

impl std::fmt::Debug for VaultSealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VaultSealKey({}, {}, redacted)", self.site, self.id)
    }
}

impl std::fmt::Debug for VaultOpenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VaultOpenKey({}, {}, redacted)", self.site, self.id)
    }
}

#[cfg(test)]
mod tests;
