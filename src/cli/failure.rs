//! How a command fails: what happened, what to do, and an exit code per class.

use std::process::ExitCode;

use inlav_core::language::{Bilingual, Language};

/// The exit codes, as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  2  the command line is not valid
  3  an input cannot be read: absent, truncated, unknown encoding
  4  the data have errors, or their columns are not understood
  5  the policy does not allow it, or has no rule for a column
  6  a key or passphrase is wrong
  7  something was changed or damaged: signature, hash, file of the store
  8  an output exists already or cannot be written
  9  the release, or the relinking, would not be safe
  10  check: the data have warnings and no errors
  1  anything else (101: a fault in the program itself)";

/// The class of a failure; its number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    Other = 1,
    Input = 3,
    Data = 4,
    Policy = 5,
    Key = 6,
    Integrity = 7,
    Output = 8,
    Unsafe = 9,
}

/// A failed command. Told in English, unless the command speaks to the person in another language.
#[derive(Debug)]
pub(super) struct Failure {
    class: Class,
    message: Bilingual,
    hint: Option<Bilingual>,
    language: Language,
}

impl Failure {
    /// What happened, as a library's error says it.
    pub(super) fn new(class: Class, error: &dyn std::fmt::Display) -> Self {
        let text = error.to_string();
        Self::told(class, Bilingual::of(text.clone(), text))
    }

    /// What happened, in both languages.
    pub(super) const fn told(class: Class, message: Bilingual) -> Self {
        Self { class, message, hint: None, language: Language::En }
    }

    /// Something cannot be read.
    pub(super) fn unread(class: Class, path: &std::path::Path, fault: &std::io::Error) -> Self {
        let (path, refusal) = (path.display(), Language::It.refusal(fault));
        let text = Bilingual::of(
            format!("impossibile leggere {path}: {refusal}"),
            format!("cannot read {path}: {fault}"),
        );
        Self::told(class, text)
    }

    /// Adds what to do.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        self.advice(Bilingual::of(hint, hint))
    }

    /// Adds what to do, in both languages.
    pub(super) fn advice(mut self, hint: Bilingual) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The failure of a command that speaks this language.
    pub(super) const fn in_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// What the person reads: what happened, and what to do.
    pub(super) fn lines(&self) -> Vec<String> {
        let labels = [Bilingual::of("errore", "error"), Bilingual::of("suggerimento", "hint")];
        let texts = std::iter::once(&self.message).chain(&self.hint);
        let line = |(label, text): (&Bilingual, &Bilingual)| {
            format!("{}: {}", label.text(self.language), text.text(self.language))
        };
        labels.iter().zip(texts).map(line).collect()
    }

    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(self.class as u8)
    }
}

/// What speaks both languages, in both.
fn texts(text: impl Fn(Language) -> String) -> Bilingual {
    Bilingual::of(text(Language::It), text(Language::En))
}

impl From<inlav_core::whole::WholeError> for Failure {
    fn from(error: inlav_core::whole::WholeError) -> Self {
        use inlav_core::whole::WholeError;

        let exists = matches!(error, WholeError::Exists { .. });
        let failure = Self::told(Class::Output, texts(|language| error.text(language)));
        if exists {
            failure.advice(Bilingual::of(
                "scegliere un altro posto, oppure aggiungere --force per mettere lì quello nuovo",
                "choose another place, or pass --force to put the new one there",
            ))
        } else {
            failure
        }
    }
}

impl From<inlav_core::programme::ProgrammeError> for Failure {
    fn from(error: inlav_core::programme::ProgrammeError) -> Self {
        use inlav_core::programme::ProgrammeError;

        let class = match error {
            ProgrammeError::Io { .. } => Class::Input,
            _ => Class::Data,
        };
        Self::new(class, &error)
    }
}

impl From<inlav_core::policy::PolicyError> for Failure {
    fn from(error: inlav_core::policy::PolicyError) -> Self {
        Self::told(Class::Policy, texts(|language| error.text(language)))
    }
}

impl From<inlav_sdc::DisclosureError> for Failure {
    fn from(error: inlav_sdc::DisclosureError) -> Self {
        Self::new(Class::Unsafe, &error).advice(Bilingual::of(
            "non è uscito niente; usare tabelle in minor numero o categorie più larghe",
            "nothing was released; use fewer or coarser tables",
        ))
    }
}

