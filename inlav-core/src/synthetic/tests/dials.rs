//! What the dials do.

use super::*;
use crate::identifiers::DIGIT_POSITIONS;
use crate::registry::employment;

fn generate(dials: &Dials) -> Population {
    Population::generate(Programme::inlav_lombardia(), dials)
}

fn events(population: &Population) -> usize {
    population.sites.iter().map(SiteData::events).sum()
}

#[test]
fn as_many_events_as_were_asked_for() {
    for (asked, tolerance) in [(1000, 200), (20_000, 50), (100_000, 30)] {
        let made = events(&generate(&Dials::default().with_events(asked)));
        let asked = usize::try_from(asked).unwrap();
        assert!(made.abs_diff(asked) * 1000 <= asked * tolerance, "{made} of {asked}");
    }
}

/// More than one block a site, so that what runs from block to block is seen.
#[test]
fn blocks_are_the_whole_and_numbers_run_on() {
    let dials = Dials { persons: 7000, ..Dials::default() };
    let generator = Generator::new(Programme::inlav_lombardia(), &dials);
    let blocks: Vec<Block> = generator.blocks(7).collect();
    assert_eq!(blocks.len(), 2);
    assert!(blocks[1].data.rows("operator").is_empty() && !blocks[1].data.rows("service_event").is_empty());
    let mut site = blocks[0].data.clone();
    site.append(blocks[1].data.clone());
    for table in registry::tables() {
        let Some(key) = table.key() else { continue };
        let keys = cells(&site, table, key);
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{}", table.name);
    }
    // A block is the same whoever asks first.
    assert_eq!(generator.blocks(7).nth(1).unwrap(), blocks[1]);
}

#[test]
fn letters_stand_for_digits_as_often_as_asked() {
    for (per_thousand, expected) in [(0, 0..=0), (200, 130..=260)] {
        let population = generate(&Dials { omocodic: per_thousand, ..Dials::default() });
        let codes = all(&population, &person::TABLE, &person::CODICE_FISCALE);
        let whole = codes.iter().filter(|code| code.len() == 16 && !is_placeholder(code));
        let letters =
            |code: &&String| DIGIT_POSITIONS.iter().any(|at| code.as_bytes()[*at].is_ascii_uppercase());
        let made = whole.clone().filter(letters).count() * 1000 / whole.count();
        assert!(expected.contains(&made), "{made}");
    }
}

#[test]
fn missing_leaves_optional_cells_blank_and_nothing_else() {
    let (full, holes) = (generate(&Dials::default()), generate(&Dials { missing: 150, ..Dials::default() }));
    let (mut filled, mut gone, mut changed) = (0, 0, BTreeSet::new());
    for (full, holes) in full.sites.iter().zip(&holes.sites) {
        for (full, holes) in full.tables.iter().zip(&holes.tables) {
            for (column, (full, holes)) in full
                .rows
                .iter()
                .zip(&holes.rows)
                .flat_map(|(a, b)| full.table.columns.iter().zip(a.iter().zip(b)))
            {
                if full == holes {
                    continue;
                }
                assert!(["", "ND", "NR", "RIF"].contains(&holes.as_str()));
                assert!(!column.required && !full.is_empty());
                changed.insert(column.name);
            }
        }
        let cells = |site: &SiteData| cells(site, &employment::TABLE, &employment::PAY_MONTH_NET);
        filled += cells(full).iter().filter(|cell| !cell.is_empty()).count();
        gone += cells(full).iter().zip(cells(holes)).filter(|(full, hole)| **full != *hole).count();
    }
    assert!((110..=190).contains(&(gone * 1000 / filled)), "{gone} of {filled}");
    assert!(changed.len() > 25, "{changed:?}");
}

#[test]
fn dirt_is_planted_where_it_is_said() {
    let clean = generate(&Dials::default());
    assert!(clean.planted.is_empty());
    let dirty = generate(&Dials { dirt: 8, ..Dials::default() });
    let kinds: BTreeSet<Dirt> = dirty.planted.iter().map(|planted| planted.kind).collect();
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    for planted in &dirty.planted {
        let site = dirty.sites.iter().find(|site| site.site == planted.site).unwrap();
        let table = registry::table(planted.table).unwrap();
        let row = &site.rows(planted.table)[usize::try_from(planted.row).unwrap()];
        let column = table.column(planted.column).unwrap();
        let cell = &row[at(table, column)];
        let fault = crate::value::read(column, cell, Some("ITA"), crate::codes::CodeLists::built_in()).fault;
        let is_of_the_cell = ["cell", "R35"].contains(&planted.kind.rule());
        assert_eq!(fault.is_some(), is_of_the_cell, "{planted:?} {cell}");
    }
    // And nowhere else.
    let told: BTreeSet<(&SiteId, &str, u64, &str)> =
        dirty.planted.iter().map(|p| (&p.site, p.table, p.row, p.column)).collect();
    for site in &dirty.sites {
        for data in &site.tables {
            for (number, row) in (0..).zip(&data.rows) {
                for (at, column) in data.table.columns.iter().enumerate() {
                    let state = row.get(at.saturating_sub(1)).map(String::as_str);
                    let known = told.contains(&(&site.site, data.table.name, number, column.name));
                    let sound =
                        crate::value::read(column, &row[at], state, crate::codes::CodeLists::built_in())
                            .fault
                            .is_none();
                    assert!(sound || known, "{} {} {number}", data.table.name, column.name);
                }
            }
        }
    }
}
