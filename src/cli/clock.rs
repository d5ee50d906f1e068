//! The one place where the clock is read.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// The time now, UTC, RFC 3339 to the second.
#[cfg(feature = "hub")]
pub(super) fn now() -> String {
    read().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The time now.
#[cfg(feature = "site")]
pub(super) fn instant() -> DateTime<Utc> {
    read()
}

/// Today, a day later than in Greenwich: wherever it is read, it is no later than that.
#[cfg(feature = "site")]
pub(super) fn latest_today() -> chrono::NaiveDate {
    (read() + chrono::Days::new(1)).date_naive()
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that the ban points to")]
fn read() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
