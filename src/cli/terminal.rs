//! What the person at the terminal sees: results on standard output, everything else on standard
//! error.

use std::cell::RefCell;
use std::io::{self, Write as _};

use inlav_core::text::is_unprintable;

use super::failure::{Class, Failure};

/// The terminal.
#[derive(Debug)]
pub(super) struct Terminal {
    shows_results: bool,
    /// Why a part of the results did not arrive.
    lost: RefCell<Option<io::Error>>,
}

impl Terminal {
    pub(super) const fn new() -> Self {
        Self { shows_results: true, lost: RefCell::new(None) }
    }

    /// The terminal for a command that is only a step of another one: its results are not shown.
    #[cfg(feature = "demo")]
    pub(super) const fn quiet() -> Self {
        Self { shows_results: false, lost: RefCell::new(None) }
    }

    /// A line of the result.
    pub(super) fn result(&self, line: impl std::fmt::Display) {
        if !self.shows_results {
            return;
        }
        if let Err(fault) = writeln!(io::stdout(), "{}", plain(&line)) {
            // A reader that went away (`| head`) is no failure of the command.
            if fault.kind() != io::ErrorKind::BrokenPipe {
                self.lost.borrow_mut().get_or_insert(fault);
            }
        }
    }

    /// A failure if results were lost, for example because the disk they go to is full.
    pub(super) fn check_results(&self) -> Result<(), Failure> {
        match self.lost.take() {
            None => Ok(()),
            Some(fault) => {
                Err(Failure::new(Class::Output, &format_args!("cannot write the result: {fault}")))
            }
        }
    }

    /// A line about what is going on.
    pub(super) fn note(&self, line: impl std::fmt::Display) {
        let _ = writeln!(io::stderr(), "{}", plain(&line));
    }

    /// What went wrong, and what to do.
    pub(super) fn failure(&self, failure: &Failure) {
        failure.lines().iter().for_each(|line| self.note(line));
    }
}

/// A text of one or more lines without what would move the cursor or turn the writing: a last net for
/// names from outside.
fn plain(text: &impl std::fmt::Display) -> String {
    let replaced =
        |c| if is_unprintable(c) && !matches!(c, '\n' | '\t') { char::REPLACEMENT_CHARACTER } else { c };
    text.to_string().chars().map(replaced).collect()
}
