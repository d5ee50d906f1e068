//! A share on paper.
//!
//! ```text
//! inlav – parte di una chiave, da tenere segreta / share of a key, to be kept secret
//!
//! chiave / key            e55b96a12ee645eb (vault)
//! …
//! 1: 05EGN 63MDP TBRSM 53SAY ZDJVM HX6T2
//! 2: 9HG2G …
//! ```
//!
//! Only the numbered lines count; what stands above is for people. They spell these bytes:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | version, 1 |
//! | 1 | number of all bytes |
//! | 1 | role ([`KeyRole::number`]) |
//! | 16 | project id |
//! | 1 + n | length and text of the PUA's identifier, empty for a key of nobody's own |
//! | 4 | epoch, u32be |
//! | 8 | key id |
//! | 4 | which splitting |
//! | 3 | threshold, count, number |
//! | 1 + n | length and text of the custodian's name |
//! | 32 | value |
//! | 4 | first bytes of SHA-256 of `"inlav-share/v1\0"` and everything before |
//!
//! Spelling: 20 bits, the first ones first, are four signs of Crockford's base32 (no I, L, O, U)
//! and a fifth that checks them; the last group is filled up with zero bits. With `d1 … d4` and `c`
//! the five signs as elements of GF(2^5) modulo x^5 + x^2 + 1, and `p` the number of the group from
//! 0 modulo 32, `d1·x^4 + d2·x^3 + d3·x^2 + d4·x + c = p`. So one wrong sign and two signs changed
//! about are seen in their group, and so is a group in the place of another one.

use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::{Share, ShareError};
use crate::keys::framing::Cursor;
use crate::keys::label::{KeyId, KeyLabel, KeyRole};
use crate::keys::secret::Secret;
use inlav_core::programme::ProjectId;

/// The signs, by value. Crockford's: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"inlav-share/v1\0";
/// Signs of a group: four of the content, one that checks them.
const SIGNS: usize = 5;
/// Groups of a full line.
const GROUPS: usize = 6;
/// Bits of the content in a group.
const BITS: usize = 20;
/// Room for everything but names, in bytes.
const FIXED: usize = 1 + 1 + 1 + 16 + 1 + 4 + 8 + 4 + 3 + 1 + Secret::LENGTH + 4;

impl Share {
    /// The share as it is printed: a heading for people, in Italian and English, and numbered
    /// lines to type back. Wiped on drop; it is as secret as the share.
    #[must_use]
    pub fn printable(&self) -> Zeroizing<String> {
        let heading = self.heading();
        let bytes = self.bytes();
        // With room for all, no copy is left behind by growth.
        let room = heading.len().saturating_add(groups(bytes.len()).saturating_mul(SIGNS + 6));
        let mut text = Zeroizing::new(String::with_capacity(room));
        text.push_str(&heading);
        for (place, content) in contents(&bytes).enumerate() {
            if place % GROUPS == 0 {
                text.push('\n');
                text.push_str(&(place / GROUPS + 1).to_string());
                text.push(':');
            }
            text.push(' ');
            let check = checked(content, place);
            content.iter().chain([&check]).for_each(|value| text.push(sign(*value)));
        }
        text.push('\n');
        text
    }

    fn heading(&self) -> String {
        let Self { label, id, threshold, count, number, custodian, .. } = self;
        let site = label.site.as_ref().map_or("–", |site| site.as_str());
        let project = String::from(label.project);
        let epoch = if label.epoch == 0 { "–".to_owned() } else { label.epoch.to_string() };
        format!(
            "inlav – parte di una chiave, da tenere segreta / share of a key, to be kept secret\n\n\
             chiave / key            {id} ({role})\n\
             PUA                     {site}\n\
             epoca / epoch           {epoch}\n\
             programma / programme   {project}\n\
             parte / share           {number} di / of {count}, ne servono / needed {threshold}\n\
             custode / custodian     {custodian}\n",
            role = label.role,
        )
    }

