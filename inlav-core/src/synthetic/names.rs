//! Names of nobody: given names of a language, family names put together from syllables.
//! Every character fits Windows-1252.

use super::draw::Draw;

mod spelling;

pub(super) use spelling::Written;

/// Where names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Arabic,
    WestAfrican,
    Indian,
    Urdu,
    Bengali,
    Ukrainian,
    Albanian,
    Georgian,
    Spanish,
    Filipino,
    Chinese,
    Romance,
}

struct Names {
    women: &'static [&'static str],
    men: &'static [&'static str],
    family_heads: &'static [&'static str],
    family_tails: &'static [&'static str],
}

/// A family name; two surnames where that is the custom.
pub(super) fn family(draw: &mut Draw, language: Language) -> String {
    let surname = surname(draw, language);
    if language == Language::Spanish && draw.chance(800) {
        return format!("{surname} {}", self::surname(draw, language));
    }
    surname
}

fn surname(draw: &mut Draw, language: Language) -> String {
    let names = language.names();
    let (head, tail) = (draw.pick(names.family_heads), draw.pick(names.family_tails));
    if !head.ends_with(' ') {
        return format!("{head}{tail}");
    }
    let capital: String = tail.chars().take(1).flat_map(char::to_uppercase).collect();
    format!("{head}{capital}{}", tail.get(1..).unwrap_or(""))
}

/// A given name.
pub(super) fn given(draw: &mut Draw, language: Language, woman: bool) -> &'static str {
    let names = language.names();
    draw.pick(if woman { names.women } else { names.men })
}

