//! Where the passphrase comes from: a file, a file descriptor, the environment or a prompt; never
//! the command line, which other users of the machine can read.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::{Programme, SiteId};
use inlav_pseudo::keys::{KdfCost, Passphrase, Strength};
use zeroize::{Zeroize as _, Zeroizing};

use super::failure::{Class, Failure};
use super::language::of_environment;
use super::screen::Screen;
use super::terminal::Terminal;

/// The environment variable.
const VARIABLE: &str = "INLAV_PASSPHRASE";
/// The environment variable of a passphrase that takes the place of another one.
const NEW_VARIABLE: &str = "INLAV_NEW_PASSPHRASE";
/// The environment variable of the linkage key's passphrase.
const LINKAGE_VARIABLE: &str = "INLAV_LINKAGE_PASSPHRASE";

/// How to get the passphrase.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Source {
    /// Read the passphrase from the first line of this file (without it: from the environment
    /// variable INLAV_PASSPHRASE, or else by a prompt)
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the first line of this file descriptor
    #[arg(long, value_name = "N")]
    pub(super) passphrase_fd: Option<u32>,
}

/// How to get the passphrase of the linkage key. All PUA know it, so it should not be the one
/// under which a PUA keeps its own keys.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct LinkageSource {
    /// Read the linkage key's passphrase from the first line of this file (without it: from the
    /// environment variable INLAV_LINKAGE_PASSPHRASE, or else by a prompt; if nobody is asked for
    /// the passphrase of the PUA's keys, that one)
    #[arg(long, value_name = "FILE")]
    pub(super) linkage_passphrase_file: Option<PathBuf>,
}

impl LinkageSource {
    /// The passphrase of the linkage key; `None` if it is that of the PUA's keys.
    pub(super) fn ask(&self, own: &Source) -> Result<Option<Passphrase>, Failure> {
        if let Some(file) = &self.linkage_passphrase_file {
            return read(file).map(Some);
        }
        if let Some(given) = variable(LINKAGE_VARIABLE)? {
            return Ok(Some(given));
        }
        if own.given()?.is_some() {
            return Ok(None);
        }
        let question = Bilingual::of(
            "Passphrase della chiave di collegamento (Invio se è la stessa): ",
            "Passphrase of the linkage key (Enter if it is the same): ",
        );
        let typed = prompt(question.text(of_environment()))?;
        Ok((!typed.is_same_as(&Passphrase::new(String::new()))).then_some(typed))
    }
}

impl Source {
    /// The passphrase of existing keys.
    pub(super) fn ask(&self) -> Result<Passphrase, Failure> {
        self.given()?.map_or_else(|| prompt("Passphrase: "), Ok)
    }

    fn given(&self) -> Result<Option<Passphrase>, Failure> {
        if let Some(file) = &self.passphrase_file {
            return read(file).map(Some);
        }
        if let Some(descriptor) = self.passphrase_fd {
            return read(Path::new(&format!("/dev/fd/{descriptor}"))).map(Some);
        }
        variable(VARIABLE)
    }
}

/// How to get the passphrase of new keys.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct NewSource {
    #[command(flatten)]
    pub(super) source: Source,
    /// Draw the passphrase and show it once, on the terminal only, to be written down
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub(super) generate: bool,
}

/// How to get the passphrase that takes the place of another one.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ReplacingSource {
    /// Read the new passphrase from the first line of this file (without it: from the environment
    /// variable INLAV_NEW_PASSPHRASE, or else by a prompt)
    #[arg(long, value_name = "FILE", conflicts_with = "new_passphrase_fd")]
    new_passphrase_file: Option<PathBuf>,
    /// Read the new passphrase from the first line of this file descriptor
    #[arg(long, value_name = "N")]
    new_passphrase_fd: Option<u32>,
    /// Draw the new passphrase and show it once, on the terminal only, to be written down
    #[arg(long, conflicts_with_all = ["new_passphrase_file", "new_passphrase_fd"])]
    generate: bool,
}

