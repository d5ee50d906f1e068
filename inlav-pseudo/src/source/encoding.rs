//! The encoding of a text file, found by reading all of it, and strict decoding.
//!
//! Never lossy: a replaced character would change a name, and with it what is sealed, silently.
//! A file is UTF-8 if every byte of it is, otherwise Windows-1252 if every byte is defined
//! there and does not look like a DOS program's, otherwise unreadable. Without a byte in 80–9F
//! Windows-1252 is ISO-8859-1.

use std::fs::File;
use std::io::{self, BufRead as _, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};

use super::dialect::{Confidence, Detected};
use super::problem::{EncodingFault, Problem};

/// Bytes read at once; even, so that no UTF-16 unit is cut.
const CHUNK: usize = 64 * 1024;
/// Bytes that no Windows-1252 text of an office has: undefined, or the free-standing ˆ and ˜, which
/// are à and ò in what old Macs write.
const UNDEFINED: [u8; 7] = [0x81, 0x88, 0x8D, 0x8F, 0x90, 0x98, 0x9D];

/// How the characters of a text file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8 after a byte order mark.
    #[serde(rename = "utf-8-bom")]
    Utf8WithMark,
    /// UTF-16, least significant byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, most significant byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1252, the encoding of western European Windows.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO-8859-1. Never found out: what is ISO-8859-1 is the same text in Windows-1252.
    #[serde(rename = "iso-8859-1")]
    Iso8859_1,
    /// Mac OS Roman, of old Macs. Never found out: only the mapping file can say so.
    #[serde(rename = "macintosh")]
    Macintosh,
}

/// Finds the encoding of a file, or tries the stated one; reads the file to its end.
///
/// # Errors
/// [`Problem::Encoding`] naming the first byte at fault, [`Problem::Io`].
pub(super) fn detect(
    path: &Path,
    name: &str,
    stated: Option<Encoding>,
) -> Result<Detected<Encoding>, Problem> {
    let mut start = Vec::new();
    open(path)?.take(as_u64(CHUNK)).read_to_end(&mut start).map_err(|source| io_problem(path, source))?;
    let marked = match start.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoding::Utf8WithMark),
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        _ => None,
    };
    let problem = |fault, (byte, line)| Problem::Encoding { file: name.to_owned(), fault, byte, line };
    if let Some(stated) = stated {
        // A byte order mark belongs to one encoding.
        let fits = match (marked, stated) {
            (None, stated) => stated != Encoding::Utf8WithMark,
            (Some(marked), stated) => {
                marked == stated || (marked, stated) == (Encoding::Utf8WithMark, Encoding::Utf8)
            }
        };
        if !fits {
            return Err(problem(EncodingFault::Broken, (0, 1)));
        }
    }
    if let Some(encoding) = marked {
        let evidence = read_to_end(path, name, encoding)?;
        return Ok(Detected::new(encoding, Confidence::Certain, evidence));
    }
    if let Some(encoding) = stated {
        return Ok(Detected::stated(encoding, read_to_end(path, name, encoding)?));
    }
    if let Some(encoding) = utf16_without_mark(&start) {
        return Ok(Detected::new(encoding, Confidence::Likely, read_to_end(path, name, encoding)?));
    }
    let Scan { pairs, accents, broken, first, nul } = scan_utf8(path)?;
    let Some(first) = first else {
        if let Some(nul) = nul {
            return Err(problem(EncodingFault::Nul, nul));
        }
        let confidence = if matches!(pairs, 1 | 2) { Confidence::Likely } else { Confidence::Certain };
        return Ok(Detected::new(Encoding::Utf8, confidence, pairs));
    };
    // Accidents do happen in Windows-1252 (È’ is a valid pair), but seldom, and none with the byte
    // that leads à, è, ì, ò and ù.
    if accents > 0 || pairs > broken {
        return Err(problem(EncodingFault::Mixed, first));
    }
    let evidence = read_to_end(path, name, Encoding::Windows1252)?;
    let Letters { italian, dos } = scan_letters(path)?;
    match dos {
        Some(place) if italian == 0 => Err(problem(EncodingFault::Dos, place)),
        _ if italian == 0 => Ok(Detected::new(Encoding::Windows1252, Confidence::Guessed, evidence)),
        _ => Ok(Detected::new(Encoding::Windows1252, Confidence::Likely, evidence)),
    }
}

