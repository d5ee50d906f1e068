//! What can go wrong with a store.

use std::path::PathBuf;

use chrono::NaiveDate;
use inlav_core::language::Language;
use inlav_core::policy::PolicyError;
use inlav_core::programme::SiteId;
use inlav_core::whole::WholeError;

/// A store cannot be opened, or an extract not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store.
    #[error("there is no store in {}", path.display())]
    Absent {
        /// The folder.
        path: PathBuf,
    },
    /// Something else than a store is in the folder.
    #[error("{} is neither a store nor empty; name a store or a new folder", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// Another ingest or release is at work in the store.
    #[error("another ingest or release is at work in {}; try again when it has ended", path.display())]
    Busy {
        /// The store's folder.
        path: PathBuf,
    },
    /// A file of the store is damaged.
    #[error("{} is damaged; ingest its extract again into a new store", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The extract cannot be counted together with those of the store.
    #[error("the extract of {site} has another {what} than the extracts in the store")]
    Mismatch {
        /// The PUA.
        site: SiteId,
        /// What differs.
        what: Difference,
    },
    /// The extract's tokens are sealed, and nobody relinked them yet.
    #[error(
        "the tokens of the extract of {site} are sealed to the custodian; send manifest.json, manifest.sig and tokens.ilt to the custodian and pass what comes back to --relinked"
    )]
    NotRelinked {
        /// The PUA.
        site: SiteId,
    },
    /// The catalogue names something that is no PUA.
    #[error("the store's catalogue names something that is no PUA")]
    Sites,
    /// The extract belongs to another programme.
    #[error("the extract of {site} belongs to another programme")]
    OtherProgramme {
        /// The PUA.
        site: SiteId,
    },
    /// The extract comes from a PUA that the programme does not have.
    #[error("the extract comes from {site}, which is not in the programme")]
    UnknownSite {
        /// The PUA.
        site: SiteId,
    },
    /// Two extracts of one PUA were offered at once.
    #[error("two extracts of {site} were given; give the one that is to be current")]
    Twice {
        /// The PUA.
        site: SiteId,
    },
    /// The store has another extract of this PUA of the same day.
    #[error("the store has another extract of {site} as of {as_of}")]
    SameDay {
        /// The PUA.
        site: SiteId,
        /// Date of both.
        as_of: NaiveDate,
    },
    /// The store has a later extract of this PUA.
    #[error("the store has an extract of {site} as of {current}, this one is as of {offered}")]
    Older {
        /// The PUA.
        site: SiteId,
        /// Date of the current extract.
        current: NaiveDate,
        /// Date of the refused extract.
        offered: NaiveDate,
    },
    /// The extract has no linkage tokens, and is not alone.
    #[error(
        "the extract of {site} has no linkage tokens: beside extracts of other PUA its persons could count twice; give it a store of its own, or have it made again with a policy that makes tokens"
    )]
    Unlinked {
        /// The PUA.
        site: SiteId,
    },
    /// The extract lacks a table that every extract has.
    #[error(
        "the extract of {site} has no table {table}, which indicators need; the PUA has to make it again with a policy that lets some of it leave"
    )]
    MissingTable {
        /// The PUA.
        site: SiteId,
        /// The table.
        table: &'static str,
    },
    /// The extract lacks a column that is read.
    #[error(
        "the extract of {site} has no column {column} in table {table}, which indicators need; the PUA has to make it again with the default rule for {source_column} in its policy"
    )]
    MissingColumn {
        /// The PUA.
        site: SiteId,
        /// The table.
        table: &'static str,
        /// The column, as extracts have it.
        column: String,
        /// The column of the export that it is made from, as policies name it.
        source_column: &'static str,
    },
    /// The registry's default policy lacks a column.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// An extract's file changed between verifying and copying.
    #[error("{} changed while it was being ingested", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// More persons than can be numbered.
    #[error(transparent)]
    TooManyPersons(#[from] crate::link::TooManyPersons),
}

