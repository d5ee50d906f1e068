//! Cells and rows broken the way offices break them, and the list of what was broken.

use std::collections::BTreeSet;

use chrono::{Datelike as _, Months};

use super::draw::Draw;
use super::{SiteData, TableData};
use crate::identifiers::IdType;
use crate::programme::SiteId;
use crate::registry::{Column, Kind, case, pact, person, site};
use crate::value::parse_date;

/// Something that was broken on purpose, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planted {
    /// The PUA.
    pub site: SiteId,
    /// The table.
    pub table: &'static str,
    /// The row's place in the table, from 0.
    pub row: u64,
    /// The column.
    pub column: &'static str,
    /// What was done.
    pub kind: Dirt,
}

/// A way to break a cell or row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dirt {
    /// A day without its year, which nobody can read for certain.
    NoYear,
    /// A day ten years later than it was.
    LaterYear,
    /// A remark where a code belongs.
    Remark,
    /// A word beside a number.
    Word,
    /// "Perhaps" where yes or no belongs.
    Perhaps,
    /// A codice fiscale with another check character.
    Mistyped,
    /// The number of a case that does not exist.
    LostReference,
    /// An ATECO code of which the spreadsheet took the zero in front.
    LostZero,
    /// The name of a municipality in place of its code.
    NameOfPlace,
    /// The same row a second time, number and all.
    DoubleRow,
    /// The same person a second time, under another number and in another spelling.
    DoublePerson,
}

/// Rows of persons who are in the table twice.
#[derive(Debug, Default)]
pub(super) struct SecondRows {
    /// Numbers, from 0, of the second rows.
    added: Vec<usize>,
    /// Numbers of both rows.
    both: BTreeSet<usize>,
}

impl Dirt {
    /// A word for it, for lists that programs read.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoYear => "NO_YEAR",
            Self::LaterYear => "LATER_YEAR",
            Self::Remark => "REMARK",
            Self::Word => "WORD",
            Self::Perhaps => "PERHAPS",
            Self::Mistyped => "MISTYPED",
            Self::LostReference => "LOST_REFERENCE",
            Self::LostZero => "LOST_ZERO",
            Self::NameOfPlace => "NAME_OF_PLACE",
            Self::DoubleRow => "DOUBLE_ROW",
            Self::DoublePerson => "DOUBLE_PERSON",
        }
    }

    /// The rule under which a check of the export has to tell it: `cell` for a cell that is not
    /// what its column holds, or the number of a rule. Other rules may be broken besides.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::LaterYear => "R02",
            Self::Mistyped => "R35",
            Self::DoubleRow => "K01",
            Self::LostReference => "K02",
            Self::DoublePerson => "K03",
            _ => "cell",
        }
    }
}

impl SecondRows {
    /// The person of this row is in that one too.
    pub(super) fn add(&mut self, first: usize, second: usize) {
        self.added.push(second);
        self.both.extend([first, second]);
    }
}

/// Breaks so many in a thousand of the cells and rows of a block; `emitted` are the rows of the
/// blocks before it, by table.
pub(super) fn plant(
    draw: &mut Draw,
    data: &mut SiteData,
    second: &SecondRows,
    (per_thousand, emitted): (u32, &[u64]),
) -> Vec<Planted> {
    let mut planted = Vec::new();
    if per_thousand == 0 {
        return planted;
    }
    let site = data.site.clone();
    for (data, emitted) in data.tables.iter_mut().zip(emitted) {
        let table = data.table;
        let row = |at: usize| emitted + u64::try_from(at).unwrap_or(0);
        let found = |at: usize, column: &Column, kind| Planted {
            site: site.clone(),
            table: table.name,
            row: row(at),
            column: column.name,
            kind,
        };
        if [site::TABLE.name, pact::TABLE.name].contains(&table.name) {
            continue;
        }
        let is_person = table.name == person::TABLE.name;
        let mut doubled = Vec::new();
        for (at, cells) in data.rows.iter_mut().enumerate() {
            if is_person && second.both.contains(&at) {
                continue;
            }
            let before = planted.len();
            for (column, cell) in table.columns.iter().zip(cells.iter_mut()) {
                if let Some((broken, kind)) = broken(draw, column, cell, per_thousand) {
                    *cell = broken;
                    planted.push(found(at, column, kind));
                }
            }
            if planted.len() == before && table.key().is_some() && draw.chance(per_thousand) {
                doubled.push(cells.clone());
            }
        }
        if is_person {
            planted.extend(
                second
                    .added
                    .iter()
                    .filter_map(|at| Some(found(*at, document(data, *at)?, Dirt::DoublePerson))),
            );
        }
        for cells in doubled {
            if let Some(key) = table.key() {
                planted.push(found(data.rows.len(), key, Dirt::DoubleRow));
            }
            data.rows.push(cells);
        }
    }
    planted
}

/// The column of the first document of a person that a check can compare.
fn document(data: &TableData, row: usize) -> Option<&'static Column> {
    let cells = data.table.columns.iter().zip(data.rows.get(row)?);
    let mut documents = cells.filter(|(column, cell)| match column.kind {
        Kind::CodiceFiscale => cell.len() >= 11 && cell.bytes().any(|byte| byte.is_ascii_digit()),
        Kind::StpEni => !cell.is_empty(),
        Kind::PermitNumber => cell.starts_with('I'),
        Kind::PassportNumber { .. } => !cell.is_empty(),
        _ => false,
    });
    documents.next().map(|(column, _)| column)
}

/// The cell broken, and how; `None` if it stays as it is.
fn broken(draw: &mut Draw, column: &Column, cell: &str, per_thousand: u32) -> Option<(String, Dirt)> {
    if cell.is_empty() || !draw.chance(per_thousand) {
        return None;
    }
    match column.kind {
        Kind::Date => {
            let day = parse_date(cell)?;
            if draw.chance(500) {
                return Some((day.format("%d/%m").to_string(), Dirt::NoYear));
            }
            let later = day.checked_add_months(Months::new(120)).filter(|later| later.year() > 2030)?;
            Some((later.to_string(), Dirt::LaterYear))
        }
        // A number whose state is not known is no passport's.
        Kind::Code(_) if column.name == person::PASSPORT_STATE.name => None,
        Kind::Code(_) | Kind::Codes { .. } => Some(("vedi scheda".to_owned(), Dirt::Remark)),
        Kind::Whole { .. } | Kind::Decimal { .. } => Some((format!("circa {cell}"), Dirt::Word)),
        Kind::YesNo => Some(("forse".to_owned(), Dirt::Perhaps)),
        Kind::CodiceFiscale if cell.len() == 16 && cell.bytes().any(|byte| byte.is_ascii_digit()) => {
            let (body, check) = cell.split_at_checked(15)?;
            Some((format!("{body}{}", if check == "A" { "B" } else { "A" }), Dirt::Mistyped))
        }
        Kind::Reference(IdType::Case) if column.name == case::CASE_ID.name => {
            Some((format!("{cell}-bis"), Dirt::LostReference))
        }
        Kind::Ateco => Some((cell.strip_prefix('0')?.to_owned(), Dirt::LostZero)),
        Kind::Municipality => Some(("Comune di Brescia".to_owned(), Dirt::NameOfPlace)),
        _ => None,
    }
}