impl From<inlav_sdc::any_table::InputError> for Failure {
    fn from(error: inlav_sdc::any_table::InputError) -> Self {
        use inlav_sdc::any_table::InputError;

        let class = match error {
            InputError::Read { .. }
            | InputError::Encoding { .. }
            | InputError::Parquet { .. }
            | InputError::Empty { .. } => Class::Input,
            _ => Class::Data,
        };
        Self::told(class, texts(|language| error.text(language)))
    }
}

impl From<inlav_sdc::any_table::ProtectError> for Failure {
    fn from(error: inlav_sdc::any_table::ProtectError) -> Self {
        use inlav_sdc::any_table::ProtectError;

        match error {
            ProtectError::Input(error) => error.into(),
            ProtectError::Disclosure(error) => error.into(),
            _ => Self::told(Class::Data, texts(|language| error.text(language))),
        }
    }
}

impl From<inlav_verify::VerifyError> for Failure {
    fn from(error: inlav_verify::VerifyError) -> Self {
        use inlav_verify::VerifyError;

        let text = texts(|language| error.text(language));
        match error {
            VerifyError::Io { .. } => Self::told(Class::Input, text),
            VerifyError::NoKeys { .. } => Self::told(Class::Key, text).advice(Bilingual::of(
                "chiedere il suo file .pub a ogni PUA, e al custode se c'è",
                "ask each PUA, and the custodian if there is one, for its .pub file",
            )),
            VerifyError::UntrustedKey { .. }
            | VerifyError::OtherSite { .. }
            | VerifyError::OtherRole { .. } => Self::told(Class::Key, text).advice(Bilingual::of(
                "confrontare la chiave al telefono con il PUA o il custode prima di fidarsene",
                "compare the key with the PUA or the custodian by telephone before trusting it",
            )),
            VerifyError::OtherExtract { .. } => Self::told(Class::Data, text).advice(Bilingual::of(
                "il custode deve lavorare proprio questo estratto; mandargli manifest.json, manifest.sig e tokens.ilt",
                "the custodian has to relink this very extract; send manifest.json, manifest.sig and tokens.ilt",
            )),
            _ => Self::told(Class::Integrity, text).advice(Bilingual::of(
                "chiedere a chi l'ha fatto di mandarlo di nuovo",
                "ask who made it to send it again",
            )),
        }
    }
}

#[cfg(feature = "site")]
mod site {
    use inlav_core::language::Bilingual;
    use inlav_core::whole::WholeError;
    use inlav_pseudo::audit_log::AuditLogError;
    use inlav_pseudo::extract::ExtractError;
    use inlav_pseudo::forget::ForgetError;
    use inlav_pseudo::keys::{
        CombineError, CreateKeyError, DestroyError, EpochError, KdfCostError, OpenKeyError, RenewError,
        SplitError,
    };
    use inlav_pseudo::mapping::MappingError;
    use inlav_pseudo::pseudonymise::PseudonymiseError;
    use inlav_pseudo::reveal::RevealError;
    use inlav_pseudo::sealed_tokens::SealTokensError;
    use inlav_pseudo::source::{Problem, SourceError};
    use inlav_pseudo::vault::{VaultReadError, VaultWriteError};

    use super::{Class, Failure, texts};

    impl From<SourceError> for Failure {
        fn from(error: SourceError) -> Self {
            let understood = error.problems().iter().all(is_about_names);
            let class = if understood { Class::Data } else { Class::Input };
            Self::told(class, texts(|language| error.text(language)))
        }
    }

    /// Whether a problem is that something is called otherwise than expected, or absent.
    const fn is_about_names(problem: &Problem) -> bool {
        matches!(
            problem,
            Problem::MissingTable { .. }
                | Problem::UnknownTable { .. }
                | Problem::TwoSources { .. }
                | Problem::MappedSourceMissing { .. }
                | Problem::NoHeading { .. }
                | Problem::NoHeadings { .. }
                | Problem::MissingColumn { .. }
                | Problem::UnknownHeading { .. }
                | Problem::TwoHeadings { .. }
                | Problem::OfTwoTables { .. }
                | Problem::MadeTwice { .. }
                | Problem::TwoDialects { .. }
                | Problem::RowKeyReferred { .. }
                | Problem::DifferentRows { .. }
        )
    }

    impl From<MappingError> for Failure {
        fn from(error: MappingError) -> Self {
            let class = if matches!(error, MappingError::Io { .. }) { Class::Input } else { Class::Data };
            Self::told(class, texts(|language| error.text(language)))
        }
    }

