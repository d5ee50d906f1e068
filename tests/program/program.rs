//! Running the program and keeping all it says.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;

/// The passphrase of keys that tests make, in the environment of every run.
pub(crate) const PASSPHRASE: &str = "quattro parole che non c'entrano";
/// Where the program looks for a passphrase.
pub(crate) const PASSPHRASE_VARIABLE: &str = "INLAV_PASSPHRASE";
/// Longer than any run takes on a slow machine.
const LONGEST: Duration = Duration::from_secs(400);

/// How a run ended.
#[derive(Clone)]
pub(crate) struct Outcome {
    /// The arguments, for messages.
    pub(crate) line: String,
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

/// The program with arguments, without a terminal.
pub(crate) fn inlav<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new(cargo_bin!("inlav"));
    command.args(arguments).env(PASSPHRASE_VARIABLE, PASSPHRASE).env_remove("RAYON_NUM_THREADS");
    command.env("LC_ALL", "C");
    command.timeout(LONGEST);
    command
}

/// Arguments of different kinds as one list.
#[macro_export]
macro_rules! arguments {
    ($($argument:expr),* $(,)?) => { [$(std::ffi::OsString::from($argument)),*] };
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    let arguments: Vec<_> = command.get_args().map(|text| text.to_string_lossy()).collect();
    Outcome {
        line: arguments.join(" "),
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

impl Outcome {
    /// Asserts that all went well.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}\n{}", self.line, self.stdout, self.stderr);
        self
    }

    /// Asserts that a check found no errors: nothing (0), or warnings (10).
    #[track_caller]
    pub(crate) fn without_errors(self) -> Self {
        assert!(matches!(self.code, Some(0 | 10)), "{}\n{}\n{}", self.line, self.stdout, self.stderr);
        self
    }

    /// Asserts that it failed with this exit code and an error that has all these texts in it.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, texts: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}\n{}", self.line, self.stdout, self.stderr);
        assert!(
            self.stderr.lines().any(|line| line.starts_with("error: ") || line.starts_with("errore: ")),
            "{}\n{}",
            self.line,
            self.stderr
        );
        for text in texts {
            assert!(self.stderr.contains(text), "no \"{text}\" in what {} said:\n{}", self.line, self.stderr);
        }
        self
    }

    /// All that was printed.
    pub(crate) fn said(&self) -> String {
        format!("{}\n{}\n{}\n", self.line, self.stdout, self.stderr)
    }
}

/// A path as text for messages of the program.
pub(crate) fn name(path: &Path) -> String {
    path.display().to_string()
}
