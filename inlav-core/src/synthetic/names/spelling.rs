//! One name, several spellings: how the same name comes out of another passport, another office,
//! another transliteration. Every character fits Windows-1252.

use super::{Draw, Language};
use crate::text::fold;

/// A name as one office wrote it.
#[derive(Debug, Clone, Copy)]
pub(in crate::synthetic) struct Written<'a> {
    pub(in crate::synthetic) family: &'a str,
    pub(in crate::synthetic) given: &'a str,
}

/// Spellings of one name, one list a name.
const ARABIC: &[&[&str]] = &[
    &["Mohamed", "Muhammad", "Mohammed", "Mohamad", "Mohammad", "Muhamed"],
    &["Youssef", "Yusuf", "Yousef", "Youcef", "Iusuf"],
    &["Abdelkader", "Abd El Kader", "Abdul Qadir", "Abdulkadir"],
    &["Rachid", "Rashid", "Rasheed"],
    &["Hicham", "Hisham", "Hesham"],
    &["Mustapha", "Mustafa", "Mostafa", "Moustafa"],
    &["Brahim", "Ibrahim", "Ebrahim", "Brahym"],
    &["Tarek", "Tariq", "Tarik"],
    &["Walid", "Waleed", "Oualid"],
    &["Fatima", "Fatma", "Fatiha", "Fatimah"],
    &["Khadija", "Khadijah", "Hadija", "Kadija"],
    &["Naima", "Naïma", "Naimah"],
    &["Samira", "Sameera", "Samirah"],
    &["Hanane", "Hanan", "Hannan"],
    &["Zineb", "Zeinab", "Zaynab", "Zainab"],
    &["Latifa", "Lateefa", "Latifah"],
    &["Soukaina", "Sukaina", "Sokaina"],
    &["Malika", "Malikah", "Maleka"],
];
/// As the passport has it (Ukrainian), and as the old one had it (Russian).
const UKRAINIAN: &[&[&str]] = &[
    &["Oksana", "Oxana", "Aksana"],
    &["Nataliya", "Natalia", "Natalija", "Natalya"],
    &["Lyudmyla", "Liudmyla", "Ludmila", "Lyudmila"],
    &["Halyna", "Galina", "Galyna", "Halina"],
    &["Svitlana", "Svetlana", "Svietlana"],
    &["Iryna", "Irina", "Irena"],
    &["Tetyana", "Tetiana", "Tatiana", "Tatyana"],
    &["Mariya", "Mariia", "Maria", "Marija"],
    &["Vasyl", "Vasil", "Vasiliy", "Vasily"],
    &["Mykola", "Nikolay", "Nikolai", "Mikola"],
    &["Andriy", "Andrii", "Andrey", "Andrei"],
    &["Ihor", "Igor", "Ihar"],
    &["Yuriy", "Yurii", "Yuri", "Iurii"],
    &["Bohdan", "Bogdan", "Bohden"],
];
const BENGALI: &[&[&str]] = &[
    &["Rafiqul", "Rafikul", "Rofiqul", "Md Rafiqul"],
    &["Shafiqul", "Safiqul", "Shofiqul", "Md Shafikul"],
    &["Jahangir", "Jahangeer", "Zahangir", "Md Jahangir"],
    &["Mizanur", "Mijanur", "Mizan", "Md Mizanur"],
    &["Delwar", "Delowar", "Dilwar", "Delwer"],
    &["Kamrul", "Kamarul", "Qamrul", "Md Kamrul"],
    &["Sohel", "Suhel", "Sohail"],
    &["Abul", "Abool", "Aboul"],
    &["Sharmin", "Sharmeen", "Sarmin", "Mst Sharmin"],
    &["Rokeya", "Roquia", "Rukeya", "Begum Rokeya"],
    &["Nasima", "Naseema", "Nasimah", "Mst Nasima"],
    &["Taslima", "Taslema", "Tasleema"],
    &["Farzana", "Farjana", "Ferzana"],
];
/// Pinyin, Wade-Giles, and with a hyphen or in two words.
const CHINESE: &[&[&str]] = &[
    &["Xiaoling", "Hsiao-ling", "Xiao Ling", "Siuling"],
    &["Meihua", "Mei-hua", "Mei Hua"],
    &["Yanfang", "Yen-fang", "Yan Fang"],
    &["Liping", "Li-p'ing", "Li Ping"],
    &["Suzhen", "Su-chen", "Su Zhen"],
    &["Jianguo", "Chien-kuo", "Jian Guo"],
    &["Xiaodong", "Hsiao-tung", "Xiao Dong"],
    &["Weiming", "Wei-ming", "Wei Ming"],
    &["Zhiqiang", "Chih-ch'iang", "Zhi Qiang"],
    &["Guohua", "Kuo-hua", "Guo Hua"],
];
const SPANISH: &[&[&str]] = &[
    &["José", "Jose", "Josè", "José Luis"],
    &["Jesús", "Jesus", "Gesus"],
    &["Álvaro", "Alvaro", "Alvarro"],
    &["Néstor", "Nestor", "Nestore"],
    &["Begoña", "Begona", "Begonia"],
    &["Ximena", "Jimena", "Gimena"],
    &["Yolanda", "Jolanda", "Iolanda"],
    &["Gladys", "Gladis", "Gladiz"],
    &["Nelly", "Neli", "Nely"],
    &["Freddy", "Fredy", "Freddi"],
    &["Edison", "Edinson", "Edisson"],
    &["Wilmer", "Vilmer", "Wilmar"],
];