/// UTF-16 that says so by its zero bytes only: at least three in four of its units are ASCII, and
/// no byte on the other side is zero.
fn utf16_without_mark(start: &[u8]) -> Option<Encoding> {
    let zeros = |side| start.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let enough = start.len() * 3 / 8;
    match (first, second) {
        _ if start.len() % 2 == 1 || start.len() < 4 => None,
        (0, zeros) if zeros >= enough => Some(Encoding::Utf16Le),
        (zeros, 0) if zeros >= enough => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// A text file decoded piece by piece into UTF-8.
pub(super) struct Decoded {
    file: File,
    name: String,
    encoding: Encoding,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    bytes_before: u64,
    lines_before: u64,
    ended: bool,
}

impl Decoded {
    /// Opens a file in an encoding found by [`detect`].
    ///
    /// # Errors
    /// [`Problem::Io`].
    pub(super) fn open(path: &Path, name: &str, encoding: Encoding) -> Result<Self, Problem> {
        let mut file = open(path)?;
        let (decoder, mark) = match encoding {
            Encoding::Utf8 => (None, 0),
            Encoding::Utf8WithMark => (None, 3),
            Encoding::Utf16Le => (Some(UTF_16LE.new_decoder_without_bom_handling()), 2),
            Encoding::Utf16Be => (Some(UTF_16BE.new_decoder_without_bom_handling()), 2),
            Encoding::Windows1252 | Encoding::Iso8859_1 => {
                (Some(WINDOWS_1252.new_decoder_without_bom_handling()), 0)
            }
            Encoding::Macintosh => (Some(MACINTOSH.new_decoder_without_bom_handling()), 0),
        };
        let mut start = Vec::new();
        (&mut file).take(mark).read_to_end(&mut start).map_err(|source| io_problem(path, source))?;
        let is_mark = matches!(start.as_slice(), [0xEF, 0xBB, 0xBF] | [0xFF, 0xFE] | [0xFE, 0xFF]);
        let mark = if is_mark { mark } else { 0 };
        file.seek(SeekFrom::Start(mark)).map_err(|source| io_problem(path, source))?;
        Ok(Self {
            file,
            name: name.to_owned(),
            encoding,
            decoder,
            raw: Vec::with_capacity(CHUNK),
            bytes_before: mark,
            lines_before: 1,
            ended: false,
        })
    }

    /// Replaces `text` by the next piece; false at the end. Pieces of a UTF-8 file may end
    /// inside a character.
    ///
    /// # Errors
    /// [`Problem::Encoding`], [`Problem::Io`].
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> Result<bool, Problem> {
        text.clear();
        if self.ended {
            return Ok(false);
        }
        self.raw.clear();
        (&mut self.file)
            .take(as_u64(CHUNK))
            .read_to_end(&mut self.raw)
            .map_err(|source| io_problem(Path::new(&self.name), source))?;
        self.ended = self.raw.len() < CHUNK;
        if let Some((fault, index)) = self.forbidden() {
            return Err(self.problem(fault, index));
        }
        match &mut self.decoder {
            None => text.extend_from_slice(&self.raw),
            Some(decoder) => {
                let room =
                    decoder.max_utf8_buffer_length_without_replacement(self.raw.len()).unwrap_or(4 * CHUNK);
                text.resize(room, 0);
                let (result, read, written) =
                    decoder.decode_to_utf8_without_replacement(&self.raw, text, self.ended);
                text.truncate(written);
                if result != DecoderResult::InputEmpty {
                    return Err(self.problem(EncodingFault::Broken, read));
                }
            }
        }
        self.bytes_before += as_u64(self.raw.len());
        self.lines_before += line_ends(text);
        Ok(true)
    }

    /// The first byte of the piece that this encoding does not allow.
    fn forbidden(&self) -> Option<(EncodingFault, usize)> {
        let bad = |fault, index: Option<usize>| index.map(|index| (fault, index));
        match self.encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => bad(
                EncodingFault::Nul,
                self.raw.chunks(2).position(|unit| unit == [0, 0]).map(|units| units * 2),
            ),
            Encoding::Windows1252 => bad(EncodingFault::Nul, memchr(0, &self.raw)).or_else(|| {
                bad(EncodingFault::Undefined, self.raw.iter().position(|b| UNDEFINED.contains(b)))
            }),
            Encoding::Iso8859_1 => bad(EncodingFault::Nul, memchr(0, &self.raw)).or_else(|| {
                bad(EncodingFault::Undefined, self.raw.iter().position(|b| matches!(b, 0x80..=0x9F)))
            }),
            Encoding::Utf8 | Encoding::Utf8WithMark | Encoding::Macintosh => {
                bad(EncodingFault::Nul, memchr(0, &self.raw))
            }
        }
    }

    fn problem(&self, fault: EncodingFault, index: usize) -> Problem {
        let before = self.raw.get(..index).unwrap_or(&self.raw);
        Problem::Encoding {
            file: self.name.clone(),
            fault,
            byte: self.bytes_before + as_u64(index),
            line: self.lines_before + line_ends(before),
        }
    }
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decoded({}, {}, redacted)", self.name, self.encoding)
    }
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithMark => "UTF-8 with byte order mark",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
            Self::Iso8859_1 => "ISO-8859-1",
            Self::Macintosh => "Mac OS Roman",
        })
    }
}

