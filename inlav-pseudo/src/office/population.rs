//! A whole made-up population in a folder: an export a PUA, and what was broken on purpose.

use std::path::Path;

use inlav_core::programme::SiteId;
use inlav_core::synthetic::{Generator, Planted, SiteData};
use inlav_core::whole::{self, Access, Existing, WholeDirectory, WholeError, WholeFile};

use super::bundle::Bundle;
use super::{Format, MARK, MARK_TEXT, OfficeError, OfficeHabits, mapping_of, write_workbook};

/// The list of what was broken on purpose, beside the exports.
pub const TRUTH: &str = "truth.csv";

/// How the exports of a population are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Folders of CSV files with the domain's names and codes, block by block: memory does not
    /// grow with the population.
    Csv,
    /// Workbooks with the domain's names and codes; a site has to fit memory and a sheet's
    /// 1 048 576 rows.
    Workbooks,
    /// Each PUA in its own habits; some keep workbooks, with the same limits.
    Offices,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows of all tables.
    pub rows: u64,
    /// Rows that tell what happened in a case on a day.
    pub events: u64,
    /// Cells and rows broken on purpose.
    pub planted: u64,
}

/// Writes a population: a folder at `out` with an export a PUA, named as the PUA and `-synthetic`,
/// and with [`TRUTH`] if anything was broken. Every folder holds the file [`MARK`], which readers
/// of exports pass over. `begins` is told every PUA before it is written.
///
/// # Errors
/// [`OfficeError`], for example because something is at `out` already; nothing is there then that
/// was not there before.
pub fn write_population(
    generator: &Generator<'_>,
    out: &Path,
    style: Style,
    mut begins: impl FnMut(&SiteId),
) -> Result<Summary, OfficeError> {
    let directory = WholeDirectory::create(out, Existing::Refuse)?;
    whole::write(&directory.path().join(MARK), MARK_TEXT.as_bytes(), Access::Shared, Existing::Refuse)?;
    let mut truth = Truth { directory: directory.path(), file: None };
    let mut summary = Summary::default();
    for (index, site) in generator.sites().iter().enumerate() {
        begins(&site.id);
        let habits = match style {
            Style::Csv => OfficeHabits::plain(),
            Style::Workbooks => OfficeHabits { format: Format::Workbook, ..OfficeHabits::plain() },
            Style::Offices => OfficeHabits::of(index),
        };
        let mut export = Export::create(directory.path(), &site.id, &habits)?;
        for block in generator.blocks(index) {
            truth.add(&block.planted, habits.first_row())?;
            summary.planted += count(block.planted.len());
            summary.events += count(block.data.events());
            summary.rows += block.data.tables.iter().map(|data| count(data.rows.len())).sum::<u64>();
            export.add(block.data)?;
        }
        export.finish(directory.path(), &site.id, &habits)?;
    }
    truth.finish()?;
    directory.finish()?;
    Ok(summary)
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// The export of one PUA being written.
enum Export<'a> {
    Bundle(Bundle<'a>),
    Workbook(Option<SiteData>),
}

impl<'a> Export<'a> {
    fn create(folder: &Path, site: &SiteId, habits: &'a OfficeHabits) -> Result<Self, OfficeError> {
        Ok(match habits.format {
            Format::Bundle { delimiter, encoding } => {
                let path = folder.join(format!("{site}-synthetic"));
                Self::Bundle(Bundle::create(
                    &path,
                    habits,
                    (delimiter, encoding),
                    mapping_of(habits).as_deref(),
                )?)
            }
            Format::Workbook => Self::Workbook(None),
        })
    }

    fn add(&mut self, data: SiteData) -> Result<(), OfficeError> {
        match self {
            Self::Bundle(bundle) => bundle.add(&data)?,
            Self::Workbook(Some(so_far)) => so_far.append(data),
            Self::Workbook(none) => *none = Some(data),
        }
        Ok(())
    }

    fn finish(self, folder: &Path, site: &SiteId, habits: &OfficeHabits) -> Result<(), OfficeError> {
        match self {
            Self::Bundle(bundle) => bundle.finish(),
            Self::Workbook(Some(data)) => {
                write_workbook(&data, &folder.join(format!("{site}-synthetic.xlsx")), habits)
            }
            Self::Workbook(None) => Ok(()),
        }
    }
}

/// The list of what was broken on purpose.
struct Truth<'a> {
    directory: &'a Path,
    /// There is none as long as nothing was broken.
    file: Option<csv::Writer<WholeFile>>,
}

impl Truth<'_> {
    /// Adds what was broken in an export whose first row below the headings is given.
    fn add(&mut self, planted: &[Planted], first_row: u64) -> Result<(), OfficeError> {
        if planted.is_empty() {
            return Ok(());
        }
        let path = self.directory.join(TRUTH);
        let mut writer = match self.file.take() {
            Some(writer) => writer,
            None => {
                let file = WholeFile::create(&path, Access::Shared, Existing::Refuse)?;
                let mut writer = csv::Writer::from_writer(file);
                let headings = ["site", "table", "row", "column", "kind", "rule"];
                writer.write_record(headings).map_err(|_| OfficeError::Table { table: TRUTH })?;
                writer
            }
        };
        for planted in planted {
            let row = (first_row + planted.row).to_string();
            let site = planted.site.as_str();
            let record =
                [site, planted.table, &row, planted.column, planted.kind.code(), planted.kind.rule()];
            writer.write_record(record).map_err(|_| OfficeError::Table { table: TRUTH })?;
        }
        self.file = Some(writer);
        Ok(())
    }

    fn finish(self) -> Result<(), OfficeError> {
        let Some(writer) = self.file else { return Ok(()) };
        let path = self.directory.join(TRUTH);
        let io = |source| WholeError::Io { path: path.clone(), source };
        Ok(writer.into_inner().map_err(|fault| io(fault.into_error()))?.finish()?)
    }
}