/// Letters that come out one way or another in what is not in a list of names: from, to.
const fn changes(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Arabic | Language::Urdu => &[
            ("El ", "Al "),
            ("El ", "El"),
            ("Ben ", "Bin "),
            ("Ait ", "Aït "),
            ("Bou", "Bu"),
            ("Abdel", "Abdul"),
            ("Chaud", "Choud"),
            ("ou", "u"),
            ("ee", "i"),
            ("kh", "k"),
            ("sh", "ch"),
            ("q", "k"),
            ("z", "s"),
        ],
        Language::Ukrainian => &[
            ("Hr", "Gr"),
            ("Zah", "Zag"),
            ("oh", "og"),
            ("ivska", "ivskaya"),
            ("enyuk", "eniuk"),
            ("oriyets", "oriets"),
            ("shch", "sch"),
            ("Dovzh", "Dovj"),
            ("ym", "im"),
            ("yk", "ik"),
            ("y", "i"),
        ],
        Language::Bengali => &[
            ("Sark", "Sirk"),
            ("Mia", "Miah"),
            ("Howl", "Haol"),
            ("kh", "k"),
            ("ee", "i"),
            ("ar", "or"),
            ("d", "dd"),
        ],
        Language::Chinese => &[
            ("Zhuang", "Chuang"),
            ("Xiong", "Hsiung"),
            ("Shuang", "Shwang"),
            ("Qiang", "Ch'iang"),
            ("Huang", "Hwang"),
            ("jin", "chin"),
            ("lun", "luen"),
        ],
        Language::Indian => &[
            ("ee", "i"),
            ("wh", "v"),
            ("dh", "d"),
            ("bh", "b"),
            ("kh", "k"),
            ("j", "z"),
            ("w", "v"),
            ("ur", "oor"),
        ],
        Language::Spanish => {
            &[("ñ", "n"), ("á", "a"), ("z", "s"), ("qu", "k"), ("ll", "l"), ("g", "j"), ("m", "mm")]
        }
        Language::Albanian => &[("ë", "e"), ("Ç", "C"), ("Gj", "Gi"), ("sh", "s"), ("q", "k"), ("li", "lli")],
        Language::Georgian => &[("shvili", "svili"), ("Kv", "Qv"), ("ts", "z"), ("dze", "dse"), ("ch", "c")],
        Language::WestAfrican => &[("ou", "u"), ("ss", "s"), ("Dia", "Dja"), ("ye", "ie"), ("k", "c")],
        Language::Filipino => &[("c", "k"), ("gs", "x"), ("ll", "l"), ("Maca", "Maka")],
        Language::Romance => {
            &[("escu", "esco"), ("ll", "l"), ("tt", "t"), ("Moldov", "Moldav"), ("nic", "nik")]
        }
    }
}

impl Written<'_> {
    /// The name as somebody else writes it down, family and given name: never the same as here.
    pub(in crate::synthetic) fn otherwise(&self, draw: &mut Draw, language: Language) -> (String, String) {
        let mut family = self.family.to_owned();
        if draw.chance(600) {
            family = respelled_family(draw, self.family, language);
        }
        let given = if family == self.family || draw.chance(750) {
            respelled_given(draw, self.given, language)
        } else {
            self.given.to_owned()
        };
        // Where the family name stands first, it is taken for the given one.
        let inverted = if language == Language::Chinese { 450 } else { 90 };
        if draw.chance(inverted) { (given, family) } else { (family, given) }
    }
}

/// Another spelling of a given name.
fn respelled_given(draw: &mut Draw, name: &str, language: Language) -> String {
    let lists = match language {
        Language::Arabic | Language::Urdu => ARABIC,
        Language::Ukrainian => UKRAINIAN,
        Language::Bengali => BENGALI,
        Language::Chinese => CHINESE,
        Language::Spanish => SPANISH,
        _ => &[],
    };
    let spellings: Vec<&str> = lists
        .iter()
        .filter(|spellings| spellings.contains(&name))
        .flat_map(|spellings| spellings.iter().copied().filter(|spelling| *spelling != name))
        .collect();
    match (spellings.as_slice(), language) {
        // The second name, which tells men from women, is written down by few.
        ([], Language::Indian) if draw.chance(400) => format!("{name} {}", draw.pick(&["Singh", "Kaur"])),
        ([], _) => changed(draw, name, language),
        (spellings, _) => draw.pick(spellings).to_owned(),
    }
}

