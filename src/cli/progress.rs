//! Progress bars on standard error; silent where there is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over a known number of steps.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Begins a bar of `steps` steps.
    pub(super) fn begin(what: &'static str, steps: usize) -> Self {
        let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX)).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg:>14} {bar:24} {pos}/{len} {prefix}  {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Begins a bar of so many rows, with their rate and the time left.
    #[cfg(feature = "site")]
    pub(super) fn begin_rows(what: &'static str, rows: u64) -> Self {
        let progress = Self::begin(what, 0);
        progress.0.set_length(rows);
        let template = "{msg:>14} {bar:24} {percent}% {prefix}  {per_sec}  {elapsed}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{:.0} rows/s", state.per_sec());
            };
            progress.0.set_style(style.with_key("per_sec", rate));
        }
        progress
    }

    /// So many rows more are done.
    #[cfg(feature = "site")]
    pub(super) fn rows(&self, rows: u64) {
        self.0.inc(rows);
    }

    /// Says what the next step is about.
    pub(super) fn on(&self, what: impl Into<String>) {
        self.0.set_prefix(what.into());
    }

    /// One step is done.
    #[cfg(feature = "hub")]
    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// All is done: the bar stays as a record.
    pub(super) fn finish(self) {
        self.0.set_prefix("");
        self.0.finish();
    }
}
