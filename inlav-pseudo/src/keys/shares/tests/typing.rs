//! What custodians type.

use super::*;

/// Any share, with the longest name there may be or the shortest.
fn share(root: [u8; 32], custodian: &str) -> Share {
    let names = [custodian.to_owned(), "Bruno".to_owned(), "Carla".to_owned()];
    key(root).split(2, &names).unwrap().swap_remove(0)
}

/// The lines that are typed, without their numbers.
fn lines(share: &Share) -> Vec<String> {
    let text = share.printable();
    let numbered = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    numbered.map(|line| line.split_once(": ").unwrap().1.to_owned()).collect()
}

fn same(one: &Share, other: &Share) -> bool {
    one.belongs_with(other)
        && (one.number, &one.custodian) == (other.number, &other.custodian)
        && one.value.expose() == other.value.expose()
}

/// The numbered lines were made by an independent program (`tests/share_vectors.py`).
#[test]
fn the_printed_form_is_the_documented_one() {
    let mut share = share([0; 32], "Anna Bianchi");
    share.split = [1, 2, 3, 4];
    share.value = secret(std::array::from_fn(|i| u8::try_from(i).unwrap()));
    assert_eq!(
        share.printable().as_str(),
        "inlav – parte di una chiave, da tenere segreta / share of a key, to be kept secret\n\n\
         chiave / key            e55b96a12ee645eb (vault)\n\
         PUA                     PUA05\n\
         epoca / epoch           –\n\
         programma / programme   0e8dd2f1928f2afb65b8f4da4c6028f9\n\
         parte / share           1 di / of 3, ne servono / needed 2\n\
         custode / custodian     Anna Bianchi\n\n\
         1: 05EGN 63MDP TBRSM 53SAY ZDJVM HX6T2\n\
         2: 9HG2G HY85Y A1AMH 2C1N8 0000A 0075X\n\
         3: BEBAF 2BQ60 8QNG8 20G36 0G100 608C3\n\
         4: 85Q6H WR90Z 89MPH 2VK3P D1MGF 0082P\n\
         5: 0C20Z A1G74 104GZ M2RCV 1M701 Y40H9\n\
         6: 289HQ 858PA 2WC19 J6GV5 3GEHS W7R8J\n\
         7: 2ZCNR W000P\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Also where every place of the code has every value.
    #[test]
    fn a_share_comes_back_from_paper(root: [u8; 32], name in "[a-zàèéìòù'.]{1,20}( [A-ZÀ]{1,19})?") {
        let share = share(root, &name);
        let back = Share::parse(&share.printable());
        prop_assert!(same(&share, &back.unwrap()));
        prop_assert!(same(&share, &Share::parse(&lines(&share).join("\n")).unwrap()));
    }

    /// However it is spelled.
    #[test]
    fn habits_of_typing_are_forgiven(root: [u8; 32], seed: [u8; 512]) {
        let share = share(root, "Anna");
        let mut choice = seed.iter().cycle();
        let mut typed = String::new();
        for line in lines(&share) {
            for sign in line.chars().filter(|sign| *sign != ' ') {
                let choice = choice.next().unwrap();
                typed.push_str(["", "", " ", "-", "\u{2013}", "\t", " - ", ""][usize::from(choice % 8)]);
                typed.push(match (sign, choice >> 3 & 3) {
                    ('0', 1) => 'o',
                    ('0', 2) => 'O',
                    ('1', 1) => 'l',
                    ('1', 2) => 'I',
                    ('1', 3) => 'i',
                    (sign, 1) => sign.to_ascii_lowercase(),
                    (sign, _) => sign,
                });
            }
            typed.push_str("\r\n");
        }
        prop_assert!(same(&share, &Share::parse(&typed).unwrap()));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, lines in prop::collection::vec("[0-9A-Z -]{0,40}", 0..9)) {
        let _ = Share::parse(&text);
        let _ = Share::parse(&lines.join("\n"));
    }
}

/// Every sign of a share replaced by every other one; left out; typed twice; changed about with
/// the next one.
#[test]
fn every_mistyped_sign_is_told_by_its_place() {
    let share = share(std::array::from_fn(|i| u8::try_from(i * 37 % 256).unwrap()), "Anna Bianchi");
    let lines = lines(&share);
    let parse = |changed: usize, line: String| {
        let mut lines = lines.clone();
        lines[changed] = line;
        Share::parse(&lines.join("\n"))
    };
    let with = |line: &str, at: usize, put: &str, instead: usize| {
        format!("{}{put}{}", &line[..at], &line[at + instead..])
    };
    for (place, line) in lines.iter().enumerate() {
        for (at, sign) in line.char_indices().filter(|(_, sign)| *sign != ' ') {
            let (number, group) = (place + 1, at / 6 + 1);
            for other in ('0'..='9').chain('A'..='Z').filter(|other| *other != sign) {
                let refused = parse(place, with(line, at, &other.to_string(), 1)).err();
                let same = matches!((sign, other), ('0', 'O') | ('1', 'I' | 'L'));
                let expected = match other {
                    _ if same => None,
                    'U' => Some(ShareError::Sign { line: number, group }),
                    _ => Some(ShareError::Mistyped { line: number, group }),
                };
                assert_eq!(refused, expected, "line {number}, sign {at}, {sign} as {other}");
            }
            let short = parse(place, with(line, at, "", 1)).err();
            assert_eq!(short, Some(ShareError::Length { line: number, group, found: 4 }));
            let long = parse(place, with(line, at, &sign.to_string().repeat(2), 1)).err();
            assert_eq!(long, Some(ShareError::Length { line: number, group, found: 6 }));
            if let Some(next) = line[at + 1..].chars().next().filter(|next| *next != ' ' && *next != sign) {
                let refused = parse(place, with(line, at, &format!("{next}{sign}"), 2)).err();
                assert_eq!(refused, Some(ShareError::Mistyped { line: number, group }));
            }
        }
    }
}

#[test]
fn lines_out_of_their_places_are_told() {
    let share = share([5; 32], "Anna Bianchi");
    let lines = lines(&share);
    let last = lines.len();
    let parse = |lines: &[String]| Share::parse(&lines.join("\n")).err();
    let numbered = |places: &[usize]| {
        let text: String = places.iter().map(|place| format!("{}: {}\n", place + 1, lines[*place])).collect();
        Share::parse(&text).err()
    };
    let mut turned = lines.clone();
    turned.swap(1, 2);
    assert_eq!(parse(&turned), Some(ShareError::Mistyped { line: 2, group: 1 }));
    assert_eq!(numbered(&[0, 2, 1]), Some(ShareError::Missing { line: 2 }));
    assert_eq!(parse(&lines[..last - 1]), Some(ShareError::Missing { line: last }));
    assert_eq!(
        parse(&[lines.clone(), vec!["AAAAA".to_owned()]].concat()),
        Some(ShareError::TooLong { line: last })
    );
    let cut = [&[lines[0][..29].to_owned()], &lines[1..]].concat();
    assert_eq!(parse(&cut), Some(ShareError::Groups { line: 1, expected: 6, found: 5 }));
    assert_eq!(Share::parse(" \n\n").err(), Some(ShareError::NotAShare));

    let other = self::lines(&self::share([5; 32], "Anna Bianchi"));
    assert_ne!(lines[last - 2], other[last - 2]);
    let mut mixed = lines.clone();
    mixed[last - 2].clone_from(&other[last - 2]);
    assert_eq!(parse(&mixed), Some(ShareError::Whole));
}

/// Line by line, as at a prompt: a line that is refused is typed again.
#[test]
fn a_refused_line_can_be_typed_again() {
    let share = share([6; 32], "Anna");
    let mut typed = TypedShare::default();
    assert_eq!(typed.lines(), None);
    let mut back = None;
    for (place, line) in lines(&share).iter().enumerate() {
        assert_eq!(typed.next_line(), place + 1);
        let refused = typed.line(&line.replace(|sign| sign != ' ', "Z")).unwrap_err();
        assert!(matches!(refused, ShareError::Mistyped { line, .. } if line == place + 1));
        assert!(back.is_none());
        back = typed.line(line).unwrap();
        assert_eq!(typed.lines(), Some(lines(&share).len()));
    }
    assert!(same(&share, &back.unwrap()));
}

#[test]
fn a_later_version_is_told() {
    let share = share([8; 32], "Anna");
    let mut bytes = share.bytes();
    bytes[0] = 2;
    assert_eq!(
        printable::groups_of_all(&printable::contents(&bytes).flatten().collect::<Vec<_>>()),
        Err(ShareError::Version { version: 2 })
    );
}
