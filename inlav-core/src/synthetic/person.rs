//! Made-up persons.

use chrono::{Datelike as _, NaiveDate};

use super::case::Window;
use super::draw::{Draw, before};
use super::names::{Written, family, given};
use super::profile::{Country, Profile, SECTORS, Workers, birth_place, workers};
use super::tax_code::tax_code;
use crate::sector::Sector;
use crate::text::fold;

mod documents;

use documents::{Documents, documents, reform};

/// A person as one office writes it down.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) family: String,
    pub(super) given: String,
    pub(super) birth: NaiveDate,
    pub(super) woman: bool,
    pub(super) gender: &'static str,
    pub(super) country: Country,
    pub(super) citizenship: &'static str,
    pub(super) sector: Sector,
    pub(super) title: &'static str,
    pub(super) documents: Documents,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) address: String,
    pub(super) municipality: String,
    pub(super) education: &'static str,
    pub(super) arrival_year: String,
    pub(super) other_citizenship: &'static str,
    /// Level of Italian; blank if nobody asked.
    pub(super) italian: &'static str,
    /// Whether interviews need a mediator.
    pub(super) needs_mediation: bool,
    /// Children who live with the person; blank if nobody asked.
    pub(super) children: String,
    /// Under 18 at the first contact.
    pub(super) minor: bool,
    pub(super) notes: String,
}

/// The sector that a person whom a PUA meets works in.
pub(super) fn sector(draw: &mut Draw, profile: &Profile) -> Sector {
    let weights: Vec<(Sector, u32)> = SECTORS.into_iter().zip(profile.sectors).collect();
    draw.weighted(&weights)
}

/// Makes up a person of a sector whom a PUA meets on this day.
pub(super) fn invent(
    draw: &mut Draw,
    window: &Window<'_>,
    sector: Sector,
    day: NaiveDate,
    omocodic_per_thousand: u32,
) -> Person {
    let profile = &window.profile;
    let Workers { women_per_thousand, women, men } = workers(sector);
    let lives_as_woman = draw.chance(women_per_thousand);
    let country = draw.weighted(if lives_as_woman { women } else { men });
    let (gender, woman) = match draw.below(1000) {
        0..=5 => ("TF", false),
        6..=7 => ("TM", true),
        8..=11 => ("NB", lives_as_woman),
        12..=19 => ("ND", lives_as_woman),
        _ => (if lives_as_woman { "F" } else { "M" }, lives_as_woman),
    };
    // Not where the residence title says which citizenship it is.
    let citizenship = match draw.below(1000) {
        _ if matches!(country.code, "ITA" | "ROU" | "UKR") => country.code,
        0..=3 => "ND",
        4..=5 => "XXA",
        _ => country.code,
    };
    let birth = birth_day(draw, sector, day);
    let minor = day.years_since(birth).is_none_or(|years| years < 18);
    let title = if minor && !matches!(country.code, "ITA" | "ROU") {
        "MINORE"
    } else {
        residence_title(draw, country.code, sector, day)
    };
    let (family, given) =
        (family(draw, country.language), given(draw, country.language, lives_as_woman).to_owned());
    let code = tax_code(&family, &given, birth, woman, birth_place(country.code));
    let documents = documents(draw, country.code, title, (code, omocodic_per_thousand), day);
    let phone = phone(draw, profile);
    let email = email(draw, profile, &family, &given);
    let (address, municipality) = (address(draw, profile), municipality(draw, window.province));
    let (arrival_year, lately) = arrival_year(draw, profile, country.code, birth, day);
    let needs_mediation = draw.chance(if lately { country.mediation } else { country.mediation / 3 });
    // Not a citizenship that would speak against the residence title.
    let has_another = draw.chance(8) && !matches!(citizenship, "ITA" | "ROU" | "UKR" | "XXA" | "ND");
    let notes = notes(draw, profile, &family, &given, &phone);
    Person {
        family,
        given,
        birth,
        woman,
        gender,
        country,
        citizenship,
        sector,
        title,
        documents,
        phone,
        email,
        address,
        municipality,
        education: education(draw),
        arrival_year,
        other_citizenship: if has_another { "BRA" } else { "" },
        italian: italian(draw, country.code, needs_mediation),
        needs_mediation,
        children: children(draw, sector),
        minor,
        notes,
    }
}

