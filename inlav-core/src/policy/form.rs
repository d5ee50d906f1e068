//! The form of a policy's file, and where a file does not keep to it.

use toml::de::{DeTable, DeValue};

use super::error::PolicyError;
use super::reason::Reason;
use crate::text::line_of;

/// A key that every policy has.
struct Key {
    name: &'static str,
    /// What it says.
    what: Reason,
    fits: fn(&DeValue<'_>) -> bool,
}

/// The parts that say what becomes of tables.
const TABLES: Key = Key {
    name: "tables",
    what: Reason::of(
        "una parte [tables.…] per ogni tabella, con una riga per colonna",
        "a part [tables.…] for every table, with a line for every column",
    ),
    fits: |value| value.is_table(),
};

const KEYS: [Key; 6] = [
    Key { name: "version", what: Reason::of("il numero 1", "the number 1"), fits: is_number },
    Key {
        name: "purpose",
        what: Reason::of(
            "la finalità, un testo tra virgolette, per esempio \"evaluation\"",
            "the purpose, a text in quotation marks, for example \"evaluation\"",
        ),
        fits: |value| value.is_str(),
    },
    Key {
        name: "legal_basis",
        what: Reason::of(
            "la base giuridica, un testo tra virgolette",
            "the legal basis, a text in quotation marks",
        ),
        fits: |value| value.is_str(),
    },
    Key {
        name: "retention_months",
        what: Reason::of(
            "per quanti mesi si conserva, un numero, per esempio 60",
            "for how many months it is kept, a number, for example 60",
        ),
        fits: is_number,
    },
    Key {
        name: "exclude",
        what: Reason::of(
            "la parte [exclude], con consent_withdrawn e minors",
            "the part [exclude], with consent_withdrawn and minors",
        ),
        fits: |value| value.is_table(),
    },
    TABLES,
];

/// The keys under `[exclude]`.
const EXCLUDE: [Key; 2] = [
    Key {
        name: "consent_withdrawn",
        what: Reason::of(
            "un elenco di codici tra virgolette, per esempio [\"RICERCA\"]",
            "a list of codes in quotation marks, for example [\"RICERCA\"]",
        ),
        fits: is_of_texts,
    },
    Key {
        name: "minors",
        what: Reason::of("true, false o un'età in anni", "true, false or an age in years"),
        fits: |value| value.is_bool() || is_number(value),
    },
];

const NOT_TOML: Reason = Reason::of(
    "qui il file non è TOML: forse manca una virgoletta, un = o una parentesi, o una chiave c'è due volte",
    "here the file is not TOML: perhaps a quotation mark, a = or a bracket is missing, or a key stands there twice",
);
const NO_KEY: Reason = Reason::of(
    "questa chiave non è di una policy; quelle che ha si vedono con: inlav policy default",
    "this is no key of a policy; those that it has are shown by: inlav policy default",
);
const NO_KEY_OF_EXCLUDE: Reason = Reason::of(
    "questa chiave non è di [exclude], che ha consent_withdrawn e minors",
    "this is no key of [exclude], which has consent_withdrawn and minors",
);

/// What is wrong with a text that is no policy. The parser's own message would repeat what the file says:
/// of it only the place is taken.
pub(super) fn fault(text: &str, parser: &toml::de::Error) -> PolicyError {
    let line = parser.span().map_or(1, |span| line_of(text, span.start));
    let found = DeTable::parse(text).ok().and_then(|table| of_table(text, table.get_ref()));
    found.unwrap_or(PolicyError::Syntax { line, what: NOT_TOML })
}

fn of_table(text: &str, policy: &DeTable<'_>) -> Option<PolicyError> {
    let part = |name| policy.get(name).and_then(|part| part.get_ref().as_table());
    let of_exclude = || of_keys(text, part("exclude")?, &EXCLUDE, NO_KEY_OF_EXCLUDE);
    let of_tables = || {
        let wrong = part(TABLES.name)?.values().find(|value| !value.get_ref().is_table())?;
        Some(TABLES.unfit(text, wrong.span().start))
    };
    of_keys(text, policy, &KEYS, NO_KEY).or_else(of_exclude).or_else(of_tables)
}

impl Key {
    /// The fault that something else stands at a place of the text.
    fn unfit(&self, text: &str, place: usize) -> PolicyError {
        PolicyError::Form { line: line_of(text, place), key: self.name, what: self.what }
    }
}

/// A key that does not belong there is told before one that is missing: it may be the same, mistyped.
fn of_keys(text: &str, table: &DeTable<'_>, keys: &[Key], no_key: Reason) -> Option<PolicyError> {
    let is_known = |name: &str| keys.iter().any(|key| key.name == name);
    if let Some(unknown) = table.keys().find(|name| !is_known(name.get_ref())) {
        return Some(PolicyError::Syntax { line: line_of(text, unknown.span().start), what: no_key });
    }
    keys.iter().find_map(|key| match table.get(key.name) {
        None => Some(PolicyError::Missing { key: key.name, what: key.what }),
        Some(value) if !(key.fits)(value.get_ref()) => Some(key.unfit(text, value.span().start)),
        Some(_) => None,
    })
}

fn is_number(value: &DeValue<'_>) -> bool {
    value
        .as_integer()
        .is_some_and(|number| u32::from_str_radix(&number.as_str().replace('_', ""), number.radix()).is_ok())
}

fn is_of_texts(value: &DeValue<'_>) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(|value| value.get_ref().is_str()))
}