    pub(super) fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let site = self.label.site_text();
        let length = FIXED.saturating_add(site.len()).saturating_add(self.custodian.len());
        let byte = |length: usize| u8::try_from(length).expect("names are short: checked when split");
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(&[VERSION, byte(length), self.label.role.number()]);
        bytes.extend_from_slice(self.label.project.as_bytes());
        bytes.push(byte(site.len()));
        bytes.extend_from_slice(site.as_bytes());
        bytes.extend_from_slice(&self.label.epoch.to_be_bytes());
        bytes.extend_from_slice(&self.id.0);
        bytes.extend_from_slice(&self.split);
        bytes.extend_from_slice(&[self.threshold, self.count, self.number]);
        bytes.push(byte(self.custodian.len()));
        bytes.extend_from_slice(self.custodian.as_bytes());
        // The value leaves its type to be printed for its custodian.
        bytes.extend_from_slice(self.value.expose());
        let digest = digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }

    /// Reads a share as it was printed, or its numbered lines as somebody typed them: small
    /// letters, O for 0, I and L for 1, and spaces or hyphens anywhere in a line are forgiven. If
    /// lines are numbered, the others are not looked at.
    ///
    /// # Guarantee
    /// A share comes out as it was printed or not at all; one wrong sign is told by its line and
    /// group. Test `every_mistyped_sign_is_told_by_its_place`.
    ///
    /// # Errors
    /// [`ShareError`], naming the place.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let is_numbered = text.lines().any(|line| numbered(line).is_some());
        let counts =
            |line: &&str| if is_numbered { numbered(line).is_some() } else { !line.trim().is_empty() };
        let mut typed = TypedShare::default();
        let mut lines = text.lines().filter(counts);
        while let Some(line) = lines.next() {
            if let Some(share) = typed.line(line)? {
                let last = typed.next.saturating_sub(1);
                return if lines.next().is_some() {
                    Err(ShareError::TooLong { line: last })
                } else {
                    Ok(share)
                };
            }
        }
        Err(if typed.next == 1 { ShareError::NotAShare } else { ShareError::Missing { line: typed.next } })
    }

    fn from_content(content: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(content);
        let _version_and_length: [u8; 2] = cursor.array()?;
        let role = KeyRole::from_number(cursor.byte()?)?;
        let project = ProjectId::try_from(hex::encode(cursor.array::<16>()?)).ok()?;
        let site = match text(&mut cursor)? {
            "" => None,
            text => Some(text.parse().ok()?),
        };
        let label = KeyLabel { role, project, site, epoch: cursor.u32()? };
        let id = KeyId(cursor.array()?);
        let split = cursor.array()?;
        let [threshold, count, number] = cursor.array()?;
        let custodian = text(&mut cursor)?.to_owned();
        let value = cursor.slice(Secret::LENGTH)?;
        let value = Secret::fill(|bytes| {
            bytes.copy_from_slice(value);
            Ok::<_, std::convert::Infallible>(())
        })
        .ok()?;
        let possible = (2..=count).contains(&threshold) && (1..=count).contains(&number);
        (possible && cursor.0.is_empty() && super::is_name(&custodian)).then_some(Self {
            label,
            id,
            split,
            threshold,
            count,
            number,
            custodian,
            value,
        })
    }
}

fn text<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let length = usize::from(cursor.byte()?);
    std::str::from_utf8(cursor.slice(length)?).ok()
}

/// The check of the whole; in constant time in the value, as SHA-256 is.
fn digest(content: &[u8]) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::new().chain_update(CONTEXT).chain_update(content).finalize().into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

/// A share that is being typed, line by line. Debug is redacted, memory is wiped on drop.
pub struct TypedShare {
    bits: Bits,
    next: usize,
    /// Groups of the whole share; its first line tells.
    groups: Option<usize>,
}

impl TypedShare {
    /// Number of the line that comes next, from 1.
    #[must_use]
    pub const fn next_line(&self) -> usize {
        self.next
    }

    /// How many lines there will be, known after the first one.
    #[must_use]
    pub fn lines(&self) -> Option<usize> {
        self.groups.map(|groups| groups.div_ceil(GROUPS))
    }

    /// Takes the next line, and with the last one gives the share. A line that is refused can be
    /// typed again, unless the error is [`ShareError::Whole`].
    ///
    /// # Errors
    /// [`ShareError`], naming the place.
    pub fn line(&mut self, typed: &str) -> Result<Option<Share>, ShareError> {
        let (number, content) = numbered(typed).unwrap_or((self.next, typed));
        if number != self.next {
            return Err(ShareError::Missing { line: self.next });
        }
        let before = self.next.saturating_sub(1).saturating_mul(GROUPS);
        let expected = self.groups.map_or(GROUPS, |groups| groups.saturating_sub(before).min(GROUPS));
        let values = read_line(self.next, content, before, expected)?;
        let groups = match self.groups {
            Some(groups) => groups,
            None => groups_of_all(&values)?,
        };
        self.groups = Some(groups);
        self.next = self.next.saturating_add(1);
        values.iter().for_each(|value| self.bits.push(*value));
        if before.saturating_add(expected) < groups { Ok(None) } else { self.bits.share().map(Some) }
    }
}

impl Default for TypedShare {
    fn default() -> Self {
        // With room for the longest share, no copy is left behind by growth.
        let bytes = Zeroizing::new(Vec::with_capacity(usize::from(u8::MAX) + BITS));
        Self { bits: Bits { bytes, pending: 0, waiting: 0 }, next: 1, groups: None }
    }
}

impl std::fmt::Debug for TypedShare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TypedShare(up to line {}, redacted)", self.next)
    }
}

/// `3: ABCDE …` as number and rest.
fn numbered(line: &str) -> Option<(usize, &str)> {
    let (number, rest) = line.split_once(':')?;
    Some((number.trim().parse().ok()?, rest))
}