impl Language {
    const fn names(self) -> &'static Names {
        match self {
            Self::Arabic => &Names {
                women: &[
                    "Fatima", "Khadija", "Naima", "Samira", "Hanane", "Zineb", "Latifa", "Soukaina", "Malika",
                ],
                men: &[
                    "Mohamed",
                    "Youssef",
                    "Abdelkader",
                    "Rachid",
                    "Hicham",
                    "Mustapha",
                    "Brahim",
                    "Tarek",
                    "Walid",
                ],
                family_heads: &["El ", "Ben ", "Bou", "Ait ", "Abdel", "Ou"],
                family_tails: &[
                    "harzoui", "mendali", "tazghi", "kabrouni", "siddari", "lahmidi", "farjani", "zerouki",
                ],
            },
            Self::WestAfrican => &Names {
                women: &[
                    "Aminata", "Fatou", "Mariama", "Adjoa", "Ngozi", "Blessing", "Awa", "Oumou", "Chioma",
                ],
                men: &[
                    "Mamadou", "Ousmane", "Ibrahima", "Kwabena", "Emeka", "Lamine", "Boubacar", "Yaw",
                    "Seydou",
                ],
                family_heads: &["Dia", "Kou", "Sanko", "Ode", "Bada", "Ama", "Tou", "Ndi"],
                family_tails: &[
                    "mbara", "yatere", "gboye", "ndiaro", "sseka", "kofare", "walenge", "lamouri",
                ],
            },
            Self::Indian => &Names {
                women: &["Manpreet", "Harjeet", "Sukhwinder", "Paramjit", "Kiranjot", "Rupinder"],
                men: &[
                    "Gurpreet",
                    "Harpreet",
                    "Balwinder",
                    "Satnam",
                    "Jaswinder",
                    "Kuldeep",
                    "Sukhdev",
                    "Lakhbir",
                ],
                family_heads: &["Dhal", "Bhat", "Chah", "Gre", "Sam", "Khun", "Rand", "Mang"],
                family_tails: &["iwalha", "eranja", "walbir", "ondhara", "pureta", "iharo", "indrath"],
            },
            Self::Urdu => &Names {
                women: &["Shazia", "Nasreen", "Rubina", "Saima", "Tahira", "Bushra"],
                men: &[
                    "Muhammad", "Shahid", "Imran", "Zeeshan", "Nadeem", "Waqas", "Tanveer", "Asif", "Khurram",
                ],
                family_heads: &["Chaud", "Qur", "Mirz", "Bhut", "Raj", "Warr", "Gond"],
                family_tails: &["hamari", "esharo", "alkoti", "ozaib", "wanshah", "ukhari", "ianwal"],
            },
            Self::Bengali => &Names {
                women: &["Sharmin", "Rokeya", "Nasima", "Taslima", "Farzana"],
                men: &["Rafiqul", "Shafiqul", "Jahangir", "Mizanur", "Delwar", "Kamrul", "Sohel", "Abul"],
                family_heads: &["Bep", "Matub", "Sark", "Howl", "Mia", "Talu", "Munsh"],
                family_tails: &["arider", "barhan", "adaruk", "endakar", "kdarul", "ikhara"],
            },
            Self::Ukrainian => &Names {
                women: &[
                    "Oksana", "Nataliya", "Lyudmyla", "Halyna", "Svitlana", "Iryna", "Tetyana", "Mariya",
                ],
                men: &["Vasyl", "Mykola", "Andriy", "Ihor", "Yuriy", "Bohdan"],
                family_heads: &["Koral", "Tymos", "Hryts", "Petrav", "Zahor", "Bilyk", "Martsen", "Dovzh"],
                family_tails: &["enyuk", "chenyak", "ivska", "ashchuk", "oriyets", "unenko"],
            },
            Self::Albanian => &Names {
                women: &["Mirela", "Valbona", "Anila", "Çelina", "Teuta", "Arjeta"],
                men: &["Arben", "Ilir", "Gentian", "Besnik", "Altin", "Dritan", "Fatmir"],
                family_heads: &["Kraj", "Shkod", "Çel", "Drin", "Mal", "Gjoc", "Bar"],
                family_tails: &["anoshi", "ërija", "ollari", "ikuqi", "eshtani", "ubalaj"],
            },
            Self::Georgian => &Names {
                women: &["Nino", "Ketevan", "Tamar", "Manana", "Lela", "Nana"],
                men: &["Giorgi", "Levan", "Zurab", "Irakli", "Davit"],
                family_heads: &["Kvarats", "Gelas", "Tsiklar", "Mchede", "Lomta", "Berid"],
                family_tails: &["hashvili", "urishvili", "ianidze", "lidzeri", "eladze"],
            },
            Self::Spanish => &Names {
                women: &["Rosa", "Yolanda", "Maribel", "Gladys", "Nelly", "Carmen", "Begoña", "Ximena"],
                men: &["José", "Jesús", "Wilmer", "Edison", "Segundo", "Álvaro", "Freddy", "Néstor"],
                family_heads: &["Quis", "Huam", "Chug", "Cond", "Mam", "Tup", "Villa", "Peña"],
                family_tails: &["anzola", "inasqui", "ariquez", "orengo", "ayupán", "uchimay", "illaloa"],
            },
            Self::Filipino => &Names {
                women: &["Maricel", "Jocelyn", "Rowena", "Analyn", "Lorna"],
                men: &["Rogelio", "Danilo", "Reynaldo", "Jomar", "Arnel"],
                family_heads: &["Maca", "Dima", "Pangi", "Bula", "Cata", "Magsa"],
                family_tails: &["raegon", "lantao", "ligsayan", "cdalita", "bulosan"],
            },
            Self::Chinese => &Names {
                women: &["Xiaoling", "Meihua", "Yanfang", "Liping", "Suzhen"],
                men: &["Jianguo", "Xiaodong", "Weiming", "Zhiqiang", "Guohua"],
                family_heads: &["Zhuang", "Xiong", "Shuang", "Qiang", "Huang"],
                family_tails: &["wei", "min", "jin", "lun"],
            },
            Self::Romance => &Names {
                women: &["Mihaela", "Ancuta", "Nicoletta", "Doina", "Loredana", "Assunta"],
                men: &["Gheorghe", "Costel", "Nicolò", "Ionel", "Vasile", "Damiano"],
                family_heads: &["Brambi", "Moldov", "Cernu", "Rusc", "Zanott", "Pavon", "Locat"],
                family_tails: &["altesco", "oneanu", "ellarini", "orescu", "agnolo", "uritti"],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_windows_1252() {
        for language in [Language::Albanian, Language::Spanish, Language::Romance] {
            let names = language.names();
            for name in [names.women, names.men, names.family_heads, names.family_tails].concat() {
                assert!(name.chars().all(|c| u32::from(c) < 256));
            }
        }
    }
}