/// Another spelling of a family name; of two surnames often the first alone.
fn respelled_family(draw: &mut Draw, name: &str, language: Language) -> String {
    let plain = unaccented(name);
    match (language, name.split_once(' ')) {
        (Language::Spanish, Some((first, second))) => match draw.below(4) {
            0 | 1 => first.to_owned(),
            2 => format!("{first}-{second}"),
            _ if plain != name => plain,
            _ => format!("{second} {first}"),
        },
        _ if plain != name && draw.chance(600) => plain,
        _ => changed(draw, name, language),
    }
}

/// One of the changes of the language that apply; a doubled or dropped letter if none does.
fn changed(draw: &mut Draw, name: &str, language: Language) -> String {
    let apply: Vec<(&str, &str)> =
        changes(language).iter().copied().filter(|(from, _)| name.contains(from)).collect();
    if apply.is_empty() {
        let kept = name.strip_suffix('h').or_else(|| name.strip_suffix('e'));
        return kept.map_or_else(|| format!("{name}h"), str::to_owned);
    }
    let (from, to) = draw.pick(&apply);
    name.replacen(from, to, 1)
}

/// The name without its accents, capitals kept.
fn unaccented(name: &str) -> String {
    let plain = |c: char| match fold(&c.to_string()).chars().next() {
        Some(letter) if c.is_alphabetic() && c.is_uppercase() => letter.to_ascii_uppercase(),
        Some(letter) if c.is_alphabetic() => letter,
        _ => c,
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{family, given};
    use super::*;

    const ALL: [Language; 12] = [
        Language::Arabic,
        Language::WestAfrican,
        Language::Indian,
        Language::Urdu,
        Language::Bengali,
        Language::Ukrainian,
        Language::Albanian,
        Language::Georgian,
        Language::Spanish,
        Language::Filipino,
        Language::Chinese,
        Language::Romance,
    ];

    #[test]
    fn a_second_spelling_differs_and_fits_windows_1252() {
        let mut draw = Draw::new(5, 1);
        for language in ALL {
            for number in 0..400 {
                let (family, given) =
                    (family(&mut draw, language), given(&mut draw, language, number % 2 == 0));
                let other = Written { family: &family, given }.otherwise(&mut draw, language);
                assert_ne!((family.as_str(), given), (other.0.as_str(), other.1.as_str()));
                assert!(other.0.len() >= 2 && other.1.len() >= 2);
                assert!((other.0 + &other.1).chars().all(|c| u32::from(c) < 256));
            }
        }
    }

    #[test]
    fn spellings_are_those_of_the_community() {
        let mut draw = Draw::new(6, 1);
        let mut seen = |given: &str, language| -> Vec<String> {
            (0..300).map(|_| respelled_given(&mut draw, given, language)).collect()
        };
        let has = |seen: Vec<String>, expected: &[&str]| {
            for spelling in expected {
                assert!(seen.iter().any(|other| other == spelling), "{spelling}");
            }
        };
        has(seen("Mohamed", Language::Arabic), &["Muhammad", "Mohammed"]);
        has(seen("Halyna", Language::Ukrainian), &["Galina"]);
        has(seen("Rafiqul", Language::Bengali), &["Rofiqul", "Md Rafiqul"]);
        has(seen("Xiaoling", Language::Chinese), &["Hsiao-ling", "Xiao Ling"]);
        has(seen("José", Language::Spanish), &["Jose"]);
        let mut family = |name: &str, language| -> Vec<String> {
            (0..300).map(|_| respelled_family(&mut draw, name, language)).collect()
        };
        has(family("Peñanzola Mamayupán", Language::Spanish), &["Peñanzola", "Penanzola Mamayupan"]);
        has(family("El Harzoui", Language::Arabic), &["Al Harzoui", "ElHarzoui"]);
        has(family("Xiongwei", Language::Chinese), &["Hsiungwei"]);
        has(family("Zahorenyuk", Language::Ukrainian), &["Zagorenyuk"]);
    }

    #[test]
    fn every_name_of_the_lists_is_one_that_is_given() {
        for (language, lists) in [
            (Language::Arabic, ARABIC),
            (Language::Ukrainian, UKRAINIAN),
            (Language::Bengali, BENGALI),
            (Language::Chinese, CHINESE),
            (Language::Spanish, SPANISH),
        ] {
            let names = language.names();
            for list in lists {
                assert!([names.women, names.men].concat().contains(&list[0]), "{}", list[0]);
            }
        }
    }
}
