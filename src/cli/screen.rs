//! The terminal itself, past all redirections: for what must not end up in a file, and for questions.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _};

use inlav_core::language::{Bilingual, Language};
use zeroize::Zeroizing;

use super::failure::{Class, Failure};
use super::terminal::Terminal;

/// The terminal.
#[derive(Debug)]
pub(super) struct Screen {
    keyboard: BufReader<File>,
    screen: File,
}

impl Screen {
    /// The terminal of this process, if it has one.
    pub(super) fn open() -> Result<Self, Failure> {
        let (keyboard, screen) = if cfg!(windows) { ("CONIN$", "CONOUT$") } else { ("/dev/tty", "/dev/tty") };
        let open = |name, read| File::options().read(read).write(!read).open(name);
        let opened = open(keyboard, true).and_then(|keyboard| Ok((keyboard, open(screen, false)?)));
        let (keyboard, screen) = opened.map_err(|_| {
            Failure::told(
                Class::Key,
                Bilingual::of(
                    "non c'è un terminale su cui mostrare un segreto",
                    "there is no terminal to show a secret on",
                ),
            )
        })?;
        Ok(Self { keyboard: BufReader::new(keyboard), screen })
    }

    /// Shows a secret until Enter is pressed, then clears the screen and what was above it.
    pub(super) fn show_once(&mut self, secret: &str, question: &str) -> Result<(), Failure> {
        let mut shown = || -> io::Result<usize> {
            write!(self.screen, "{secret}\n{question} ")?;
            let mut answer = String::new();
            let read = self.keyboard.read_line(&mut answer)?;
            write!(self.screen, "\x1b[H\x1b[2J\x1b[3J")?;
            Ok(read)
        };
        match shown() {
            Ok(1..) => Ok(()),
            Ok(0) => Err(Failure::told(
                Class::Key,
                Bilingual::of("interrotto: ricominciare da capo", "broken off: begin anew"),
            )),
            Err(fault) => {
                let text = Bilingual::of(
                    format!("impossibile mostrare un segreto: {}", Language::It.refusal(&fault)),
                    format!("cannot show a secret: {fault}"),
                );
                Err(Failure::told(Class::Key, text))
            }
        }
    }
}

/// Asks a question and reads a line of standard input; `None` at its end.
pub(super) fn ask(question: &str, terminal: &Terminal) -> Result<Option<Zeroizing<String>>, Failure> {
    terminal.note(question);
    // With room for a long line, no copy is left behind by growth.
    let mut line = Zeroizing::new(String::with_capacity(1024));
    let read = io::stdin().lock().read_line(&mut line);
    let read = read.map_err(|fault| {
        let text = Bilingual::of(
            format!("impossibile leggere la risposta dallo standard input: {}", Language::It.refusal(&fault)),
            format!("cannot read the answer from standard input: {fault}"),
        );
        Failure::told(Class::Input, text)
    })?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok((read > 0).then_some(line))
}

/// An answer that has to be given; `option` is how it can be given without being asked.
pub(super) fn require(
    question: &Bilingual,
    option: &str,
    language: Language,
    terminal: &Terminal,
) -> Result<Zeroizing<String>, Failure> {
    ask(question.text(language), terminal)?.ok_or_else(|| {
        let text = Bilingual::of(
            format!("manca una risposta; la si può dare con {option}"),
            format!("an answer is missing; it can be given with {option}"),
        );
        Failure::told(Class::Input, text)
    })
}

/// Whether a person types the answers.
pub(super) fn is_typed() -> bool {
    io::stdin().is_terminal()
}
