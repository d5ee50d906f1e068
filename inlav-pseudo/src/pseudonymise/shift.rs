//! Days shifted by their person's shift.

use chrono::{Days, NaiveDate};
use inlav_core::codes::CodeLists;
use inlav_core::identifiers::IdType;
use inlav_core::registry::{Column, Kind, Table};
use inlav_core::value::Value;

use super::error::PseudonymiseError;
use super::source::CellReader;
use crate::date_shift::DateShiftKey;
use crate::keys::SiteKeys;
use crate::pseudonym::PseudonymKey;
use crate::raw::RawBatch;

/// Shifts the days of a table whose rows name their person.
#[derive(Debug)]
pub(super) struct Shift {
    /// The column of the person's number; a policy that shifts has been checked for it.
    person: Option<&'static Column>,
    pseudonyms: PseudonymKey,
    key: DateShiftKey,
    most: u16,
}

impl Shift {
    pub(super) fn new(table: &'static Table, most: u16, purpose: &str, site: &SiteKeys) -> Self {
        let names = |column: &&Column| {
            matches!(column.kind, Kind::Key(IdType::Person) | Kind::Reference(IdType::Person))
        };
        Self {
            person: table.columns.iter().find(names),
            pseudonyms: site.pseudonym_key(purpose, IdType::Person),
            key: site.date_shift_key(purpose),
            most,
        }
    }

    /// The day by the shift of the row's person; `None` if there is no day, or nobody whose it is.
    ///
    /// # Guarantee
    /// Two days of one person are as far apart after it as before, in all tables. Test
    /// `shifted_days_keep_their_intervals_in_all_tables`.
    ///
    /// # Errors
    /// [`PseudonymiseError::Cell`] if the person's number cannot be read, [`PseudonymiseError::Rule`] if
    /// the value is no day or the shifted one is past the end of the calendar.
    pub(super) fn shifted(
        &self,
        rows: &RawBatch,
        row: usize,
        value: &Value,
    ) -> Result<Option<NaiveDate>, PseudonymiseError> {
        let day = match value {
            Value::Date(day) => *day,
            Value::Timestamp(moment) => moment.date(),
            _ => return Ok(None),
        };
        let Some(person) = self.person else { return Ok(None) };
        let reader = CellReader::new(rows, person, CodeLists::built_in());
        let Some(number) = reader.identifier(row)? else { return Ok(None) };
        let pseudonym = self.pseudonyms.pseudonym(&number).map_err(|_| reader.misfit(row))?;
        let days = self.key.days(&pseudonym, self.most);
        let by = Days::new(u64::from(days.unsigned_abs()));
        let shifted = if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) };
        shifted.map(Some).ok_or_else(|| reader.misfit(row))
    }
}
