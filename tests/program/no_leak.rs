//! The canary: every identifier of every person, in every form, in every byte of everything that
//! leaves a PUA or is printed. Found nowhere; and the search is shown to find what is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use inlav_core::synthetic::SiteData;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::by_hand::{Road, new_keys, same_keys};
use crate::demo::{demo, population, sites};
use crate::files;
use crate::parquet_file;
use crate::program::Outcome;
use crate::search::{Hit, Searcher, forms};

/// Looks for every identifier of the whole demo.
pub(crate) fn searcher() -> &'static Searcher {
    static SEARCHER: OnceLock<Searcher> = OnceLock::new();
    SEARCHER.get_or_init(|| {
        let identifiers: BTreeSet<String> =
            population().sites.iter().flat_map(planted).chain([demo().passphrase().to_owned()]).collect();
        assert!(identifiers.len() > 3000, "only {} identifiers were planted", identifiers.len());
        Searcher::new(identifiers)
    })
}

/// Identifiers of a site's persons, and its operators' numbers, which look like nothing else.
fn planted(site: &SiteData) -> Vec<String> {
    let mut texts = site.direct_identifiers();
    texts.extend(site.rows("training").iter().map(|row| row[0].clone()));
    texts
}

#[test]
fn nothing_that_leaves_a_pua_holds_an_identifier() {
    for folder in ["extracts", "relinked", "store", "release", "keys/public", "keys/custodian"] {
        assert_clean(&demo().path(folder));
    }
    for road in [same_keys(), new_keys()] {
        for folder in ["extracts", "relinked", "store", "release"] {
            assert_clean(&road.path(folder));
        }
    }
    assert_clean(&new_keys().path("keys/public"));
}

/// The pages of the checks stay at the PUA, but lie open on a desk.
#[test]
fn no_page_of_a_check_holds_an_identifier() {
    assert_clean(&same_keys().path("checks"));
}

#[test]
fn key_files_and_vaults_hold_no_identifier_that_can_be_read() {
    for site in sites() {
        assert_clean(&demo().keys(site));
    }
    assert_eq!(searcher().find(&fs::read(demo().linkage()).unwrap()), []);
    assert_clean(&same_keys().path("vaults"));
    assert_clean(&new_keys().path("vaults"));
    assert_clean(&new_keys().path("keys"));
}

#[test]
fn no_command_prints_an_identifier() {
    assert_silent(&demo().outcome);
    let said = |road: &'static Road| road.outcomes.iter();
    for outcome in said(same_keys()).chain(said(new_keys())) {
        assert_silent(outcome);
    }
}

/// The search finds what is there: all identifiers of the offices that write text, in the
/// encoding and with the dates of each. (Workbooks are compressed: their bytes show nothing.)
#[test]
fn the_same_search_finds_every_identifier_in_the_raw_exports() {
    let mut offices = 0;
    for site in &population().sites {
        let raw = demo().raw(site.site.as_str());
        if !raw.is_dir() {
            continue;
        }
        offices += 1;
        let mut bytes = Vec::new();
        for file in files::files(&raw) {
            bytes.extend(undoubled(&fs::read(file).unwrap()));
        }
        let found: BTreeSet<String> = searcher().find(&bytes).into_iter().map(|hit| hit.identifier).collect();
        let missed: Vec<String> =
            planted(site).into_iter().filter(|text| is_long(text) && !found.contains(text)).collect();
        assert!(missed.is_empty(), "{}: {} not found, such as {:?}", site.site, missed.len(), missed.first());
    }
    assert_eq!(offices, 8);
}

/// Whether a text has five bytes in every encoding: José has four in Windows-1252.
fn is_long(text: &str) -> bool {
    text.chars().count() >= 5
}

/// CSV doubles quotation marks; here in UTF-8 or Windows-1252 and in UTF-16.
fn undoubled(bytes: &[u8]) -> Vec<u8> {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]);
    let (doubled, single): (&[u8], &[u8]) = if is_wide { (b"\"\0\"\0", b"\"\0") } else { (b"\"\"", b"\"") };
    let mut result = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let step = if bytes[at..].starts_with(doubled) { doubled.len() } else { 1 };
        result.extend_from_slice(if step > 1 { single } else { &bytes[at..=at] });
        at += step;
    }
    result
}

