//! Writes made-up files to measure `inlav protect` and `inlav audit` with: `microdata.csv`, with a
//! row per person, and `published.csv`, a table of 12 × 15 × 10 with all margins in which the cells of
//! 1 to 9 persons are marked and nothing else is.
//!
//! `cargo run --release -p inlav-sdc --example made_up_tables -- DIR ROWS PERSONS`

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use inlav_core::whole::{Access, Existing, WholeFile};

const SIDES: [(&str, usize); 3] = [("site", 12), ("sector", 15), ("country", 10)];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("give a folder, a number of rows and one of persons");
    let folder = next()?;
    let (rows, persons): (u64, u64) = (next()?.parse()?, next()?.parse()?);
    microdata(&Path::new(&folder).join("microdata.csv"), rows)?;
    published(&Path::new(&folder).join("published.csv"), persons)?;
    Ok(())
}

fn microdata(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let mut file = std::io::BufWriter::new(WholeFile::create(path, Access::Shared, Existing::Replace)?);
    writeln!(file, "person;site;sector;country;sex;note")?;
    let mut dice = Dice(1);
    for row in 0..rows {
        // Half of the persons have a second row.
        let person = if row % 3 == 2 { row - 1 } else { row };
        let [site, sector, country] = SIDES.map(|(_, size)| dice.skewed(size));
        let sex = if dice.below(3) == 0 { "F" } else { "M" };
        writeln!(file, "P{person:08};S{site:02};A{sector:02};C{country:02};{sex};\"no; {row}\"")?;
    }
    file.into_inner()?.finish()?;
    Ok(())
}

fn published(path: &Path, persons: u64) -> Result<(), Box<dyn Error>> {
    // Coordinates from 1; 0 is the sum.
    let mut counts = std::collections::BTreeMap::new();
    let mut dice = Dice(2);
    for _ in 0..persons {
        let at = SIDES.map(|(_, size)| dice.skewed(size) + 1);
        for margin in 0..8_usize {
            let mut place = at;
            for (side, code) in place.iter_mut().enumerate() {
                *code *= usize::from(margin >> side & 1 == 0);
            }
            *counts.entry(place).or_insert(0_u64) += 1;
        }
    }
    let mut file = std::io::BufWriter::new(WholeFile::create(path, Access::Shared, Existing::Replace)?);
    writeln!(file, "site,sector,country,n")?;
    let [sites, sectors, countries] = SIDES.map(|(_, size)| size);
    for site in 0..=sites {
        for sector in 0..=sectors {
            for country in 0..=countries {
                let count = counts.get(&[site, sector, country]).copied().unwrap_or(0);
                let value = if (1..10).contains(&count) { "*".to_owned() } else { count.to_string() };
                let [site, sector, country] = [site, sector, country]
                    .map(|code| if code == 0 { "TOTAL".to_owned() } else { format!("K{code:02}") });
                writeln!(file, "{site},{sector},{country},{value}")?;
            }
        }
    }
    file.into_inner()?.finish()?;
    Ok(())
}

/// A small generator of numbers, always the same for one seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// A number below `limit`, small ones more often.
    fn skewed(&mut self, limit: usize) -> usize {
        let limit = limit as u64;
        usize::try_from(self.below(limit).min(self.below(limit))).unwrap_or(0)
    }
}
