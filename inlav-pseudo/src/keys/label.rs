//! What a key is for and by which number it is called.

use inlav_core::language::Language;
use inlav_core::programme::{ProjectId, SiteId};

/// What a root key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum KeyRole {
    /// Pseudonyms of one PUA.
    Site = 1,
    /// Linkage tokens of all PUA in one epoch.
    Linkage = 2,
    /// The vault of one PUA.
    Vault = 3,
    /// Signatures of one PUA, or of the linkage custodian.
    Signing = 4,
    /// The custodian's second layer on linkage tokens in one epoch.
    Relink = 5,
    /// What PUA seal to the custodian.
    Sealing = 6,
}

/// Public number of a key: 8 bytes that say which key it is and nothing else about it. Key files, `.pub`
/// files, manifests, shares and logs all call a key by it.
///
/// Formula: the first 8 bytes of `HKDF[salt, info(check)](root, 32)`; of a signing or sealing key, the
/// first 8 bytes of `SHA-256(context ‖ public half)`, as [`inlav_core::exchange`] has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId(pub(super) [u8; 8]);

/// Whose key it is. All of it is authenticated in the key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLabel {
    /// What it is for.
    pub role: KeyRole,
    /// The programme.
    pub project: ProjectId,
    /// The PUA; `None` for the linkage key, which all PUA share, and for the custodian's keys.
    pub site: Option<SiteId>,
    /// The epoch of a linkage or relink key; 0 for every other.
    pub epoch: u32,
}

impl KeyRole {
    /// The byte in key files.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name, in messages and in derived key ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Linkage => "linkage",
            Self::Vault => "vault",
            Self::Signing => "signing",
            Self::Relink => "relink",
            Self::Sealing => "sealing",
        }
    }

    /// What a key of this role is called.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::En, Self::Site) => "site key",
            (Language::En, Self::Linkage) => "linkage key",
            (Language::En, Self::Vault) => "vault key",
            (Language::En, Self::Signing) => "signing key",
            (Language::En, Self::Relink) => "relink key",
            (Language::En, Self::Sealing) => "sealing key",
            (Language::It, Self::Site) => "chiave del PUA (site)",
            (Language::It, Self::Linkage) => "chiave di collegamento (linkage)",
            (Language::It, Self::Vault) => "chiave della cassaforte (vault)",
            (Language::It, Self::Signing) => "chiave di firma (signing)",
            (Language::It, Self::Relink) => "chiave del secondo strato (relink)",
            (Language::It, Self::Sealing) => "chiave di sigillo (sealing)",
        }
    }

    pub(super) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Site),
            2 => Some(Self::Linkage),
            3 => Some(Self::Vault),
            4 => Some(Self::Signing),
            5 => Some(Self::Relink),
            6 => Some(Self::Sealing),
            _ => None,
        }
    }
}

impl KeyId {
    /// The 8 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl From<[u8; 8]> for KeyId {
    fn from(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl KeyLabel {
    /// The PUA's identifier; empty where there is none.
    pub(super) fn site_text(&self) -> &str {
        self.site.as_ref().map_or("", SiteId::as_str)
    }

    /// Whose key it is, in words, in English as it is displayed: `vault key of PUA05`, `linkage key of
    /// epoch 2025`.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (of_epoch, of) = match language {
            Language::It => ("dell'epoca", "di"),
            Language::En => ("of epoch", "of"),
        };
        let mut text = self.role.text(language).to_owned();
        if self.epoch > 0 {
            text += &format!(" {of_epoch} {}", self.epoch);
        }
        if let Some(site) = &self.site {
            text += &format!(" {of} {site}");
        }
        text
    }
}

impl std::fmt::Display for KeyLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl std::fmt::Display for KeyRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