impl Person {
    /// The same person as a second office writes it down: another spelling, another telephone
    /// now and then, the same documents but for one that is forgotten now and then.
    pub(super) fn seen_elsewhere(&self, draw: &mut Draw, window: &Window<'_>) -> Self {
        let profile = &window.profile;
        let mut person = self.clone();
        let written = Written { family: &self.family, given: &self.given };
        (person.family, person.given) = written.otherwise(draw, self.country.language);
        if draw.chance(300) {
            person.phone = phone(draw, profile);
        }
        if draw.chance(150) {
            person.documents.passport_state = "";
            person.documents.passport = String::new();
        }
        person.address = address(draw, profile);
        person.municipality = municipality(draw, window.province);
        person.notes = notes(draw, profile, &person.family, &person.given, &person.phone);
        person
    }

    /// Language of a mediation; Italian if there is nothing to mediate.
    pub(super) fn language(&self) -> &'static str {
        self.country.languages.first().copied().unwrap_or("ita")
    }

    /// Whether the title is one of a person without papers or waiting for them.
    pub(super) fn awaits_papers(&self) -> bool {
        matches!(self.title, "NESSUNO" | "RICEVUTA" | "RA")
    }
}

fn birth_day(draw: &mut Draw, sector: Sector, day: NaiveDate) -> NaiveDate {
    let age = match sector {
        // Care workers are older.
        Sector::PersonalServices => {
            draw.ranged(&[((19, 29), 8), ((30, 39), 20), ((40, 49), 34), ((50, 59), 30), ((60, 68), 8)])
        }
        _ => draw.ranged(&[
            ((16, 17), 1),
            ((18, 19), 2),
            ((20, 29), 36),
            ((30, 39), 34),
            ((40, 49), 19),
            ((50, 59), 7),
            ((60, 66), 1),
        ]),
    };
    before(day, age * 365 + age / 4 + 1 + draw.below(360))
}

fn residence_title(draw: &mut Draw, country: &str, sector: Sector, day: NaiveDate) -> &'static str {
    // Particular exploitation: art. 22 c. 12-quater gave way to art. 18-ter.
    let after_reform = day >= reform();
    match country {
        "ITA" => "IT",
        "ROU" => "UE",
        "UKR" => draw.weighted(&[
            ("TEMP", 46),
            ("SUB", 18),
            ("UELP", 14),
            ("FAM", 8),
            ("RICEVUTA", 5),
            ("NESSUNO", 7),
            ("ND", 2),
        ]),
        _ if draw.chance(6) => {
            if after_reform {
                "ART18TER"
            } else {
                "ART22_12Q"
            }
        }
        _ if sector == Sector::Agriculture => draw.weighted(&[
            ("STAG", 17),
            ("NESSUNO", 24),
            ("RA", 14),
            ("RICEVUTA", 8),
            ("SUB", 13),
            ("UELP", 9),
            ("SPEC", 6),
            ("SUSS", 4),
            ("FAM", 3),
            ("ND", 2),
        ]),
        _ => draw.weighted(&[
            ("NESSUNO", 21),
            ("SUB", 20),
            ("UELP", 14),
            ("RA", 9),
            ("RICEVUTA", 8),
            ("FAM", 9),
            ("ATTESA", 6),
            ("SPEC", 5),
            ("SUSS", 3),
            ("ASILO", 1),
            ("AUT", 2),
            ("ND", 2),
        ]),
    }
}

