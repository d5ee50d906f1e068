//! The one place where the clock is read.

use std::time::SystemTime;

/// The time now, UTC, RFC 3339 to the second.
#[expect(clippy::disallowed_methods, reason = "this is the one place that the ban points to")]
pub(super) fn now() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    chrono::DateTime::from_timestamp(seconds, 0)
        .map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        .unwrap_or_default()
}
