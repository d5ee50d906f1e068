//! `inlav setup`

use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::{Programme, SiteId};
use inlav_core::whole::{Existing, WholeDirectory};
use inlav_pseudo::keys::{KdfCost, NewSiteKeys, Passphrase, SiteKeys};

use super::failure::{Class, Failure};
use super::keys::new::exists;
use super::passphrase::{NewSource, Wish};
use super::screen;
use super::shares::{self, HandOver};
use super::terminal::Terminal;
use super::{abandoned, clock, language};

/// Set a PUA up, step by step and once: asks which PUA it is and for a passphrase, makes its keys,
/// splits the key of the vault among custodians, and says what to send, what to keep and what comes
/// next. Every answer can be given as an option instead. Broken off, it has made no keys; begin anew.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The PUA, for example PUA05
    #[arg(long)]
    site: Option<SiteId>,
    /// Folder for the keys; without it SITE-keys here
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Name of a custodian of the vault's key, once for each
    #[arg(long, value_name = "NAME")]
    custodian: Vec<String>,
    /// How many custodians it takes to open the vault
    #[arg(short = 'k', long, default_value_t = 2)]
    threshold: u8,
    /// Write the custodians' shares into this new folder, to be printed, handed over and removed;
    /// without it they are shown on the terminal, one at a time
    #[arg(long, value_name = "DIR")]
    shares: Option<PathBuf>,
    /// Keep the vault's key at the PUA too, in vault.ilk. Without this, only the custodians' shares
    /// give it back
    #[arg(long)]
    keep_vault_key: bool,
    /// Memory for one guess of the passphrase, in MiB (64 to 2048)
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    kdf_memory: u32,
    /// Language: it or en; without it that of the environment
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    #[command(flatten)]
    passphrase: NewSource,
}

pub(super) fn run(arguments: &Arguments, programme: &Programme, terminal: &Terminal) -> Result<(), Failure> {
    language::speaking(arguments.lang, |language| Setup { arguments, programme, terminal, language }.run())
}

/// How often a question is asked before it is given up.
const TRIES: usize = 3;

#[derive(Clone, Copy)]
struct Setup<'a> {
    arguments: &'a Arguments,
    programme: &'a Programme,
    terminal: &'a Terminal,
    language: Language,
}