/// For which keys a passphrase is chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    /// Its name is one of the first that somebody tries.
    pub(super) programme: &'a Programme,
    /// So is that of the PUA.
    pub(super) site: Option<&'a SiteId>,
    /// What a guess will cost.
    pub(super) cost: KdfCost,
}

impl NewSource {
    /// A passphrase for new keys: told how strong it is, refused if it is weak, asked twice at a prompt.
    pub(super) fn ask(
        &self,
        wish: &Wish<'_>,
        language: Language,
        terminal: &Terminal,
    ) -> Result<Passphrase, Failure> {
        // The environment is not asked when a passphrase is to be drawn.
        let given = if self.generate { None } else { self.source.given()? };
        wish.choose(given, self.generate, language, terminal)
    }
}

impl ReplacingSource {
    /// The new passphrase.
    pub(super) fn ask(
        &self,
        wish: &Wish<'_>,
        language: Language,
        terminal: &Terminal,
    ) -> Result<Passphrase, Failure> {
        let given = match (&self.new_passphrase_file, self.new_passphrase_fd) {
            _ if self.generate => None,
            (Some(file), _) => Some(read(file)?),
            (None, Some(descriptor)) => Some(read(Path::new(&format!("/dev/fd/{descriptor}")))?),
            (None, None) => variable(NEW_VARIABLE)?,
        };
        wish.choose(given, self.generate, language, terminal)
    }
}

impl Wish<'_> {
    fn choose(
        &self,
        given: Option<Passphrase>,
        generate: bool,
        language: Language,
        terminal: &Terminal,
    ) -> Result<Passphrase, Failure> {
        if generate {
            return draw(language);
        }
        if let Some(given) = given {
            return self.rate(&given, language, terminal).map(|()| given);
        }
        let prompts = Bilingual::of(
            format!("Nuova passphrase ({} caratteri o più): ", Passphrase::SHORTEST),
            format!("New passphrase ({} characters or more): ", Passphrase::SHORTEST),
        );
        let first = loop {
            let typed = prompt(prompts.text(language))?;
            match self.rate(&typed, language, terminal) {
                Ok(()) => break typed,
                // At a prompt there is another try; nothing typed is giving up.
                Err(weak) if !typed.is_same_as(&Passphrase::new(String::new())) => {
                    terminal.failure(&weak.in_language(language));
                }
                Err(weak) => return Err(weak),
            }
        };
        let second = prompt(Bilingual::of("Ancora una volta: ", "Again: ").text(language))?;
        if first.is_same_as(&second) {
            return Ok(first);
        }
        Err(Failure::told(
            Class::Key,
            Bilingual::of("le due passphrase non sono uguali", "the two passphrases are not the same"),
        ))
    }

    /// Says how strong a passphrase is, and refuses a weak one.
    fn rate(&self, passphrase: &Passphrase, language: Language, terminal: &Terminal) -> Result<(), Failure> {
        let advice = Bilingual::of(
            "vanno bene quattro o cinque parole che non c'entrano l'una con l'altra, oppure --generate",
            "four or five words that do not belong together are good, or --generate",
        );
        if !passphrase.is_long_enough() {
            let text = Bilingual::of(
                format!("la passphrase deve avere almeno {} caratteri", Passphrase::SHORTEST),
                format!("the passphrase must have at least {} characters", Passphrase::SHORTEST),
            );
            return Err(Failure::told(Class::Key, text).advice(advice));
        }
        let site = self.site.and_then(|site| self.programme.site(site).ok());
        let mut known = vec!["inlav", self.programme.name.as_str()];
        known.extend(site.into_iter().flat_map(|site| [site.id.as_str(), &site.name, &site.province]));
        let strength = passphrase.strength(&known);
        let told = |language| strength.text(self.cost, language);
        if !strength.is_enough(self.cost) {
            let (years, it, en) = (Strength::FEWEST_YEARS, told(Language::It), told(Language::En));
            let text = Bilingual::of(
                format!("la passphrase è troppo debole: {it}; devono essere almeno {years:.0} anni"),
                format!("the passphrase is too weak: {en}; it must be {years:.0} years or more"),
            );
            return Err(Failure::told(Class::Key, text).advice(advice));
        }
        terminal.note(format_args!("passphrase: {}", told(language)));
        Ok(())
    }
}

