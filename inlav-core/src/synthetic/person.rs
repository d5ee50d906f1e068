//! Made-up persons.

use chrono::{Datelike as _, NaiveDate};

use super::draw::{Draw, before};
use super::names::{family, given, respelled};
use super::profile::{Country, Profile, SECTORS, Workers, birth_place, workers};
use super::tax_code::{omocodic, provisional, tax_code};
use crate::sector::Sector;
use crate::text::fold;

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
    pub(super) education: &'static str,
    pub(super) arrival_year: String,
    pub(super) notes: String,
}

/// Documents, blank if the person has none or showed none.
#[derive(Debug, Clone, Default)]
pub(super) struct Documents {
    pub(super) tax_code: String,
    pub(super) stp_eni: String,
    pub(super) permit: String,
    pub(super) passport_state: &'static str,
    pub(super) passport: String,
}

/// Makes up a person that a PUA meets on this day.
pub(super) fn invent(draw: &mut Draw, profile: &Profile, day: NaiveDate) -> Person {
    let weights: Vec<(Sector, u32)> = SECTORS.into_iter().zip(profile.sectors).collect();
    let sector = draw.weighted(&weights);
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
    let citizenship = match draw.below(1000) {
        0..=3 => "ND",
        // Not where the residence title says which citizenship it is.
        4..=5 if !matches!(country.code, "ITA" | "ROU" | "UKR") => "XXA",
        _ => country.code,
    };
    let birth = birth_day(draw, sector, day);
    let title = residence_title(draw, country.code, sector, day);
    let (family, given) =
        (family(draw, country.language), given(draw, country.language, lives_as_woman).to_owned());
    let code = tax_code(&family, &given, birth, woman, birth_place(country.code));
    let documents = documents(draw, country.code, title, code);
    let phone = phone(draw, profile);
    let email = email(draw, profile, &family, &given);
    let address = address(draw, profile);
    let arrival_year = arrival_year(draw, profile, country.code, birth, day);
    let education = education(draw);
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
        education,
        arrival_year,
        notes,
    }
}

impl Person {
    /// The same person as a second office writes it down: another spelling, another telephone
    /// now and then, the same documents but for one that is forgotten now and then.
    pub(super) fn seen_elsewhere(&self, draw: &mut Draw, profile: &Profile) -> Self {
        let mut person = self.clone();
        person.given = respelled(&self.given);
        if draw.chance(500) {
            person.family = respelled(&self.family);
        }
        if draw.chance(120) {
            std::mem::swap(&mut person.family, &mut person.given);
        }
        if draw.chance(300) {
            person.phone = phone(draw, profile);
        }
        if draw.chance(150) {
            person.documents.passport_state = "";
            person.documents.passport = String::new();
        }
        person.address = address(draw, profile);
        person.notes = notes(draw, profile, &person.family, &person.given, &person.phone);
        person
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
            ((18, 19), 3),
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
    // Particular exploitation: art. 22 c. 12-quater gave way to art. 18-ter on 11 October 2024.
    let after_reform = NaiveDate::from_ymd_opt(2024, 10, 11).is_some_and(|reform| day >= reform);
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

fn documents(draw: &mut Draw, country: &'static str, title: &str, code: String) -> Documents {
    let mut documents = Documents::default();
    let has_code = match title {
        "IT" | "UE" => 970,
        "NESSUNO" => 300,
        "RICEVUTA" | "RA" | "ND" => 700,
        _ => 930,
    };
    if draw.chance(has_code) {
        documents.tax_code = match draw.below(1000) {
            0..=14 => omocodic(&code, 1 + usize::try_from(draw.below(3)).unwrap_or(0)),
            // Mistyped: a warning of the check, never a token.
            15..=20 => mistyped(&code),
            21..=60 if title == "RA" => provisional(&draw.digits(10)),
            _ => code,
        };
    } else if draw.chance(120) {
        documents.tax_code = draw.pick(&["non disponibile", "XXXXXXXXXXXXXXXX", "N.D."]).to_owned();
    }
    if documents.tax_code.len() < 11 && draw.chance(650) {
        let kind = if title == "UE" { "ENI" } else { "STP" };
        documents.stp_eni = format!("{kind}{}", draw.digits(13));
    }
    let holds_permit = !matches!(title, "IT" | "UE" | "NESSUNO" | "RICEVUTA" | "ND");
    if holds_permit && draw.chance(840) {
        documents.permit = format!("I{}", draw.digits(8));
    } else if holds_permit && draw.chance(100) {
        documents.permit = draw.pick(&["000000000", "in attesa"]).to_owned();
    }
    if country != "ITA" && draw.chance(560) {
        documents.passport_state = country;
        documents.passport = format!("{}{}", draw.letters(2), draw.digits(7));
    }
    documents
}

/// Another check character than the right one.
fn mistyped(code: &str) -> String {
    let (body, check) = code.split_at(code.len().saturating_sub(1));
    format!("{body}{}", if check == "A" { "B" } else { "A" })
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

fn arrival_year(
    draw: &mut Draw,
    profile: &Profile,
    country: &str,
    birth: NaiveDate,
    day: NaiveDate,
) -> String {
    if country == "ITA" || draw.chance(110 * profile.blanks / 100) {
        return String::new();
    }
    let years = draw.ranged(&[((0, 2), 26), ((3, 8), 42), ((9, 24), 32)]);
    let year = day.year() - i32::try_from(years).unwrap_or(0);
    year.max(birth.year()).to_string()
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
