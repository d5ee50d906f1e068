//! An attacker who knows a name and tries every codice fiscale that somebody born abroad with this
//! name can have: all days of a hundred years, both sexes, every state. Written from the documents
//! of the formats, with the primitives alone.
//!
//! The attacker is the hub together with one PUA: extracts and relinked tokens of all, the code, the
//! policy, and every key that the one PUA holds, with their passphrases.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, ParamsBuilder, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use inlav_core::identifiers::{IdType, Identifier};
use inlav_core::programme::Programme;
use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

use crate::by_hand::one_layer;
use crate::demo::{demo, population, sites};
use crate::parquet_file;

/// The PUA that gives its keys.
const TRAITOR: &str = "PUA01";
/// States and territories, by the codes of the Agenzia delle Entrate; an independent list.
const STATES: &str = include_str!("../../../inlav-core/tests/reference/identifiers/states.csv");
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";

/// The codici fiscali of persons born abroad, by PUA.
fn persons(site: &str) -> BTreeSet<String> {
    let data = population().sites.iter().find(|data| data.site.as_str() == site).unwrap();
    let table = inlav_core::registry::table("person").unwrap();
    let column = table.columns.iter().position(|column| column.name == "codice_fiscale").unwrap();
    let codes =
        data.rows("person").iter().filter_map(|row| Identifier::codice_fiscale(&row[column]).ok().flatten());
    let foreign =
        codes.filter(|code| code.id_type() == IdType::CodiceFiscale && code.expose().as_bytes()[11] == b'Z');
    foreign.map(|code| code.expose().to_owned()).collect()
}

/// The victims: who is at other PUA and not at the traitor's, under the name that most of them have.
fn victims() -> (String, BTreeSet<String>) {
    let own = persons(TRAITOR);
    let others = sites().filter(|site| *site != TRAITOR).flat_map(persons).filter(|code| !own.contains(code));
    let mut by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for code in others {
        by_name.entry(code[..6].to_owned()).or_default().insert(code);
    }
    by_name.into_iter().max_by_key(|(_, codes)| codes.len()).unwrap()
}

/// A guess: one compression per block from a prepared state, as HMAC and SHA-256 are defined.
struct Mac {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// FIPS 180-4, 5.3.3.
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

impl Mac {
    /// RFC 2104: the key is shorter than a block.
    fn new(key: &[u8; 32]) -> Self {
        let pad = |byte: u8| {
            let mut block = [byte; 64];
            for (at, key) in block.iter_mut().zip(key) {
                *at ^= key;
            }
            let mut state = START;
            compress256(&mut state, &[block]);
            state
        };
        Self { inner: pad(0x36), outer: pad(0x5c) }
    }

    /// The first 16 bytes of the MAC of a message whose last block this is, padded.
    fn tag(&self, block: &[u8; 64]) -> u128 {
        let mut state = self.inner;
        compress256(&mut state, &[*block]);
        // The outer hash is over a block and these 32 bytes.
        let mut last = [0_u8; 64];
        let mut word = 0;
        // Without optimisation a loop over numbers is many times faster than one over an iterator.
        while word < 8 {
            let [a, b, c, d] = state[word].to_be_bytes();
            (last[4 * word], last[4 * word + 1], last[4 * word + 2], last[4 * word + 3]) = (a, b, c, d);
            word += 1;
        }
        last[32] = 0x80;
        last[62..].copy_from_slice(&(96_u16 * 8).to_be_bytes());
        let mut state = self.outer;
        compress256(&mut state, &[last]);
        first_half(&state)
    }
}

fn first_half(state: &[u32; 8]) -> u128 {
    let word = |at: usize| u128::from(state[at]) << (96 - 32 * at);
    word(0) | word(1) | word(2) | word(3)
}

/// Tokens of one kind, to be looked up.
struct Tokens {
    tokens: BTreeSet<u128>,
    /// By the first two bytes: most guesses stop here.
    filter: Vec<bool>,
}

impl Tokens {
    fn new(tokens: impl IntoIterator<Item = [u8; 16]>) -> Self {
        let tokens: BTreeSet<u128> = tokens.into_iter().map(u128::from_be_bytes).collect();
        let mut filter = vec![false; 1 << 16];
        for token in &tokens {
            filter[usize::try_from(token >> 112).unwrap()] = true;
        }
        Self { tokens, filter }
    }

