//! Names in the letters of a passport's machine-readable zone: ICAO Doc 9303, part 3, section 6,
//! tables A (Latin) and B (Cyrillic).

/// The text with each letter as a machine-readable zone has it; what is in neither table stays.
pub(super) fn transliterated(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_uppercase) {
        match letters(c) {
            Some(letters) => written.push_str(letters),
            None => written.push(c),
        }
    }
    written
}

/// What is written for a capital letter, where it is not the letter without its accents.
const fn letters(capital: char) -> Option<&'static str> {
    Some(match capital {
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ð' | 'Đ' => "D",
        'Ħ' => "H",
        'ı' | 'І' | 'Ї' | 'Й' | 'И' => "I",
        'Ĳ' => "IJ",
        'Ŀ' | 'Ł' | 'Л' => "L",
        'Ŋ' | 'Н' => "N",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ŧ' | 'Т' => "T",
        'Þ' => "TH",
        'Ü' => "UE",
        'ẞ' | 'ß' => "SS",
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' => "G",
        'Д' => "D",
        'Е' | 'Ё' | 'Э' => "E",
        'Є' => "IE",
        'Ж' => "ZH",
        'З' => "Z",
        'К' => "K",
        'М' => "M",
        'О' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'У' => "U",
        'Ф' => "F",
        'Х' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' => "IE",
        'Ы' => "Y",
        'Ь' => "",
        'Ю' => "IU",
        'Я' => "IA",
        _ => return None,
    })
}