    impl Failure {
        /// A file that belongs to keys cannot be written; there is no `--force` for those.
        pub(in crate::cli) fn of_key(error: WholeError) -> Self {
            let exists = matches!(error, WholeError::Exists { .. });
            let failure = Self::from(error);
            if exists {
                failure.advice(Bilingual::of(
                    "le chiavi non si sovrascrivono mai: scegliere un altro posto",
                    "keys are never overwritten; choose another place",
                ))
            } else {
                failure
            }
        }
    }

    impl From<CreateKeyError> for Failure {
        fn from(error: CreateKeyError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                CreateKeyError::Write(error) => Self::of_key(error),
                CreateKeyError::Log(error) => error.into(),
                CreateKeyError::ReadBack { .. } => Self::told(Class::Output, text),
                CreateKeyError::ShortPassphrase => Self::told(Class::Key, text).advice(Bilingual::of(
                    "vanno bene quattro o cinque parole che non c'entrano l'una con l'altra",
                    "four or five words that do not belong together are good",
                )),
                _ => Self::told(Class::Other, text),
            }
        }
    }

    impl From<RenewError> for Failure {
        fn from(error: RenewError) -> Self {
            match error {
                RenewError::Open(error) => error.into(),
                RenewError::Create(error) => error.into(),
                _ => Self::told(Class::Other, texts(|language| error.text(language))),
            }
        }
    }

    impl From<KdfCostError> for Failure {
        fn from(error: KdfCostError) -> Self {
            Self::told(Class::Key, texts(|language| error.text(language)))
        }
    }

    impl From<EpochError> for Failure {
        fn from(error: EpochError) -> Self {
            Self::told(Class::Key, texts(|language| error.text(language))).advice(Bilingual::of(
                "la chiave di questa epoca si fa con: inlav keys new",
                "make the key of this epoch with: inlav keys new",
            ))
        }
    }

    impl From<SplitError> for Failure {
        fn from(error: SplitError) -> Self {
            let class = if matches!(error, SplitError::Random(_)) { Class::Other } else { Class::Key };
            Self::told(class, texts(|language| error.text(language)))
        }
    }

    impl From<CombineError> for Failure {
        fn from(error: CombineError) -> Self {
            let failure = Self::told(Class::Key, texts(|language| error.text(language)));
            match error {
                CombineError::TooFew { .. } | CombineError::NoShare => failure.advice(Bilingual::of(
                    "chiedere la loro parte ad altri custodi",
                    "ask more custodians for their shares",
                )),
                CombineError::WrongKey { .. } => failure.advice(Bilingual::of(
                    "provare con un altro custode al posto di uno di questi",
                    "try with another custodian in the place of one of these",
                )),
                _ => failure,
            }
        }
    }

    impl From<DestroyError> for Failure {
        fn from(error: DestroyError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                DestroyError::Open(error) => error.into(),
                DestroyError::Proof(error) => Self::of_key(error),
                DestroyError::Remove { .. } => Self::told(Class::Output, text)
                    .advice(Bilingual::of("ripetere lo stesso comando", "run the same command again")),
                _ => Self::told(Class::Key, text),
            }
        }
    }

    impl From<OpenKeyError> for Failure {
        fn from(error: OpenKeyError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                OpenKeyError::Read { .. } => Self::told(Class::Key, text).advice(Bilingual::of(
                    "le chiavi si fanno con: inlav keys new",
                    "make keys with: inlav keys new",
                )),
                OpenKeyError::Damaged { .. } => Self::told(Class::Integrity, text),
                OpenKeyError::Memory { .. } => Self::told(Class::Other, text),
                _ => Self::told(Class::Key, text),
            }
        }
    }

    impl From<VaultReadError> for Failure {
        fn from(error: VaultReadError) -> Self {
            let class = match error {
                VaultReadError::Io { .. } | VaultReadError::NotAVault { .. } => Class::Input,
                VaultReadError::Project { .. }
                | VaultReadError::Site { .. }
                | VaultReadError::SiteKey { .. }
                | VaultReadError::Key { .. } => Class::Key,
                _ => Class::Integrity,
            };
            Self::told(class, texts(|language| error.text(language)))
        }
    }

    impl From<AuditLogError> for Failure {
        fn from(error: AuditLogError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                AuditLogError::Aside(error) => error.into(),
                AuditLogError::Io { .. } => Self::told(Class::Output, text),
                _ => Self::told(Class::Integrity, text).advice(Bilingual::of(
                    "non è stato fatto niente; conservare il registro com'è e chiedere chi ha potuto metterci le mani",
                    "nothing was done; keep the log as it is and ask who else had access to it",
                )),
            }
        }
    }

    impl From<RevealError> for Failure {
        fn from(error: RevealError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                RevealError::Shares(error) => error.into(),
                RevealError::Vault(error) => error.into(),
                RevealError::Log(error) => error.into(),
                RevealError::OtherKey(_) => Self::told(Class::Key, text),
                _ => Self::told(Class::Input, text),
            }
        }
    }

    impl From<ForgetError> for Failure {
        fn from(error: ForgetError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                ForgetError::Read(error) => error.into(),
                ForgetError::Write(error) => error.into(),
                ForgetError::Log(error) => error.into(),
                _ => Self::told(Class::Data, text).advice(Bilingual::of(
                    "controllare il numero e la cassaforte; se il registro delle operazioni non conosce questa cassaforte, dare gli pseudonimi con --pseudonyms",
                    "check the number and the vault; if the audit log does not know of this vault, give pseudonyms with --pseudonyms",
                )),
            }
        }
    }

    impl From<ExtractError> for Failure {
        fn from(error: ExtractError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                ExtractError::Policy(error)
                | ExtractError::Pseudonymise(PseudonymiseError::Policy(error)) => error.into(),
                ExtractError::Write(error) | ExtractError::Vault(VaultWriteError::Whole(error)) => {
                    error.into()
                }
                ExtractError::Log(error) => error.into(),
                ExtractError::Seal(SealTokensError::Io(_)) => Self::told(Class::Output, text),
                ExtractError::Seal(_) | ExtractError::NoLinkageKey => Self::told(Class::Key, text),
                ExtractError::Path { .. }
                | ExtractError::VaultInside { .. }
                | ExtractError::Encode { .. }
                | ExtractError::Gate { .. }
                | ExtractError::Vault(VaultWriteError::Io { .. }) => Self::told(Class::Output, text),
                ExtractError::RepeatedKey { .. }
                | ExtractError::Leftover { .. }
                | ExtractError::Pseudonymise(PseudonymiseError::Cell { .. }) => Self::told(Class::Data, text),
                ExtractError::Pseudonymise(_) => Self::told(Class::Policy, text),
                _ => Self::told(Class::Other, text),
            }
        }
    }
}

