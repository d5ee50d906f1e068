//! Searching for many texts at once, in every form in which a text can hide.

use inlav_core::text::fold;

/// Bytes by which a needle is looked up; no needle is shorter.
const START: usize = 5;
/// Needles shorter than this are not looked for regardless of case: five random bytes of a
/// signature look like some name in some case too often.
const LOOSE: usize = 7;
/// Bits of the filter that most positions fail.
const FILTER_BITS: u32 = 20;

/// A text in one form.
struct Needle {
    identifier: usize,
    form: &'static str,
    bytes: Vec<u8>,
    exact: bool,
}

/// Finds identifiers.
pub(crate) struct Searcher {
    identifiers: Vec<String>,
    needles: Vec<Needle>,
    by_start: Vec<(u64, usize)>,
    filter: Vec<bool>,
}

/// An identifier was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    /// Which one.
    pub(crate) identifier: String,
    /// In which form.
    pub(crate) form: &'static str,
    /// Where, in bytes.
    pub(crate) at: usize,
}

impl Searcher {
    /// A searcher for these texts, each of five bytes or more.
    pub(crate) fn new(identifiers: impl IntoIterator<Item = String>) -> Self {
        let identifiers: Vec<String> = identifiers.into_iter().collect();
        let mut needles = Vec::new();
        for (identifier, text) in identifiers.iter().enumerate() {
            assert!(text.len() >= START, "\"{text}\" is too short to be looked for");
            for (form, bytes) in forms(text) {
                let exact = form == "base64" || bytes.len() < LOOSE;
                needles.push(Needle { identifier, form, bytes, exact });
            }
        }
        let mut by_start: Vec<(u64, usize)> =
            needles.iter().enumerate().map(|(index, needle)| (start(&needle.bytes), index)).collect();
        by_start.sort_unstable();
        let mut filter = vec![false; 1 << FILTER_BITS];
        for (start, _) in &by_start {
            filter[slot(*start)] = true;
        }
        Self { identifiers, needles, by_start, filter }
    }

    /// The texts that are looked for.
    pub(crate) fn identifiers(&self) -> &[String] {
        &self.identifiers
    }

    /// Every identifier in `haystack`, once per form, where it stands first.
    pub(crate) fn find(&self, haystack: &[u8]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut window = 0_u64;
        for (end, byte) in haystack.iter().enumerate() {
            window = push(window, *byte);
            if !self.filter[slot(window)] || end + 1 < START {
                continue;
            }
            let at = end + 1 - START;
            let first = self.by_start.partition_point(|(start, _)| *start < window);
            for (_, index) in self.by_start[first..].iter().take_while(|(start, _)| *start == window) {
                let needle = &self.needles[*index];
                if needle.is_at(haystack, at) {
                    let identifier = self.identifiers[needle.identifier].clone();
                    hits.push(Hit { identifier, form: needle.form, at });
                }
            }
        }
        hits.sort();
        hits.dedup_by(|later, first| (&later.identifier, later.form) == (&first.identifier, first.form));
        hits
    }
}

impl Needle {
    fn is_at(&self, haystack: &[u8], at: usize) -> bool {
        haystack.get(at..at + self.bytes.len()).is_some_and(|found| {
            if self.exact { found == self.bytes } else { found.eq_ignore_ascii_case(&self.bytes) }
        })
    }
}

/// Every form of a text: plain in three encodings, hex, base64, UTF-16, of each of its spellings.
pub(crate) fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms: Vec<(&'static str, Vec<u8>)> = Vec::new();
    for spelling in spellings(text) {
        let bytes = spelling.as_bytes();
        forms.push(("plain", bytes.to_vec()));
        // What Windows-1252 and Unicode have in common; the rest does not occur in names here.
        forms.extend(
            spelling.chars().map(|c| u8::try_from(c).ok()).collect::<Option<_>>().map(|b| ("plain", b)),
        );
        forms.push(("utf-16", spelling.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        forms.push(("utf-16", spelling.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        forms.push(("hex", hex::encode(bytes).into_bytes()));
        for alignment in 0..3 {
            let text = base64_core(bytes, alignment);
            forms.push(("base64", text.replace('+', "-").replace('/', "_").into_bytes()));
            forms.push(("base64", text.into_bytes()));
        }
    }
    forms.retain(|(_, bytes)| bytes.len() >= START);
    forms.sort();
    forms.dedup();
    forms
}

/// A text as somebody may have written or normalised it.
fn spellings(text: &str) -> Vec<String> {
    let mut spellings = vec![text.to_owned(), text.to_lowercase(), text.to_uppercase(), fold(text)];
    let parts: Vec<u32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    match (parts.as_slice(), text.len()) {
        ([year, month, day], 10) => spellings.extend([
            format!("{day:02}/{month:02}/{year}"),
            format!("{day:02}.{month:02}.{year}"),
            format!("{day:02}-{month:02}-{year}"),
            format!("{day}/{month}/{year}"),
            format!("{day}-{month}-{year}"),
        ]),
        // Eight digits of a day would be found in digests by chance, longer texts are not.
        _ => {
            let compact: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            if compact.len() > 8 {
                spellings.push(compact.to_lowercase());
                spellings.push(compact);
            }
        }
    }
    spellings
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The characters of base64 (RFC 4648) that depend on these bytes alone, when `before` bytes of
/// a group of three precede them.
fn base64_core(bytes: &[u8], before: usize) -> String {
    let bit = |index: usize| {
        let byte = bytes[index / 8];
        usize::from(byte >> (7 - index % 8) & 1)
    };
    // The first bit that begins a character.
    let first = (6 - before * 8 % 6) % 6;
    (first..bytes.len() * 8)
        .collect::<Vec<_>>()
        .chunks_exact(6)
        .map(|bits| char::from(BASE64[bits.iter().fold(0, |sum, index| sum * 2 + bit(*index))]))
        .collect()
}

/// The look-up key of bytes: their first five in lower case.
fn start(bytes: &[u8]) -> u64 {
    bytes[..START].iter().fold(0, |window, byte| push(window, *byte))
}

fn push(window: u64, byte: u8) -> u64 {
    (window << 8 | u64::from(byte.to_ascii_lowercase())) & 0xff_ffff_ffff
}

fn slot(window: u64) -> usize {
    // Fibonacci hashing: the upper bits of the product.
    usize::try_from(window.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS)).unwrap()
}
