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

    /// Says what the next step is about.
    pub(super) fn on(&self, what: impl Into<String>) {
        self.0.set_prefix(what.into());
    }

    /// One step is done.
    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// All is done: the bar stays as a record.
    pub(super) fn finish(self) {
        self.0.set_prefix("");
        self.0.finish();
    }
}