/// What a file has of UTF-8.
struct Scan {
    /// Characters of two bytes and more.
    pairs: u64,
    /// Those of them from À to ÿ.
    accents: u64,
    /// Bytes that belong to none.
    broken: u64,
    /// Byte and line of the first of them; none if the file is UTF-8.
    first: Option<(u64, u64)>,
    /// Byte and line of the first byte that is zero in what is UTF-8.
    nul: Option<(u64, u64)>,
}

/// Reads a file as UTF-8.
fn scan_utf8(path: &Path) -> Result<Scan, Problem> {
    let mut file = open(path)?;
    let (mut pairs, mut accents, mut broken, mut first, mut nul) = (0, 0, 0, None, None);
    let (mut bytes, mut lines) = (0_u64, 1_u64);
    let nul_in = |valid: &[u8], bytes: u64, lines: u64| {
        let place = |at: usize| (bytes + as_u64(at), lines + line_ends(valid.get(..at).unwrap_or(valid)));
        memchr(0, valid).map(place)
    };
    let mut piece: Vec<u8> = Vec::with_capacity(CHUNK + 4);
    loop {
        let carried = piece.len();
        (&mut file).take(as_u64(CHUNK)).read_to_end(&mut piece).map_err(|source| io_problem(path, source))?;
        let ended = piece.len() == carried;
        let mut rest = piece.as_slice();
        while let Err(fault) = std::str::from_utf8(rest) {
            // A character cut by the end of the piece is finished by the next piece.
            if fault.error_len().is_none() && !ended {
                break;
            }
            let (valid, after) = rest.split_at(fault.valid_up_to());
            let (wrong, after) = after.split_at(fault.error_len().unwrap_or(after.len()));
            pairs += leads(valid);
            accents += accent_leads(valid);
            broken += as_u64(wrong.len());
            nul = nul.or_else(|| nul_in(valid, bytes, lines));
            lines += line_ends(valid);
            bytes += as_u64(valid.len());
            first.get_or_insert((bytes, lines));
            bytes += as_u64(wrong.len());
            rest = after;
        }
        let whole = std::str::from_utf8(rest).map_or_else(|fault| fault.valid_up_to(), str::len);
        let (valid, cut) = rest.split_at(whole);
        pairs += leads(valid);
        accents += accent_leads(valid);
        nul = nul.or_else(|| nul_in(valid, bytes, lines));
        lines += line_ends(valid);
        bytes += as_u64(valid.len());
        let cut = cut.to_vec();
        piece.clear();
        piece.extend_from_slice(&cut);
        if ended {
            return Ok(Scan { pairs, accents, broken, first, nul });
        }
    }
}

/// What speaks for Windows-1252 in a file of single bytes, and what against it.
struct Letters {
    /// Accented vowels of Italian, curly apostrophes and quotation marks, €.
    italian: u64,
    /// Byte and line of the first byte that is an accented vowel in code page 850 or Mac OS Roman,
    /// in a place where Windows-1252 would have no such character.
    dos: Option<(u64, u64)>,
}

/// Looks at the letters of a file of single bytes.
fn scan_letters(path: &Path) -> Result<Letters, Problem> {
    let mut file = io::BufReader::with_capacity(CHUNK, open(path)?);
    let (mut italian, mut dos, mut at, mut line, mut before) = (0, None, 0, 1, 0_u8);
    loop {
        let piece = file.fill_buf().map_err(|source| io_problem(path, source))?;
        if piece.is_empty() {
            return Ok(Letters { italian, dos });
        }
        for byte in piece.iter().copied() {
            match byte {
                b'\n' => line += 1,
                0x80
                | 0x91..=0x94
                | 0xC0
                | 0xC8
                | 0xC9
                | 0xCC
                | 0xD2
                | 0xD9
                | 0xE0
                | 0xE8
                | 0xE9
                | 0xEC
                | 0xF2
                | 0xF9 => italian += 1,
                // à, é, è, ò, ù of code page 850, é of old Macs: … ‚ Š • — Ž right after a letter.
                0x82 | 0x85 | 0x8A | 0x8E | 0x95 | 0x97 if before.is_ascii_alphabetic() => {
                    dos.get_or_insert((at, line));
                }
                _ => {}
            }
            before = byte;
            at += 1;
        }
        let length = piece.len();
        file.consume(length);
    }
}