fn phone(draw: &mut Draw, profile: &Profile) -> String {
    if draw.chance(50 * profile.blanks / 100) {
        return draw.pick(&["", "n.d."]).to_owned();
    }
    let operator = draw.pick(&["320", "327", "328", "333", "338", "347", "351", "366", "380", "389"]);
    format!("+39 {operator} {}", draw.digits(7))
}

fn email(draw: &mut Draw, profile: &Profile, family: &str, given: &str) -> String {
    if draw.chance(520 * profile.blanks.max(80) / 100) {
        return String::new();
    }
    let joined = |name: &str| fold(name).replace(' ', "");
    let domain = draw.pick(&["example.org", "example.com", "example.net"]);
    format!("{}.{}{}@{domain}", joined(given), joined(family), draw.digits(2))
}

fn address(draw: &mut Draw, profile: &Profile) -> String {
    if draw.chance(90 * profile.blanks / 100) {
        return String::new();
    }
    let street = draw.pick(&[
        "via dei Salici",
        "via del Vecchio Mulino",
        "viale delle Robinie",
        "via Cascina Nuovissima",
        "vicolo dell'Olmo",
        "via dei Sarmenti",
        "largo Tre Fontane",
        "strada della Roggia",
    ]);
    format!("{street} {}, {}", draw.between(1, 140), draw.pick(&profile.towns))
}

/// The year, blank if nobody asked, and whether it was a short while ago.
fn arrival_year(
    draw: &mut Draw,
    profile: &Profile,
    country: &str,
    birth: NaiveDate,
    day: NaiveDate,
) -> (String, bool) {
    if country == "ITA" {
        return (String::new(), false);
    }
    let asked = !draw.chance(110 * profile.blanks / 100);
    let years = draw.ranged(&[((0, 2), 26), ((3, 8), 42), ((9, 24), 32)]);
    let year = day.year() - i32::try_from(years).unwrap_or(0);
    (if asked { year.max(birth.year()).to_string() } else { String::new() }, years < 6)
}

/// The level of Italian.
fn italian(draw: &mut Draw, country: &str, needs_mediation: bool) -> &'static str {
    match (country, needs_mediation) {
        _ if draw.chance(50) => "",
        ("ITA", _) => "C2",
        (_, true) => draw.weighted(&[("A0", 46), ("A1", 54)]),
        (_, false) => draw.weighted(&[("A2", 44), ("B1", 34), ("B2", 15), ("C1", 7)]),
    }
}

/// Children who live with the person: seldom with who sleeps where the work is.
fn children(draw: &mut Draw, sector: Sector) -> String {
    if draw.chance(130) {
        return String::new();
    }
    let none = if matches!(sector, Sector::Agriculture | Sector::PersonalServices) { 84 } else { 66 };
    draw.weighted(&[("0", none), ("1", 14), ("2", 12), ("3", 6), ("4", 2)]).to_owned()
}

/// ISTAT code of a municipality of a province.
pub(super) fn municipality(draw: &mut Draw, province: &str) -> String {
    format!("{province}{:03}", draw.between(1, 60))
}

fn education(draw: &mut Draw) -> &'static str {
    draw.weighted(&[
        ("0", 8),
        ("1", 17),
        ("2", 31),
        ("3", 26),
        ("4", 2),
        ("5", 1),
        ("6", 5),
        ("7", 3),
        ("ND", 4),
        ("NR", 2),
        ("RIF", 1),
    ])
}

/// Notes as operators write them, with names and telephone numbers in them.
fn notes(draw: &mut Draw, profile: &Profile, family: &str, given: &str, phone: &str) -> String {
    match draw.below(7) {
        0 => format!("{given} {family} chiede di essere richiamata/o la sera al {phone}."),
        1 => format!(
            "Accompagnato dal cugino di {family}; vive in {} con altri connazionali.",
            draw.pick(&profile.towns)
        ),
        2 => format!("Sig. {family}: parla poco italiano, \"serve mediatore\".\nNon chiamare il datore."),
        3 => format!("Documenti di {given} {family} trattenuti; sentire l'avvocato."),
        _ => String::new(),
    }
}
