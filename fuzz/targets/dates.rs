//! Days as offices write them: whatever is read is one day, and the same day when it is written in
//! full.

#![no_main]

use chrono::{Datelike as _, NaiveDate};
use inlav_core::registry::{Column, case, person};
use inlav_core::value::{DateHabits, DateOrder, DateSystem, parse_date, parse_timestamp, read_date};
use libfuzzer_sys::fuzz_target;

const COLUMNS: [&Column; 2] = [&person::BIRTH_DATE, &case::TAKEN_ON];

fn is_sound(day: NaiveDate) {
    assert!((1900..=2200).contains(&day.year()), "no office writes of that year");
    for form in ["%Y-%m-%d", "%d/%m/%Y", "%-d.%-m.%Y"] {
        assert_eq!(parse_date(&day.format(form).to_string()), Some(day));
    }
}

fuzz_target!(|text: &str| {
    let parsed = parse_date(text);
    assert_eq!(parse_date(&format!(" {text}\t")), parsed, "white space around says nothing");
    if let Some(moment) = parse_timestamp(text) {
        assert_eq!(Some(moment.date()), parsed);
        assert_eq!(parse_timestamp(&moment.format("%Y-%m-%dT%H:%M:%S").to_string()), Some(moment));
    }
    for column in COLUMNS {
        for order in [DateOrder::DayFirst, DateOrder::MonthFirst] {
            for (system, counted) in [
                (DateSystem::Since1900, false),
                (DateSystem::Since1904, false),
                (DateSystem::Since1900, true),
            ] {
                let read = read_date(column, text, DateHabits { order, system, counted });
                read.into_iter().for_each(is_sound);
                if let (Some(day), DateOrder::DayFirst) = (parsed, order) {
                    assert_eq!(read, Ok(day), "columns read what is a day anywhere");
                }
            }
        }
    }
    if DateHabits::is_count(text) {
        assert!(read_date(&case::TAKEN_ON, text, DateHabits::default()).is_ok());
    }
});