/// Draws a passphrase and shows it once.
fn draw(language: Language) -> Result<Passphrase, Failure> {
    let mut screen = Screen::open()?;
    let (passphrase, text) = Passphrase::generate().map_err(|fault| Failure::new(Class::Other, &fault))?;
    let question = Bilingual::of(
        "Scriverla su carta e custodirla; Invio la cancella dallo schermo.",
        "Write it down on paper and keep it safe; Enter clears it from the screen.",
    );
    screen.show_once(&format!("\n    {}\n", text.as_str()), question.text(language))?;
    Ok(passphrase)
}

fn variable(name: &str) -> Result<Option<Passphrase>, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(Passphrase::new(text))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            let text =
                Bilingual::of(format!("{name} non è testo Unicode"), format!("{name} is not Unicode text"));
            Err(Failure::told(Class::Key, text))
        }
    }
}

/// Bytes of the longest line that is read as a passphrase.
const LONGEST: usize = 1024;

/// The first line of a file. What follows is left for others to read.
fn read(path: &Path) -> Result<Passphrase, Failure> {
    let line = File::open(path).and_then(|mut file| first_line(&mut file)).map_err(|fault| {
        let why = |language: Language| language.refusal(&fault);
        let text = Bilingual::of(
            format!("impossibile leggere la passphrase da {}: {}", path.display(), why(Language::It)),
            format!("cannot read the passphrase from {}: {}", path.display(), why(Language::En)),
        );
        Failure::told(Class::Key, text)
    })?;
    line.map(Passphrase::new).ok_or_else(|| {
        let text = Bilingual::of(
            format!("la prima riga di {} non è una passphrase: troppo lunga o non UTF-8", path.display()),
            format!("the first line of {} is not a passphrase: too long, or not UTF-8", path.display()),
        );
        Failure::told(Class::Key, text)
    })
}

/// The first line without its end; `None` if it is too long or not UTF-8. Byte by byte, so that no buffer
/// keeps a copy, and never growing, so that no copy is left behind.
fn first_line(source: &mut impl io::Read) -> io::Result<Option<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = [0];
    loop {
        match source.read_exact(&mut byte) {
            Err(fault) if fault.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(fault) => return Err(fault),
            Ok(()) if byte == *b"\n" => break,
            Ok(()) if line.len() == LONGEST => return Ok(None),
            Ok(()) => line.extend_from_slice(&byte),
        }
    }
    while line.pop_if(|byte| *byte == b'\r').is_some() {}
    Ok(String::from_utf8(std::mem::take(&mut *line)).map_err(|bytes| bytes.into_bytes().zeroize()).ok())
}

fn prompt(text: &str) -> Result<Passphrase, Failure> {
    rpassword::prompt_password(text).map(Passphrase::new).map_err(|_| {
        let text = Bilingual::of(
            "non c'è un terminale su cui chiedere la passphrase",
            "there is no terminal to ask for the passphrase",
        );
        Failure::told(Class::Key, text).advice(Bilingual::of(
            "darla con --passphrase-fd N o con la variabile INLAV_PASSPHRASE",
            "pass it through --passphrase-fd N or the variable INLAV_PASSPHRASE",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_first_line_and_no_byte_of_the_next_is_taken() {
        let mut source = "quattro parole\r\nuna risposta\n".as_bytes();
        assert_eq!(first_line(&mut source).unwrap().unwrap(), "quattro parole");
        assert_eq!(source, b"una risposta\n");
        assert_eq!(first_line(&mut "senza fine".as_bytes()).unwrap().unwrap(), "senza fine");
        assert_eq!(first_line(&mut &[0xff, b'\n'][..]).unwrap(), None);
        assert_eq!(first_line(&mut vec![b'x'; LONGEST].as_slice()).unwrap().unwrap().len(), LONGEST);
        assert_eq!(first_line(&mut vec![b'x'; LONGEST + 1].as_slice()).unwrap(), None);
    }
}