/// In what an extract differs from those that it would be counted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// The programme.
    #[error("programme")]
    Programme,
    /// The purpose of the policy.
    #[error("purpose")]
    Purpose,
    /// One layer or two on the linkage tokens.
    #[error("linkage mode")]
    LinkageMode,
    /// Made-up persons or real ones.
    #[error("synthetic mark")]
    Synthetic,
    /// The linkage key of an epoch.
    #[error("linkage key")]
    LinkageKey,
    /// The custodian's key of an epoch.
    #[error("relink key")]
    RelinkKey,
    /// The epochs of its tokens, of which none is shared.
    #[error("epoch")]
    Epoch,
}

impl StoreError {
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
            Self::Absent { path } => format!("in {} non c'è un archivio (store)", path.display()),
            Self::Foreign { path } => format!(
                "{} non è un archivio (store) e non è vuota; indicare un archivio o una cartella nuova",
                path.display()
            ),
            Self::Io { path, source } => {
                format!("impossibile leggere {}: {}", path.display(), Language::It.refusal(source))
            }
            Self::Write(error) => error.text(Language::It),
            Self::Busy { path } => format!(
                "un altro inlav ingest o release sta lavorando in {}; riprovare quando ha finito",
                path.display()
            ),
            Self::Damaged { path } => format!(
                "{} è danneggiato; prendere di nuovo il suo estratto in un archivio nuovo",
                path.display()
            ),
            Self::Mismatch { site, what } => {
                format!("l'estratto di {site} ha {} rispetto agli estratti nell'archivio", what.italian())
            }
            Self::NotRelinked { site } => format!(
                "i codici di collegamento (token) dell'estratto di {site} sono sigillati al custode; mandargli manifest.json, manifest.sig e tokens.ilt e dare a --relinked ciò che restituisce"
            ),
            Self::Sites => "il catalogo dell'archivio nomina qualcosa che non è un PUA".to_owned(),
            Self::OtherProgramme { site } => format!("l'estratto di {site} è di un altro programma"),
            Self::UnknownSite { site } => format!("l'estratto viene da {site}, che non è nel programma"),
            Self::Twice { site } => {
                format!("sono stati dati due estratti di {site}; dare quello che deve valere")
            }
            Self::SameDay { site, as_of } => {
                format!("l'archivio ha un altro estratto di {site} al {}", as_of.format("%d/%m/%Y"))
            }
            Self::Older { site, current, offered } => format!(
                "l'archivio ha un estratto di {site} al {}, questo è al {}",
                current.format("%d/%m/%Y"),
                offered.format("%d/%m/%Y")
            ),
            Self::Unlinked { site } => format!(
                "l'estratto di {site} non ha codici di collegamento (token): accanto a estratti di altri PUA le sue persone potrebbero contare due volte; dargli un archivio suo, oppure farlo rifare con una policy che fa i codici"
            ),
            Self::MissingTable { site, table } => format!(
                "l'estratto di {site} non ha la tabella {table}, che serve agli indicatori; il PUA deve rifarlo con una policy che ne lascia uscire qualcosa"
            ),
            Self::MissingColumn { site, table, column, source_column } => format!(
                "l'estratto di {site} non ha la colonna {column} della tabella {table}, che serve agli indicatori; il PUA deve rifarlo con la regola predefinita per {source_column} nella sua policy"
            ),
            Self::Policy(error) => error.text(Language::It),
            Self::Changed { path } => {
                format!("{} è cambiato mentre veniva preso nell'archivio", path.display())
            }
            Self::TooManyPersons(_) => "più persone di quante se ne possano numerare".to_owned(),
        }
    }
}

impl Difference {
    const fn italian(self) -> &'static str {
        match self {
            Self::Programme => "un altro programma",
            Self::Purpose => "un'altra finalità",
            Self::LinkageMode => "un altro modo di collegamento",
            Self::Synthetic => "un altro contrassegno di dati inventati (synthetic)",
            Self::LinkageKey => "un'altra chiave di collegamento (linkage)",
            Self::RelinkKey => "un'altra chiave del secondo strato (relink)",
            Self::Epoch => "un'altra epoca",
        }
    }
}