impl Setup<'_> {
    fn run(self) -> Result<(), Failure> {
        let cost = KdfCost::memory_mib(self.arguments.kdf_memory)?;
        let site = self.site()?;
        let out = self.arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{site}-keys")));
        for place in [Some(&out), self.arguments.shares.as_ref()].into_iter().flatten() {
            abandoned::clear(place, self.language, self.terminal);
        }
        self.refuse_places(&out)?;
        let custodians = self.custodians()?;
        let wish = Wish { programme: self.programme, site: Some(&site), cost };
        self.step(
            "La passphrase apre le chiavi di questo PUA. Chi la dimentica le perde: va scritta e chiusa a chiave.",
            "The passphrase opens the keys of this PUA. Who forgets it loses them: write it down, lock it away.",
        );
        let passphrase = self.arguments.passphrase.ask(&wish, self.language, self.terminal)?;
        self.make(&site, &out, &custodians, &passphrase, cost)
    }

    fn make(
        self,
        site: &SiteId,
        out: &Path,
        custodians: &[String],
        passphrase: &Passphrase,
        cost: KdfCost,
    ) -> Result<(), Failure> {
        let project = self.programme.project_id;
        let new = NewSiteKeys::draw(out, project, site, passphrase, cost)?;
        let split = new.vault().split(self.arguments.threshold, custodians)?;
        if self.arguments.keep_vault_key {
            new.keep_vault_key(passphrase, cost)?;
        }
        let hand_over = HandOver::prepare(self.arguments.shares.as_deref(), &split)?;
        new.log(clock::instant(), &[new.made(), shares::entry(new.vault(), &split)])?;
        let files = hand_over.finish(&split, self.language)?;
        let keys = new.finish().inspect_err(|_| {
            // Shares of a key that never came to be would only confuse.
            if let Some(folder) = &files {
                let _ = std::fs::remove_dir_all(folder);
            }
        })?;
        self.conclude(&keys, out, files.as_deref());
        Ok(())
    }

    /// The PUA: as given, or chosen from the programme's list.
    fn site(self) -> Result<SiteId, Failure> {
        if let Some(site) = &self.arguments.site {
            let known = self.programme.site(site);
            return known.map(|site| site.id.clone()).map_err(|_| self.unknown());
        }
        for site in &self.programme.sites {
            self.terminal.note(format_args!("  {}  {}", site.id, site.name));
        }
        for _ in 0..TRIES {
            let question = Bilingual::of("Quale PUA è questa?", "Which PUA is this?");
            let answer = screen::require(&question, "--site", self.language, self.terminal)?;
            let meant = answer.trim().to_uppercase();
            if let Some(site) = self.programme.sites.iter().find(|site| site.id.as_str() == meant) {
                return Ok(site.id.clone());
            }
            self.terminal.failure(&self.unknown());
        }
        Err(self.unknown())
    }

    fn unknown(self) -> Failure {
        let name = &self.programme.name;
        Failure::told(
            Class::Data,
            Bilingual::of(
                format!("non è un PUA del programma {name}"),
                format!("this is no PUA of the programme {name}"),
            ),
        )
        .in_language(self.language)
    }

    /// What is there, or cannot be written to, is told before a passphrase is thought of.
    fn refuse_places(self, out: &Path) -> Result<(), Failure> {
        let free = |folder: &Path| {
            if folder.symlink_metadata().is_ok() {
                return Err(exists(folder));
            }
            WholeDirectory::create(folder, Existing::Refuse).map(drop).map_err(Failure::from)
        };
        let Some(shares) = &self.arguments.shares else { return free(out) };
        let whole = |folder: &Path| std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        if whole(shares).starts_with(whole(out)) {
            return Err(Failure::told(
                Class::Output,
                Bilingual::of(
                    "le parti dei custodi non possono stare nella cartella delle chiavi",
                    "the custodians' shares cannot be kept in the folder of the keys",
                ),
            ));
        }
        free(out)?;
        free(shares)
    }

    /// The custodians: as given, or asked for.
    fn custodians(self) -> Result<Vec<String>, Failure> {
        let mut names = self.arguments.custodian.clone();
        if names.is_empty() {
            let threshold = self.arguments.threshold;
            self.step(
                &format!("Per riaprire la cassaforte dei nomi servono {threshold} custodi; di solito se ne scelgono 3, di uffici diversi."),
                &format!("It takes {threshold} custodians to open the vault of names again; usually 3 are chosen, of different offices."),
            );
            loop {
                let number = names.len().saturating_add(1);
                let question = Bilingual::of(
                    format!("Nome del custode {number} (Invio se non ce ne sono altri):"),
                    format!("Name of custodian {number} (Enter if there are no more):"),
                );
                match screen::ask(question.text(self.language), self.terminal)?
                    .as_deref()
                    .map(|name| name.trim())
                {
                    None | Some("") => break,
                    Some(name) => names.push(name.to_owned()),
                }
            }
        }
        shares::custodians(self.arguments.threshold, &names, names.len())
    }

    fn conclude(self, keys: &SiteKeys, out: &Path, shares: Option<&Path>) {
        let (site, folder) = (keys.site(), out.display());
        let public = keys.signing().id();
        self.result(
            &format!("Fatto: le chiavi di {site} sono in {folder}."),
            &format!("Done: the keys of {site} are in {folder}."),
        );
        self.result(
            &format!("  Mandare al centro: {folder}/{site}.pub, e leggere al telefono {public}."),
            &format!("  Send to the hub: {folder}/{site}.pub, and read out by telephone {public}."),
        );
        self.result(
            &format!("  Tenere, con una copia chiusa a chiave: {folder}. Non mandarla a nessuno."),
            &format!("  Keep, with a copy locked away: {folder}. Send it to nobody."),
        );
        if let Some(shares) = shares {
            let shares = shares.display();
            self.result(
                &format!("  Stampare, consegnare ai custodi e poi cancellare: {shares}."),
                &format!("  Print, hand to the custodians and then remove: {shares}."),
            );
        }
        self.result(
            &format!(
                "  Poi: chiedere al programma la chiave di collegamento dell'anno (linkage), e controllare un'esportazione:\n    inlav check ESPORTAZIONE --site {site} --as-of GG/MM/AAAA"
            ),
            &format!(
                "  Next: ask the programme for the linkage key of the year, and check an export:\n    inlav check EXPORT --site {site} --as-of DD/MM/YYYY"
            ),
        );
    }

    fn step(self, italian: &str, english: &str) {
        self.terminal.note(Bilingual::of(italian, english).text(self.language));
    }

    fn result(self, italian: &str, english: &str) {
        self.terminal.result(Bilingual::of(italian, english).text(self.language));
    }
}