#[cfg(feature = "site")]
impl From<inlav_pseudo::relink::RelinkError> for Failure {
    fn from(error: inlav_pseudo::relink::RelinkError) -> Self {
        use inlav_pseudo::relink::RelinkError;
        use inlav_pseudo::sealed_tokens::OpenTokensError;

        let text = texts(|language| error.text(language));
        match error {
            RelinkError::Verify(error) => error.into(),
            RelinkError::Write(error) => error.into(),
            RelinkError::Log(error) => error.into(),
            RelinkError::Io { .. } => Self::told(Class::Input, text),
            RelinkError::Epoch { .. } => Self::told(Class::Key, text).advice(Bilingual::of(
                "si fa con: inlav keys new --custodian --epoch ANNO --out CARTELLA",
                "make it with: inlav keys new --custodian --epoch YEAR --out DIR",
            )),
            RelinkError::Busy { .. } | RelinkError::Sealed { fault: OpenTokensError::Io(_), .. } => {
                Self::told(Class::Output, text)
            }
            RelinkError::Sealed { .. } | RelinkError::Ledger { .. } => Self::told(Class::Integrity, text),
            RelinkError::TooMany { .. } => Self::told(Class::Unsafe, text).advice(Bilingual::of(
                "non è stato fatto niente; chiedere al PUA perché ne ha così tanti, e alzare --most-documents solo quando lo si sa",
                "nothing was relinked; ask the PUA why it has so many, and raise --most-documents only when you know",
            )),
            _ => Self::told(Class::Data, text),
        }
    }
}

#[cfg(feature = "hub")]
mod hub {
    use inlav_analytics::evaluate::EvaluateError;
    use inlav_analytics::ledger::LedgerError;
    use inlav_analytics::release::ReleaseError;
    use inlav_analytics::session::QueryError;
    use inlav_analytics::store::StoreError;
    use inlav_core::language::Bilingual;

    use super::{Class, Failure, texts};