/// Decodes all of a file, to meet its faults before anything is done with it, and counts its
/// characters outside ASCII.
fn read_to_end(path: &Path, name: &str, encoding: Encoding) -> Result<u64, Problem> {
    if matches!(encoding, Encoding::Utf8 | Encoding::Utf8WithMark) {
        let Scan { pairs, first, nul, .. } = scan_utf8(path)?;
        let broken = first.map(|place| (EncodingFault::Broken, place));
        let fault = broken.or_else(|| nul.map(|place| (EncodingFault::Nul, place)));
        let problem = |(fault, (byte, line))| Problem::Encoding { file: name.to_owned(), fault, byte, line };
        // The mark itself is a character of three bytes.
        let foreign = pairs - u64::from(encoding == Encoding::Utf8WithMark && pairs > 0);
        return fault.map_or(Ok(foreign), |fault| Err(problem(fault)));
    }
    let mut decoded = Decoded::open(path, name, encoding)?;
    let (mut text, mut foreign) = (Vec::new(), 0);
    while decoded.next(&mut text)? {
        foreign += leads(&text);
    }
    Ok(foreign)
}

/// Characters of more than one byte in valid UTF-8.
fn leads(valid: &[u8]) -> u64 {
    if valid.is_ascii() { 0 } else { as_u64(valid.iter().filter(|byte| **byte >= 0xC0).count()) }
}

/// Characters from À to ÿ in valid UTF-8: all but their lead byte are below it.
fn accent_leads(valid: &[u8]) -> u64 {
    as_u64(memchr_iter(0xC3, valid).count())
}

