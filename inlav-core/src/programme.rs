//! The programme that is monitored: its sites, targets and dates.
//!
//! InLav Lombardia is built in. Another programme brings the same file with its own content, and
//! code lists of its own where its words are others: `examples/another_programme.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes::CodeLists;
use crate::text::line_of;

mod ambito;
mod own_list;

pub use ambito::{AMBITO_OF_MUNICIPALITY, Ambito};
pub use own_list::{ListMode, OwnCode, OwnList};

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
    /// Which municipalities belong to which *ambito*; nothing is built in.
    #[serde(default)]
    pub ambiti: Vec<Ambito>,
    /// Code lists that are not the built-in ones, by name.
    #[serde(default)]
    code_lists: BTreeMap<String, OwnList>,
    /// The code lists in use; of the built-in ones and `code_lists`.
    #[serde(skip)]
    lists: CodeLists,
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
    #[error("a site identifier is 2 to 12 capital letters, digits or hyphens, for example PUA05; not TOTAL")]
    SiteId,
    /// A project identifier is not 32 hexadecimal digits.
    #[error("a project identifier is 32 hexadecimal digits")]
    ProjectId,
    /// The site is not one of the programme's.
    #[error("site {0} is not in the programme")]
    UnknownSite(SiteId),
    /// The programme file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The programme file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The programme file is not valid TOML of the expected form.
    #[error("the programme file is not valid (line {line})")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
    },
    /// A name that reports show is blank.
    #[error("the programme file has a blank name: programme and sites need one")]
    Name,
    /// There is no site.
    #[error("the programme file has no site")]
    NoSites,
    /// Two sites have the same identifier.
    #[error("the programme file has site {0} twice")]
    SiteTwice(SiteId),
    /// The last day lies before the first one.
    #[error("the programme's last day lies before its first one")]
    Dates,
    /// An *ambito* whose number or municipalities cannot be used.
    #[error("the programme file has an ambito (number {number} of [[ambiti]]) {reason}")]
    Ambito {
        /// Its place in the file, from 1.
        number: usize,
        /// Why it cannot be used.
        reason: &'static str,
    },
    /// A list that no column takes its codes from.
    #[error("the programme file brings code list {0}, which does not exist")]
    UnknownList(String),
    /// A list that no programme may change.
    #[error("the programme file changes code list {0}, whose codes the program's own rules name")]
    FixedList(String),
    /// A list without a code.
    #[error("the programme file leaves code list {0} empty")]
    EmptyList(String),
    /// A code that cannot be used.
    #[error("the programme file brings code {code} of list {list}: {reason}")]
    Code {
        /// The list.
        list: String,
        /// The code.
        code: String,
        /// Why it cannot be used.
        reason: &'static str,
    },
}

/// What released tables call the sum of their categories: no category may be called so.
const TOTAL: &str = "TOTAL";

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

    /// Reads the programme of a TOML file.
    ///
    /// # Errors
    /// [`ProgrammeError::Io`], and those of [`Programme::parse`].
    pub fn open(path: &Path) -> Result<Self, ProgrammeError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ProgrammeError::Io { path: path.to_owned(), source })?;
        Self::parse(&text)
    }

    /// Reads a programme from the text of its TOML file.
    ///
    /// # Errors
    /// [`ProgrammeError::Syntax`] with the line at fault, or another variant that names the site,
    /// the list or the code.
    pub fn parse(text: &str) -> Result<Self, ProgrammeError> {
        let mut programme: Self = toml::from_str(text).map_err(|fault| {
            let line = fault.span().map_or(1, |span| line_of(text, span.start));
            ProgrammeError::Syntax { line }
        })?;
        programme.check()?;
        let resolved = programme.code_lists.iter().map(|(name, list)| list.resolve(name));
        let own: Vec<_> =
            resolved.chain(ambito::list(&programme.ambiti).transpose()).collect::<Result<_, _>>()?;
        programme.lists = CodeLists::built_in().with(own);
        Ok(programme)
    }

    /// Checks what [`Programme::parse`] does, but for the code lists. For programmes whose fields
    /// were set in code.
    ///
    /// # Errors
    /// [`ProgrammeError`], naming the site at fault.
    pub fn check(&self) -> Result<(), ProgrammeError> {
        if self.sites.is_empty() {
            return Err(ProgrammeError::NoSites);
        }
        if self.end < self.start {
            return Err(ProgrammeError::Dates);
        }
        let names = self.sites.iter().map(|site| &site.name).chain([&self.name]);
        if names.into_iter().any(|name| name.trim().is_empty()) {
            return Err(ProgrammeError::Name);
        }
        let mut seen = BTreeSet::new();
        match self.sites.iter().find(|site| !seen.insert(&site.id)) {
            None => Ok(()),
            Some(site) => Err(ProgrammeError::SiteTwice(site.id.clone())),
        }
    }

    /// The code lists in use: the built-in ones, and what the programme puts beside or instead of
    /// them.
    #[must_use]
    pub const fn lists(&self) -> &CodeLists {
        &self.lists
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
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
            && text != TOTAL;
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
mod tests;