    impl From<StoreError> for Failure {
        fn from(error: StoreError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                StoreError::Write(error) => error.into(),
                StoreError::Absent { .. } => Self::told(Class::Input, text).advice(Bilingual::of(
                    "si fa con: inlav ingest ESTRATTO… --store CARTELLA",
                    "make one with: inlav ingest EXTRACT… --store DIR",
                )),
                StoreError::Io { .. } => Self::told(Class::Input, text),
                StoreError::Damaged { .. } | StoreError::Changed { .. } => Self::told(Class::Integrity, text),
                _ => Self::told(Class::Data, text),
            }
        }
    }

    impl From<LedgerError> for Failure {
        fn from(error: LedgerError) -> Self {
            let text = texts(|language| error.text(language));
            match error {
                LedgerError::Store(StoreError::Busy { .. }) => Self::told(Class::Output, text),
                LedgerError::Store(error) => error.into(),
                LedgerError::Write(error) => error.into(),
                LedgerError::Release(error) => error.into(),
                LedgerError::Broken { .. } | LedgerError::Foreign { .. } => {
                    Self::told(Class::Integrity, text).advice(Bilingual::of(
                        "non rilasciare niente; conservare il registro com'è, chiedere chi ha potuto metterci le mani e rimetterlo da una copia",
                        "release nothing; keep the ledger as it is, ask who had access to it, and bring it back from a copy",
                    ))
                }
                LedgerError::NoRecord { .. } => Self::told(Class::Input, text),
                LedgerError::Recorded { .. } => Self::told(Class::Output, text).advice(Bilingual::of(
                    "si riprende con: inlav ledger rebuild NUMERO --store CARTELLA --out CARTELLA",
                    "get it with: inlav ledger rebuild NUMBER --store DIR --out DIR",
                )),
                _ => Self::told(Class::Other, text),
            }
        }
    }

    impl From<QueryError> for Failure {
        fn from(error: QueryError) -> Self {
            let class = match error {
                QueryError::EmptyStore => Class::Input,
                QueryError::Rows { .. } => Class::Integrity,
                _ => Class::Other,
            };
            Self::new(class, &error)
        }
    }

    impl From<EvaluateError> for Failure {
        fn from(error: EvaluateError) -> Self {
            Self::new(Class::Other, &error)
        }
    }

    impl From<ReleaseError> for Failure {
        fn from(error: ReleaseError) -> Self {
            match error {
                ReleaseError::Write(error) => error.into(),
                ReleaseError::CertificateInside { .. } => {
                    Self::new(Class::Output, &error).hint("choose another folder with --certificates")
                }
                ReleaseError::Rejected(_) => Self::new(Class::Unsafe, &error)
                    .hint("nothing was released; please tell the maintainers this line, and never send data"),
                _ => Self::new(Class::Other, &error),
            }
        }
    }
}

#[cfg(test)]
#[cfg(feature = "site")]
mod tests {
    use inlav_core::codes::CodeLists;
    use inlav_pseudo::mapping::Mapping;
    use inlav_pseudo::source::Export;

    use super::*;

    fn refused() -> Failure {
        Export::open(std::path::Path::new("manca.csv"), &Mapping::default()).unwrap_err().into()
    }

    #[test]
    fn a_failure_speaks_the_language_of_its_command() {
        assert!(refused().lines()[0].starts_with("error: cannot read manca.csv: "));
        let italian = refused().in_language(Language::It);
        assert_eq!(italian.lines(), ["errore: impossibile leggere manca.csv: non esiste"]);
        let mapping: Failure = Mapping::parse("version = 2", CodeLists::built_in()).unwrap_err().into();
        assert!(mapping.in_language(Language::It).lines()[0].starts_with("errore: il file di mappatura"));
    }

    /// What the gate found is told by place and kind alone.
    #[test]
    fn the_gate_speaks_italian_too() {
        let found = inlav_pseudo::extract::ExtractError::Leftover {
            table: "person",
            column: inlav_core::registry::person::GENDER.name.to_owned(),
            row: 3,
            export_row: 7,
            what: inlav_pseudo::leftover::Leftover::Iban,
        };
        let failure = Failure::from(found).in_language(Language::It);
        let told = "errore: person.gender contiene un numero di conto (IBAN) (riga 3 dell'estratto, riga 7 dell'esportazione); non è stato scritto niente.";
        assert!(failure.lines()[0].starts_with(told), "{:?}", failure.lines());
        assert_eq!(failure.class, Class::Data);
    }

    #[test]
    fn the_hint_is_in_the_same_language() {
        let exists = || Failure::from(inlav_core::whole::WholeError::Exists { path: "m.toml".into() });
        let (it, en) = (exists().in_language(Language::It).lines(), exists().lines());
        assert!(
            it[0].starts_with("errore: m.toml esiste già") && it[1].starts_with("suggerimento: scegliere")
        );
        assert!(en[0].starts_with("error: m.toml exists") && en[1].starts_with("hint: choose"));
        assert!(it[1].contains("--force") && en[1].contains("--force"));
    }
}