fn line_ends(text: &[u8]) -> u64 {
    as_u64(memchr_iter(b'\n', text).count())
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn open(path: &Path) -> Result<File, Problem> {
    File::open(path).map_err(|source| io_problem(path, source))
}

fn io_problem(path: &Path, source: io::Error) -> Problem {
    Problem::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sample::write;

    fn detected(bytes: &[u8]) -> Result<Encoding, Problem> {
        found(bytes, None).map(|found| found.value)
    }

    fn found(bytes: &[u8], stated: Option<Encoding>) -> Result<Detected<Encoding>, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, bytes);
        detect(&path, "a.csv", stated)
    }

    fn decoded(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write(&path, bytes);
        let mut decoded = Decoded::open(&path, "a.csv", detect(&path, "a.csv", None).unwrap().value).unwrap();
        let (mut all, mut piece) = (Vec::new(), Vec::new());
        while decoded.next(&mut piece).unwrap() {
            all.extend_from_slice(&piece);
        }
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn how_sure_it_is_is_said() {
        use Confidence::{Certain, Guessed, Likely};
        let sure = |bytes: &[u8]| {
            let found = found(bytes, None).unwrap();
            (found.value, found.confidence, found.evidence)
        };
        assert_eq!(sure(b"plain"), (Encoding::Utf8, Certain, 0));
        assert_eq!(sure("Città".as_bytes()), (Encoding::Utf8, Likely, 1));
        assert_eq!(sure("èàù".as_bytes()), (Encoding::Utf8, Certain, 3));
        assert_eq!(sure(b"\xEF\xBB\xBFa"), (Encoding::Utf8WithMark, Certain, 0));
        assert_eq!(sure(b"Citt\xE0"), (Encoding::Windows1252, Likely, 1));
        assert_eq!(sure(b"M\xFCller"), (Encoding::Windows1252, Guessed, 1));
    }

    #[test]
    fn utf_16_is_known_without_a_mark() {
        for (to_bytes, encoding) in [
            (u16::to_le_bytes as fn(u16) -> [u8; 2], Encoding::Utf16Le),
            (u16::to_be_bytes, Encoding::Utf16Be),
        ] {
            let bytes: Vec<u8> = "Città;è".encode_utf16().flat_map(to_bytes).collect();
            assert_eq!(found(&bytes, None).unwrap().confidence, Confidence::Likely);
            assert_eq!(detected(&bytes).unwrap(), encoding);
            assert_eq!(decoded(&bytes), "Città;è");
        }
    }

    #[test]
    fn what_dos_programs_wrote_is_not_taken_for_windows() {
        // Città, perché, Nicolò in code page 850; perché of an old Mac.
        for bytes in [b"a\nCitt\x85".as_slice(), b"a\nperch\x82", b"a\nNicol\x95", b"a\nperch\x8E"] {
            let (fault, byte, line) = fault(bytes);
            assert_eq!((fault, line), (EncodingFault::Dos, 2));
            assert_eq!(usize::try_from(byte).unwrap(), bytes.len() - 1);
        }
        assert_eq!(decoded(b"Citt\xE0\x85 \x95 D\x92Angelo"), "Città… • D’Angelo");
    }

    #[test]
    fn a_stated_encoding_is_kept_to_or_contradicted() {
        let broken =
            |bytes: &[u8], encoding| matches!(found(bytes, Some(encoding)), Err(Problem::Encoding { .. }));
        assert!(broken(b"Citt\xE0", Encoding::Utf8));
        assert!(broken(b"\xEF\xBB\xBFa", Encoding::Windows1252));
        assert!(broken(b"a", Encoding::Utf8WithMark));
        assert!(broken(b"a\x92", Encoding::Iso8859_1));
        let stated = found("Città".as_bytes(), Some(Encoding::Windows1252)).unwrap();
        assert_eq!((stated.value, stated.confidence), (Encoding::Windows1252, Confidence::Stated));
        assert!(found(b"Nicol\x98", Some(Encoding::Macintosh)).is_ok());
        assert!(found(b"\xEF\xBB\xBFa", Some(Encoding::Utf8)).is_ok());
    }

    fn fault(bytes: &[u8]) -> (EncodingFault, u64, u64) {
        match detected(bytes) {
            Err(Problem::Encoding { fault, byte, line, .. }) => (fault, byte, line),
            other => panic!("{other:?}"),
        }
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2], mark: [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(to_bytes)).collect()
    }

    #[test]
    fn byte_order_marks_decide() {
        assert_eq!(decoded(b"\xEF\xBB\xBFCitt\xC3\xA0"), "Città");
        assert_eq!(decoded(&utf16("Città 😀", u16::to_le_bytes, [0xFF, 0xFE])), "Città 😀");
        assert_eq!(decoded(&utf16("Città 😀", u16::to_be_bytes, [0xFE, 0xFF])), "Città 😀");
    }

    #[test]
    fn without_a_mark_it_is_utf_8_or_windows_1252() {
        assert_eq!(detected("Città".as_bytes()).unwrap(), Encoding::Utf8);
        assert_eq!(detected(b"plain").unwrap(), Encoding::Utf8);
        assert_eq!(decoded(b"Citt\xE0 \x80 PER\xD2\x92"), "Città € PERÒ’");
        // A character across the border of two pieces is no fault.
        let mut long = vec![b'a'; CHUNK - 1];
        long.extend_from_slice("è".as_bytes());
        assert_eq!(detected(&long).unwrap(), Encoding::Utf8);
        assert_eq!(detected(b"").unwrap(), Encoding::Utf8);
    }

    #[test]
    fn undefined_and_zero_bytes_are_named_by_place() {
        assert_eq!(fault(b"nome\nCitt\xE0\n\x8D"), (EncodingFault::Undefined, 11, 3));
        assert_eq!(fault(b"Nicol\x98"), (EncodingFault::Undefined, 5, 1));
        assert_eq!(fault(b"ab\nc\0d"), (EncodingFault::Nul, 4, 2));
        assert_eq!(fault(&utf16("a\n\0", u16::to_le_bytes, [0xFF, 0xFE])), (EncodingFault::Nul, 6, 2));
    }

    #[test]
    fn half_utf_8_is_not_guessed_at() {
        assert_eq!(
            fault("è à ù\n".as_bytes().iter().copied().chain([0xE8]).collect::<Vec<_>>().as_slice()),
            (EncodingFault::Mixed, 9, 2)
        );
        // More single bytes than pairs, and still two programs wrote it.
        assert_eq!(fault(b"Nicol\xC3\xB2\n\xE8 \xE0 \xF9 \xF2 \xEC"), (EncodingFault::Mixed, 8, 2));
        assert_eq!(fault(b"\xEF\xBB\xBFa\n\xE8 b").0, EncodingFault::Broken);
        assert_eq!(fault(&[0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00]).0, EncodingFault::Broken);
    }
}