#[test]
fn an_identifier_is_found_in_every_form_wherever_it_stands() {
    let canary = "Zaharescu Iulia-Ñ 8";
    let searcher = Searcher::new([canary.to_owned(), "1984-08-24".to_owned()]);
    let mut seen = BTreeSet::new();
    for (form, bytes) in forms(canary) {
        for before in 0..4 {
            let haystack = [&vec![b'~'; before], bytes.as_slice(), b"~~"].concat();
            let hits = searcher.find(&haystack);
            assert!(
                hits.iter().any(|hit| hit.at == before && hit.identifier == canary),
                "{form} at {before}"
            );
        }
        seen.insert(form);
    }
    assert_eq!(seen, BTreeSet::from(["plain", "utf-16", "hex", "base64"]));
    for text in ["ZAHARESCU IULIA-Ñ 8", "zaharescu iulia-ñ 8", "ZahaRescu iulIA-Ñ 8", "ZAHARESCUIULIAÑ8"]
    {
        assert!(!searcher.find(text.as_bytes()).is_empty(), "{text}");
    }
    for text in ["1984-08-24", "24/08/1984", "24.08.1984", "24/8/1984", "24-8-1984"] {
        assert!(!searcher.find(text.as_bytes()).is_empty(), "{text}");
    }
    assert_eq!(searcher.find(b"Zaharescu Iulia, 24 agosto 1984"), []);
}

/// Known answers, so that the forms are not only what this file believes them to be (RFC 4648).
#[test]
fn base64_is_found_behind_any_number_of_bytes() {
    let searcher = Searcher::new(["Tazghi Samira".to_owned()]);
    for text in ["VGF6Z2hpIFNhbWlyYQ==", "PFRhemdoaSBTYW1pcmE+", "PDxUYXpnaGkgU2FtaXJhPj4="] {
        assert_eq!(searcher.find(text.as_bytes()).first().map(|hit| hit.form), Some("base64"), "{text}");
    }
}

/// In a compressed page an identifier is invisible; unpacked it is not.
#[test]
fn an_identifier_in_a_compressed_page_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leak.parquet");
    let canary = searcher().identifiers().iter().find(|text| text.len() > 30).unwrap().clone();
    write_parquet(&path, &canary);
    assert_eq!(searcher().find(&fs::read(&path).unwrap()), []);
    assert!(find_in(&path).iter().any(|hit| hit.identifier == canary));
}

/// Values that hide `text` from who looks at the file's bytes: prefixes of it come first, so that
/// compression refers back to them.
fn write_parquet(path: &Path, text: &str) {
    let schema = Arc::new(parse_message_type("message leak { REQUIRED BYTE_ARRAY text (UTF8); }").unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(false)
        .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None)
        .build();
    let middle = text.char_indices().nth(text.chars().count() / 2).unwrap().0;
    let halves = [format!("{}#", &text[..middle]), format!("#{}", &text[middle..]), text.to_owned()];
    let values: Vec<ByteArray> = halves.iter().map(|half| ByteArray::from(half.as_str())).collect();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    files::put(path, &bytes);
}

#[track_caller]
fn assert_clean(folder: &Path) {
    let files = files::files(folder);
    assert!(!files.is_empty(), "nothing to search in {}", folder.display());
    for file in files {
        let hits = find_in(&file);
        assert!(hits.is_empty(), "{} leaks {hits:?}", file.display());
        let name = file.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        assert_eq!(searcher().find(name.as_bytes()), [], "a file's name");
    }
}

/// Asserts that what a command printed names nobody.
#[track_caller]
pub(crate) fn assert_silent(outcome: &Outcome) {
    for (stream, text) in [("standard output", &outcome.stdout), ("standard error", &outcome.stderr)] {
        let hits = searcher().find(text.as_bytes());
        assert!(hits.is_empty(), "{} prints {hits:?} on {stream}", outcome.line);
    }
}

fn find_in(file: &Path) -> Vec<Hit> {
    let mut hits = searcher().find(&fs::read(file).unwrap());
    if file.extension().is_some_and(|extension| extension == "parquet") {
        hits.extend(searcher().find(&parquet_file::unpacked(file)));
    }
    hits
}
