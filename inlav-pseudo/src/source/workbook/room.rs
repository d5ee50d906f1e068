//! Whether a workbook asks for more room than an office's does: looked at before a parser makes it.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use zip::ZipArchive;

/// Bytes in the largest workbook of the older formats, which is in memory while it is read.
const LARGEST_OLD_WORKBOOK: u64 = 128 << 20;
/// Bytes in the largest part of a packed workbook, once it is unpacked.
const LARGEST_PART: u64 = 1 << 30;
/// Bytes up to which a part may unpack to any multiple of its size, and the multiple beyond: that of
/// Apache POI.
const SMALL_PART: u64 = 64 << 20;
const MOST_TIMES: u64 = 100;
/// Bytes in the largest table of shared texts, all of which are in memory.
const LARGEST_SHARED_TEXTS: u64 = 256 << 20;

/// Whether a workbook says of itself that it keeps within bounds. A file that cannot be understood
/// does: its parser tells what is wrong with it.
///
/// # Errors
/// What the operating system says.
pub(super) fn is_sound(path: &Path, streamed: bool) -> io::Result<bool> {
    let file = File::open(path)?;
    if !streamed && file.metadata()?.len() > LARGEST_OLD_WORKBOOK {
        return Ok(false);
    }
    match ZipArchive::new(BufReader::new(file)) {
        Ok(mut archive) => Ok((0..archive.len()).all(|at| part_is_sound(&mut archive, at))),
        Err(_) if streamed => Ok(true),
        Err(_) => dimensions_are_sound(path),
    }
}

/// A page of text unpacks to five times its size, a page of one letter to a thousand times.
fn part_is_sound(archive: &mut ZipArchive<BufReader<File>>, at: usize) -> bool {
    let Ok(part) = archive.by_index_raw(at) else { return true };
    let is_shared_texts = part.name().is_ok_and(|name| name.to_ascii_lowercase().contains("sharedstrings"));
    let largest = if is_shared_texts { LARGEST_SHARED_TEXTS } else { LARGEST_PART };
    let is_puffed_up = part.size() > SMALL_PART && part.size() / MOST_TIMES > part.compressed_size();
    part.size() <= largest && !is_puffed_up
}

/// Whether the sheets of an .xls have no more room than the format has. The parser makes room for
/// as many cells as a sheet says, and a program that asks for more than there is ends without a
/// word. The records (MS-XLS 2.4.90, Dimensions) are looked for in the raw bytes.
fn dimensions_are_sound(path: &Path) -> io::Result<bool> {
    const MOST_ROWS: u32 = 1 << 16;
    const MOST_COLUMNS: u32 = 1 << 8;
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_OLD_WORKBOOK).read_to_end(&mut bytes)?;
    let fits = |record: &[u8]| match record {
        [0x00, 0x02, 0x0E, 0x00, a, b, c, d, e, f, g, h, i, j, k, l, ..] => {
            let (first, rows) = (u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]));
            let (left, columns) = (u16::from_le_bytes([*i, *j]), u16::from_le_bytes([*k, *l]));
            first <= rows && rows <= MOST_ROWS && left <= columns && u32::from(columns) <= MOST_COLUMNS
        }
        _ => true,
    };
    Ok(bytes.windows(16).all(fits))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::source::sample::write;

    #[test]
    fn a_sheet_that_says_it_is_larger_than_sheets_are_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xls");
        let dimensions = |rows: u32, columns: u16| {
            let rows = [0_u32.to_le_bytes(), rows.to_le_bytes()].concat();
            let columns = [0_u16.to_le_bytes(), columns.to_le_bytes()].concat();
            [b"before\x00\x02\x0E\x00".to_vec(), rows, columns, vec![0, 0]].concat()
        };
        for (rows, columns, sound) in
            [(40, 12, true), (65_536, 256, true), (1 << 31, 12, false), (40, 300, false)]
        {
            write(&path, &dimensions(rows, columns));
            assert_eq!(is_sound(&path, false).unwrap(), sound, "{rows} {columns}");
        }
    }

    /// The parts are small; that they are not is written in the archive's directory.
    #[test]
    fn a_part_that_unpacks_to_too_much_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let packed = 10 << 20;
        for (name, size, packed, sound) in [
            ("xl/worksheets/sheet1.xml", SMALL_PART, 10, true),
            ("xl/worksheets/sheet1.xml", SMALL_PART + 1, 10, false),
            ("xl/worksheets/sheet1.xml", packed * MOST_TIMES, packed, true),
            ("xl/worksheets/sheet1.xml", LARGEST_PART, 2 * packed, true),
            ("xl/worksheets/sheet1.xml", LARGEST_PART + 1, 2 * packed, false),
            ("xl/sharedStrings.xml", LARGEST_SHARED_TEXTS, packed, true),
            ("xl/SharedStrings.xml", LARGEST_SHARED_TEXTS + 1, packed, false),
        ] {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(b"0123456789").unwrap();
            let mut bytes = writer.finish().unwrap().into_inner();
            let directory = bytes.windows(4).position(|mark| mark == b"PK\x01\x02").unwrap();
            for (at, bytes_said) in [(20, packed), (24, size)] {
                let said = u32::try_from(bytes_said).unwrap().to_le_bytes();
                bytes[directory + at..directory + at + 4].copy_from_slice(&said);
            }
            write(&path, &bytes);
            for streamed in [true, false] {
                assert_eq!(is_sound(&path, streamed).unwrap(), sound, "{name} {size}");
            }
        }
    }
}
