//! What the person at the terminal sees: results on standard output, everything else on standard
//! error.

use std::io::{self, Write as _};

use super::failure::Failure;

/// The terminal.
#[derive(Debug)]
pub(super) struct Terminal {
    shows_results: bool,
}

impl Terminal {
    pub(super) const fn new() -> Self {
        Self { shows_results: true }
    }

    /// The terminal for a command that is only a step of another one: its results are not shown.
    #[cfg(feature = "demo")]
    pub(super) const fn quiet() -> Self {
        Self { shows_results: false }
    }

    /// A line of the result.
    pub(super) fn result(&self, line: impl std::fmt::Display) {
        if self.shows_results {
            // A reader that went away (`| head`) is no failure of the command.
            let _ = writeln!(io::stdout(), "{line}");
        }
    }

    /// A line about what is going on.
    pub(super) fn note(&self, line: impl std::fmt::Display) {
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// What went wrong, and what to do.
    pub(super) fn failure(&self, failure: &Failure) {
        self.note(format_args!("error: {}", failure.message()));
        if let Some(hint) = failure.hint_text() {
            self.note(format_args!("hint: {hint}"));
        }
    }
}
