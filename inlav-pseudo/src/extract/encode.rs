//! One table of an extract as a Parquet file.

use std::fmt::Write as _;

use arrow::array::RecordBatch;
use inlav_core::exchange::{Digest, PSEUDONYM_ALGORITHM};
use inlav_core::identifiers::NORMALISER_VERSION;
use inlav_core::policy::{Action, ExtractColumn};
use inlav_core::registry::Table;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::pseudonymise::id_types;

/// The writer as the file names it: of the format, not of the program, so that a new program
/// writes the same bytes.
const CREATED_BY: &str = "inlav version 1.0.0";

/// What the file says about itself besides its columns.
pub(super) struct Footer {
    pub(super) table: &'static Table,
    pub(super) columns: Vec<ExtractColumn>,
    pub(super) epoch: u32,
    pub(super) policy: Digest,
    pub(super) synthetic: bool,
}

/// The bytes of the file; `None` if the engine refuses, whose message would quote values.
/// No clock and no random number goes into them.
pub(super) fn parquet(rows: &RecordBatch, footer: &Footer) -> Option<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(true)
        .set_created_by(CREATED_BY.to_owned())
        .set_key_value_metadata(Some(footer.key_values()))
        .build();
    // The Arrow schema would repeat what the Parquet schema says.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, rows.schema(), options).ok()?;
    writer.write(rows).ok()?;
    writer.close().ok()?;
    Some(bytes)
}

impl Footer {
    fn key_values(&self) -> Vec<KeyValue> {
        [
            ("inlav.algorithm", PSEUDONYM_ALGORITHM.to_owned()),
            ("inlav.epoch", self.epoch.to_string()),
            ("inlav.id_types", self.id_types()),
            ("inlav.normaliser", NORMALISER_VERSION.to_string()),
            ("inlav.policy", self.policy.to_string()),
            ("inlav.synthetic", self.synthetic.to_string()),
            ("inlav.table", self.table.name.to_owned()),
        ]
        .map(|(key, value)| KeyValue::new(key.to_owned(), value))
        .to_vec()
    }

    /// Kinds of identifier behind each column of pseudonyms, by number:
    /// `case_id=33;site_person_id=32`.
    fn id_types(&self) -> String {
        let mut text = String::new();
        for made in &self.columns {
            if made.action != Action::Pseudonym {
                continue;
            }
            let kinds = self.table.column(made.source).map(|column| id_types(column.kind));
            let numbers: Vec<String> =
                kinds.unwrap_or_default().into_iter().map(|kind| kind.number().to_string()).collect();
            let mark = if text.is_empty() { "" } else { ";" };
            let _ = write!(text, "{mark}{}={}", made.name, numbers.join(","));
        }
        text
    }
}
