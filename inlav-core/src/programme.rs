//! The programme that is monitored: its sites, targets and dates.
//!
//! InLav Lombardia is built in. Another programme brings the same file with its own content.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::text::line_of;

/// A programme: who takes part, what it promised, when it runs.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Name shown in reports.
    pub name: String,
    /// 16 random bytes in hexadecimal, drawn once per programme; they separate its derived
    /// keys from those of every other programme.
    pub project_id: ProjectId,
    /// *Codice unico di progetto*.
    pub cup: String,
    /// The fund that pays.
    pub fund: String,
    /// First day of the programme.
    pub start: NaiveDate,
    /// Last day of the programme as planned.
    pub end: NaiveDate,
    /// Last day on which a PUA could apply: none met anybody before. `None` if there was none.
    #[serde(default)]
    pub application_deadline: Option<NaiveDate>,
    /// What was promised.
    pub targets: Targets,
    /// The PUA that take part.
    pub sites: Vec<Site>,
}

/// The programme's targets, as its public documents state them.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// PUA opened.
    pub pua: u32,
    /// Territorial pacts signed.
    pub territorial_pacts: u32,
    /// Operators trained, both tracks together.
    pub operators_trained: u32,
    /// Operators trained in socio-occupational reintegration.
    pub operators_trained_reintegration: u32,
    /// Operators trained in preliminary identification.
    pub operators_trained_preliminary_identification: u32,
    /// *Ambiti Territoriali Sociali* reached by the campaign.
    pub ambiti_involved: u32,
    /// Persons taken in charge.
    pub beneficiaries: u32,
}

/// One PUA.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The PUA's identifier, for example `PUA05`.
    pub id: SiteId,
    /// Name of the *Ambito Territoriale Sociale*.
    pub name: String,
    /// Province, two letters. Two sites may share one.
    pub province: String,
    /// ISTAT code of the province, three digits.
    pub istat_province: String,
    /// NUTS 3 code.
    pub nuts3: String,
}

/// Identifier of a PUA: `PUA` and two digits, or another programme's 2 to 12 capital letters,
/// digits and hyphens. It becomes part of file names, hence the narrow alphabet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SiteId(String);

/// Identifier of a programme: 16 bytes, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectId([u8; 16]);

/// A programme file or one of its identifiers cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgrammeError {
    /// A site identifier is not 2 to 12 capital letters, digits or hyphens.
    #[error("a site identifier is 2 to 12 capital letters, digits or hyphens, for example PUA05")]
    SiteId,
    /// A project identifier is not 32 hexadecimal digits.
    #[error("a project identifier is 32 hexadecimal digits")]
    ProjectId,
    /// The site is not one of the programme's.
    #[error("site {0} is not in the programme")]
    UnknownSite(SiteId),
    /// The programme file is not valid TOML of the expected form.
    #[error("the programme file is not valid (line {line})")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
    },
}

impl Programme {
    /// The built-in programme, InLav Lombardia.
    #[must_use]
    pub fn inlav_lombardia() -> &'static Self {
        static PROGRAMME: LazyLock<Programme> = LazyLock::new(|| {
            Programme::parse(include_str!("../data/programme.toml"))
                .expect("the embedded programme is parsed by a test of this module")
        });
        &PROGRAMME
    }

    /// Reads a programme from the text of its TOML file.
    ///
    /// # Errors
    /// [`ProgrammeError::Syntax`] with the line at fault.
    pub fn parse(text: &str) -> Result<Self, ProgrammeError> {
        toml::from_str(text).map_err(|fault| {
            let line = fault.span().map_or(1, |span| line_of(text, span.start));
            ProgrammeError::Syntax { line }
        })
    }

    /// The site with this identifier.
    ///
    /// # Errors
    /// [`ProgrammeError::UnknownSite`] when the programme has no such site.
    pub fn site(&self, id: &SiteId) -> Result<&Site, ProgrammeError> {
        self.sites.iter().find(|site| site.id == *id).ok_or_else(|| ProgrammeError::UnknownSite(id.clone()))
    }
}

impl SiteId {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SiteId {
    type Error = ProgrammeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (2..=12).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text)) } else { Err(ProgrammeError::SiteId) }
    }
}

impl std::str::FromStr for SiteId {
    type Err = ProgrammeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<SiteId> for String {
    fn from(id: SiteId) -> Self {
        id.0
    }
}

impl std::fmt::Display for SiteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl ProjectId {
    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TryFrom<String> for ProjectId {
    type Error = ProgrammeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ProgrammeError::ProjectId);
        }
        u128::from_str_radix(&text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| ProgrammeError::ProjectId)
    }
}

impl From<ProjectId> for String {
    fn from(id: ProjectId) -> Self {
        format!("{:032x}", u128::from_be_bytes(id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_programme_is_complete() {
        let programme = Programme::inlav_lombardia();
        assert_eq!(programme.sites.len(), 12);
        assert_eq!(programme.targets.beneficiaries, 1200);
        assert_eq!(programme.site(&"PUA05".parse().unwrap()).unwrap().name, "ATS Sebino");
        assert_eq!(String::from(programme.project_id), "0e8dd2f1928f2afb65b8f4da4c6028f9");
    }

    #[test]
    fn two_sites_may_share_a_province() {
        let programme = Programme::inlav_lombardia();
        let in_bergamo = programme.sites.iter().filter(|site| site.province == "BG").count();
        assert_eq!(in_bergamo, 2);
    }

    #[test]
    fn a_site_identifier_is_safe_in_a_file_name() {
        assert!("PUA01".parse::<SiteId>().is_ok());
        for bad in ["", "P", "pua01", "../PUA", "PUA 01", "PUA0123456789"] {
            assert!(bad.parse::<SiteId>().is_err());
        }
    }
}