/// The values of one line without its checks; `before` groups stand in the lines above.
fn read_line(
    number: usize,
    content: &str,
    before: usize,
    expected: usize,
) -> Result<Zeroizing<Vec<u8>>, ShareError> {
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}');
    let words: Vec<_> = content.split(is_gap).filter(|word| !word.is_empty()).collect();
    let lengths = words.iter().map(|word| word.chars().count());
    let signs = lengths.clone().sum::<usize>();
    if signs == 0 {
        return Err(ShareError::Missing { line: number });
    }
    // Whoever kept to the groups is told which one is too short or too long; others are told the
    // first one that does not fit.
    if signs != expected.saturating_mul(SIGNS)
        && words.len() == expected
        && let Some((group, found)) = (1..).zip(lengths).find(|(_, length)| *length != SIGNS)
    {
        return Err(ShareError::Length { line: number, group, found });
    }
    let mut values = Zeroizing::new(Vec::with_capacity(expected.saturating_mul(SIGNS)));
    let mut typed = words.iter().flat_map(|word| word.chars()).map(value);
    for (group, place) in (1..=expected.min(signs.div_ceil(SIGNS))).zip(before..) {
        let mut sign = || typed.next().unwrap_or_default().ok_or(ShareError::Sign { line: number, group });
        let given = Zeroizing::new([sign()?, sign()?, sign()?, sign()?]);
        if checked(*given, place) != sign()? {
            return Err(ShareError::Mistyped { line: number, group });
        }
        values.extend_from_slice(given.as_slice());
    }
    if signs == expected.saturating_mul(SIGNS) {
        Ok(values)
    } else {
        Err(ShareError::Groups { line: number, expected, found: signs / SIGNS })
    }
}

/// How many groups the share has whose first line has these values.
pub(super) fn groups_of_all(values: &[u8]) -> Result<usize, ShareError> {
    let mut first = Bits { bytes: Zeroizing::default(), pending: 0, waiting: 0 };
    values.iter().take(4).for_each(|value| first.push(*value));
    match first.bytes.as_slice() {
        [VERSION, length, ..] if usize::from(*length) >= FIXED => Ok(groups(usize::from(*length))),
        [VERSION, ..] | [] => Err(ShareError::Whole),
        [version, ..] => Err(ShareError::Version { version: *version }),
    }
}

/// How many groups spell so many bytes.
const fn groups(bytes: usize) -> usize {
    bytes.saturating_mul(8).div_ceil(BITS)
}

/// The groups of four 5-bit values that spell some bytes.
pub(super) fn contents(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    let bit = |place: usize| bytes.get(place / 8).map_or(0, |byte| byte >> (7 - place % 8) & 1);
    let value =
        move |first: usize| (first..first.saturating_add(5)).fold(0, |value, place| value << 1 | bit(place));
    (0..groups(bytes.len())).map(move |group| {
        [0, 5, 10, 15].map(|offset| value(group.saturating_mul(BITS).saturating_add(offset)))
    })
}

/// The fifth sign of a group.
fn checked(content: [u8; 4], place: usize) -> u8 {
    let place = u8::try_from(place % 32).unwrap_or_default();
    // Times x in GF(2^5) modulo x^5 + x^2 + 1.
    let by_x = |value: u8| (value << 1 ^ (value >> 4).wrapping_mul(0b10_0101)) & 0b1_1111;
    content.into_iter().fold(0, |sum, value| by_x(sum ^ value)) ^ place
}

fn sign(value: u8) -> char {
    ALPHABET.get(usize::from(value)).map_or('?', |sign| char::from(*sign))
}

/// What a typed sign stands for.
fn value(typed: char) -> Option<u8> {
    let meant = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|sign| char::from(*sign) == meant)?;
    u8::try_from(place).ok()
}

/// Bytes that grow by 5 bits. Bits that do not fill a byte yet are kept apart.
struct Bits {
    bytes: Zeroizing<Vec<u8>>,
    pending: u16,
    waiting: u32,
}

impl Bits {
    fn push(&mut self, value: u8) {
        self.pending = self.pending << 5 | u16::from(value);
        self.waiting = self.waiting.saturating_add(5);
        if let Some(rest) = self.waiting.checked_sub(8) {
            let [_, byte] = (self.pending >> rest).to_be_bytes();
            self.bytes.push(byte);
            self.pending &= (1 << rest) - 1;
            self.waiting = rest;
        }
    }

    /// The share that these bits spell, after which nothing but zeros may stand.
    fn share(&self) -> Result<Share, ShareError> {
        let length = self.bytes.get(1).map_or(0, |length| usize::from(*length));
        let (bytes, filling) = self.bytes.split_at_checked(length).ok_or(ShareError::Whole)?;
        let (content, sum) = bytes.split_last_chunk::<4>().ok_or(ShareError::Whole)?;
        if digest(content) != *sum || self.pending != 0 || filling.iter().any(|byte| *byte != 0) {
            return Err(ShareError::Whole);
        }
        Share::from_content(content).ok_or(ShareError::Whole)
    }
}

impl Drop for Bits {
    fn drop(&mut self) {
        self.pending.zeroize();
    }
}
