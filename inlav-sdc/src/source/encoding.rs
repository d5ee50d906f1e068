//! The encoding of a text file, found by reading all of it, and strict decoding into UTF-8: a
//! replaced character would make two categories one, or one two.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::InputError;

/// Bytes read at once; even, so that no UTF-16 unit is cut.
const CHUNK: usize = 64 * 1024;
/// Bytes that Windows-1252 does not define.
const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// How the characters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// A byte that the encoding does not allow; travels inside an [`io::Error`].
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("byte {0} is not text")]
pub(super) struct Fault(pub(super) u64);

/// Finds the encoding: what a byte order mark or the zeros of UTF-16 say, otherwise UTF-8 if all of
/// it is, otherwise Windows-1252 if all of it can be. A file that begins as UTF-8 beyond ASCII and
/// breaks later is damaged and not Windows-1252.
pub(super) fn detect(path: &Path) -> Result<Encoding, InputError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(InputError::reading(path))?;
    file.take(as_u64(CHUNK)).read_to_end(&mut start).map_err(InputError::reading(path))?;
    let zeros = |side| start.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let enough = start.len() * 3 / 8;
    match start.as_slice() {
        [0xFF, 0xFE, ..] => return Ok(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => return Ok(Encoding::Utf16Be),
        [] | [_] => return Ok(Encoding::Utf8),
        _ if zeros(0) == 0 && zeros(1) >= enough && enough > 0 => return Ok(Encoding::Utf16Le),
        _ if zeros(1) == 0 && zeros(0) >= enough && enough > 0 => return Ok(Encoding::Utf16Be),
        _ => {}
    }
    let mut decoded = Decoded::open(path, Encoding::Utf8)?;
    let mut beyond_ascii = false;
    let mut piece = vec![0; CHUNK];
    loop {
        match decoded.read(&mut piece) {
            Ok(0) => return Ok(Encoding::Utf8),
            Ok(read) => beyond_ascii |= !piece.get(..read).is_none_or(<[u8]>::is_ascii),
            Err(fault) => {
                let problem = InputError::of_reading(path, fault);
                let damaged = beyond_ascii || !matches!(problem, InputError::Encoding { .. });
                return if damaged { Err(problem) } else { Ok(Encoding::Windows1252) };
            }
        }
    }
}

/// A text file as UTF-8, without byte order mark.
pub(super) struct Decoded {
    file: File,
    encoding: Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// What of `text` has been handed out.
    taken: usize,
    bytes_before: u64,
    ended: bool,
    /// What is wrong behind the text that has not been handed out yet.
    fault: Option<Fault>,
    quotes: u64,
}

impl Decoded {
    /// Opens a file in an encoding found by [`detect`].
    pub(super) fn open(path: &Path, encoding: Encoding) -> Result<Self, InputError> {
        let mut file = File::open(path).map_err(InputError::reading(path))?;
        let mut start = [0; 3];
        let mut read = 0;
        for byte in &mut start {
            read += file.read(std::slice::from_mut(byte)).map_err(InputError::reading(path))?;
        }
        let mark = match (encoding, start, read) {
            (Encoding::Utf8, [0xEF, 0xBB, 0xBF], 3) => 3,
            (Encoding::Utf16Le, [0xFF, 0xFE, _], 2..) | (Encoding::Utf16Be, [0xFE, 0xFF, _], 2..) => 2,
            _ => 0,
        };
        file.seek(SeekFrom::Start(mark)).map_err(InputError::reading(path))?;
        let decoder = match encoding {
            Encoding::Utf8 => UTF_8,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1252 => WINDOWS_1252,
        };
        Ok(Self {
            file,
            encoding,
            decoder: decoder.new_decoder_without_bom_handling(),
            raw: Vec::with_capacity(CHUNK),
            text: Vec::new(),
            taken: 0,
            bytes_before: mark,
            ended: false,
            fault: None,
            quotes: 0,
        })
    }

    /// Whether the quotation marks handed out so far do not come in pairs.
    pub(super) const fn is_odd(&self) -> bool {
        !self.quotes.is_multiple_of(2)
    }

    /// Decodes the next piece. Of a piece with a fault, what stands before it.
    fn fill(&mut self) -> io::Result<()> {
        self.raw.clear();
        (&mut self.file).take(as_u64(CHUNK)).read_to_end(&mut self.raw)?;
        self.ended = self.raw.len() < CHUNK;
        let room = self.decoder.max_utf8_buffer_length_without_replacement(self.raw.len());
        self.text.resize(room.unwrap_or(4 * CHUNK), 0);
        self.taken = 0;
        let forbidden = self.forbidden();
        let sound = self.raw.get(..forbidden.unwrap_or(self.raw.len())).unwrap_or_default();
        let last = self.ended && forbidden.is_none();
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(sound, &mut self.text, last);
        self.text.truncate(written);
        let at = match result {
            DecoderResult::Malformed(length, after) => {
                Some(read.saturating_sub(usize::from(length) + usize::from(after)))
            }
            _ => forbidden,
        };
        self.fault = at.map(|at| Fault(self.bytes_before + as_u64(at)));
        self.bytes_before += as_u64(self.raw.len());
        self.quotes += as_u64(self.text.iter().filter(|byte| **byte == b'"').count());
        Ok(())
    }

    /// The first byte of the piece that no text holds.
    fn forbidden(&self) -> Option<usize> {
        match self.encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => {
                self.raw.chunks(2).position(|unit| unit == [0, 0]).map(|units| 2 * units)
            }
            Encoding::Utf8 => self.raw.iter().position(|byte| *byte == 0),
            Encoding::Windows1252 => self.raw.iter().position(|byte| *byte == 0 || UNDEFINED.contains(byte)),
        }
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let waiting = self.text.get(self.taken..).unwrap_or_default();
            if !waiting.is_empty() || buffer.is_empty() {
                let read = (&mut &*waiting).read(buffer)?;
                self.taken += read;
                return Ok(read);
            }
            if let Some(fault) = self.fault {
                return Err(io::Error::new(io::ErrorKind::InvalidData, fault));
            }
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
    }
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