    fn has(&self, tag: u128) -> bool {
        // The shift leaves 16 bits.
        self.filter[(tag >> 112) as usize] && self.tokens.contains(&tag)
    }
}

/// What is made of a code, and the tokens that it is compared with.
struct Target {
    /// `None`: bare SHA-256.
    mac: Option<Mac>,
    tokens: Vec<Tokens>,
}

/// Tries every code of a name against every target; what was found, by the targets' tokens one after the
/// other, and how many codes there were.
fn search(name: &str, targets: &[Target]) -> (Vec<BTreeSet<String>>, u64) {
    let parts: Vec<(Vec<BTreeSet<String>>, u64)> = std::thread::scope(|scope| {
        let years = |from: u32| move || search_years(name, (from..100).step_by(2), targets);
        let threads = [scope.spawn(years(0)), scope.spawn(years(1))];
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut found = vec![BTreeSet::new(); targets.iter().map(|target| target.tokens.len()).sum()];
    let mut tried = 0;
    for (part, codes) in parts {
        tried += codes;
        for (all, part) in found.iter_mut().zip(part) {
            all.extend(part);
        }
    }
    (found, tried)
}

/// The characters that say in which state somebody was born, and what they add to the sum.
fn states() -> Vec<([u8; 4], usize)> {
    let state = |line: &str| {
        let state = *line.as_bytes().first_chunk().unwrap();
        (state, sum(&state, 11))
    };
    STATES.lines().skip(1).map(state).collect()
}

fn search_years(
    name: &str,
    years: impl Iterator<Item = u32>,
    targets: &[Target],
) -> (Vec<BTreeSet<String>>, u64) {
    let states = states();
    let mut found = vec![BTreeSet::new(); targets.iter().map(|target| target.tokens.len()).sum()];
    let mut tried = 0;
    // 0x01, kind, version of the normaliser, length u16be, the code; then the padding of SHA-256.
    let mut keyed = [0_u8; 64];
    keyed[..5].copy_from_slice(&[1, 1, 1, 0, 16]);
    keyed[21] = 0x80;
    keyed[62..].copy_from_slice(&((64_u16 + 21) * 8).to_be_bytes());
    let mut bare = [0_u8; 64];
    bare[16] = 0x80;
    bare[62..].copy_from_slice(&(16_u16 * 8).to_be_bytes());
    let mut code = [0_u8; 16];
    code[..6].copy_from_slice(name.as_bytes());
    for year in years {
        code[6..8].copy_from_slice(format!("{year:02}").as_bytes());
        for month in MONTHS {
            code[8] = *month;
            for day in (1..32).chain(41..72) {
                code[9..11].copy_from_slice(format!("{day:02}").as_bytes());
                let before = sum(&code[..11], 0);
                for (state, of_state) in &states {
                    code[11..15].copy_from_slice(state);
                    code[15] = b'A' + u8::try_from((before + of_state) % 26).unwrap();
                    tried += 1;
                    keyed[5..21].copy_from_slice(&code);
                    bare[..16].copy_from_slice(&code);
                    let mut at = 0;
                    for target in targets {
                        let tag = match &target.mac {
                            Some(mac) => mac.tag(&keyed),
                            None => {
                                let mut state = START;
                                compress256(&mut state, &[bare]);
                                first_half(&state)
                            }
                        };
                        for tokens in &target.tokens {
                            if tokens.has(tag) {
                                found[at].insert(String::from_utf8(code.to_vec()).unwrap());
                            }
                            at += 1;
                        }
                    }
                }
            }
        }
    }
    (found, tried)
}

/// The sum behind the check character (D.M. 23 December 1976); `from` is the place of the first.
fn sum(part: &[u8], from: usize) -> usize {
    const ODD: [u8; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let mut sum = 0;
    for (at, byte) in part.iter().enumerate() {
        let value = usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
        sum += if (from + at).is_multiple_of(2) { usize::from(ODD[value]) } else { value };
    }
    sum
}

/// The root in a key file, opened with its passphrase as `keys/file.rs` describes it.
fn root(path: &Path) -> [u8; 32] {
    let file = fs::read(path).unwrap();
    let site = usize::from(file[26]);
    let number = |at: usize| u32::from_be_bytes(*file[at..].first_chunk().unwrap());
    let at = 27 + site + 4 + 1;
    let params = ParamsBuilder::new()
        .m_cost(number(at))
        .t_cost(number(at + 4))
        .p_cost(number(at + 8))
        .build()
        .unwrap();
    let (salt, nonce) = (&file[at + 12..at + 28], &file[at + 36..at + 60]);
    let mut wrapping = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(demo().passphrase().as_bytes(), salt, &mut wrapping)
        .unwrap();
    let sealed = Payload { msg: &file[at + 60..at + 108], aad: &file[..at + 60] };
    let opened = XChaCha20Poly1305::new(&wrapping.into())
        .decrypt(&XNonce::from(*nonce.first_chunk::<24>().unwrap()), sealed)
        .unwrap();
    opened.try_into().unwrap()
}

/// A key as `keys/derivation.rs` derives it.
fn derive(root: &[u8; 32], role: &str, site: &str, field: &str, epoch: u32) -> [u8; 32] {
    let salt = [b"inlav-pseudo/v1".as_slice(), Programme::inlav_lombardia().project_id.as_bytes()].concat();
    let mut info = Vec::new();
    let parts: [&[u8]; 6] = [
        b"inlav/v1",
        role.as_bytes(),
        site.as_bytes(),
        b"evaluation",
        field.as_bytes(),
        &epoch.to_be_bytes(),
    ];
    for part in parts {
        info.extend_from_slice(&(part.len() as u64).to_be_bytes());
        info.extend_from_slice(part);
    }
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(&salt), root).expand(&info, &mut key).unwrap();
    key
}

/// The linkage key's tokens of codici fiscali: the first layer, which every PUA can make.
fn first_layer() -> Mac {
    Mac::new(&derive(&root(&demo().linkage()), "tok", "", "codice-fiscale", 2025))
}

fn tokens(file: impl Fn(&str) -> PathBuf) -> Vec<[u8; 16]> {
    let others = sites().filter(|site| *site != TRAITOR);
    others.flat_map(|site| parquet_file::binary(&file(site), "token")).collect()
}

/// The attack that is the reason for keys and for the custodian, on the whole space of one name.
#[test]
fn a_dictionary_finds_everybody_behind_hashes_and_nobody_behind_two_layers() {
    let (name, victims) = victims();
    assert!(!victims.is_empty());

    // What tools in the field do: bare hashes of the victims' codes among those of all others.
    let all = sites().filter(|site| *site != TRAITOR).flat_map(persons);
    let bare = Tokens::new(all.map(|code| *Sha256::digest(code).first_chunk().unwrap()));
    // One layer: the traitor's copy of the linkage key makes the tokens that are in the extracts.
    let one = Tokens::new(tokens(|site| one_layer().join(site).join("tokens.parquet")));
    // Two layers: the relinked tokens of the others, against the linkage key and against whatever
    // the traitor's own roots give in the place of the custodian's.
    let second = || Tokens::new(tokens(|site| demo().relinked(site).join("tokens.parquet")));
    let mut targets = vec![
        Target { mac: None, tokens: vec![bare] },
        Target { mac: Some(first_layer()), tokens: vec![one, second()] },
    ];
    for key in ["site.ilk", "signing.ilk"] {
        let own = root(&demo().keys(TRAITOR).join(key));
        let mac = Mac::new(&derive(&own, "relink", "", "codice-fiscale", 2025));
        targets.push(Target { mac: Some(mac), tokens: vec![second()] });
    }
    let attacked = || targets.iter().flat_map(|target| &target.tokens);
    assert_eq!(attacked().count(), 5);
    assert!(attacked().all(|tokens| tokens.tokens.len() > 50), "too few tokens to attack");

    let (found, tried) = search(&name, &targets);
    assert!(tried > 13_000_000, "only {tried} codes were tried");
    // Persons of the traitor's own PUA are seen elsewhere too; they are no victims of this attack.
    let own = persons(TRAITOR);
    let recovered: Vec<BTreeSet<String>> =
        found.into_iter().map(|codes| codes.difference(&own).cloned().collect()).collect();
    assert_eq!(recovered[0], victims, "bare hashes");
    assert_eq!(recovered[1], victims, "one layer: mode A does not protect from a PUA with an extract");
    for recovered in &recovered[2..] {
        assert_eq!(recovered.len(), 0, "two layers");
    }
}

/// In mode B there is nothing of the first layer at the hub, in no file and no form, and what a
/// PUA learns with the hub's help is which of its own persons are seen elsewhere.
#[test]
fn the_hub_never_holds_the_first_layer() {
    let mac = first_layer();
    let mut firsts = Vec::new();
    for code in sites().flat_map(persons) {
        let mut block = [0_u8; 64];
        block[..5].copy_from_slice(&[1, 1, 1, 0, 16]);
        block[5..21].copy_from_slice(code.as_bytes());
        block[21] = 0x80;
        block[62..].copy_from_slice(&((64_u16 + 21) * 8).to_be_bytes());
        firsts.push(mac.tag(&block).to_be_bytes());
    }
    let clear = parquet_file::binary(&one_layer().join("PUA05/tokens.parquet"), "token");
    let clear: BTreeSet<[u8; 16]> = clear.into_iter().collect();
    assert!(firsts.iter().any(|token| clear.contains(token)), "the search would find nothing anywhere");

    let mut filter = vec![false; 1 << 16];
    for token in &firsts {
        filter[usize::from(u16::from_be_bytes([token[0], token[1]]))] = true;
    }
    let firsts: BTreeSet<[u8; 16]> = firsts.into_iter().collect();
    let mut searched = 0;
    for folder in ["extracts", "relinked", "store", "release"] {
        for file in crate::files::files(&demo().path(folder)) {
            let mut bytes = fs::read(&file).unwrap();
            if file.extension().is_some_and(|extension| extension == "parquet") {
                bytes.extend(parquet_file::unpacked(&file));
            }
            let hit = bytes.windows(16).any(|window| {
                filter[usize::from(u16::from_be_bytes([window[0], window[1]]))] && firsts.contains(window)
            });
            assert!(!hit, "{} holds a token of the first layer", file.display());
            searched += 1;
        }
    }
    assert!(searched > 500, "{searched} files");
}
