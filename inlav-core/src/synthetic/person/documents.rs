//! Documents that a person shows, and until when they are valid.

use chrono::{Months, NaiveDate};

use crate::synthetic::draw::{Draw, after, before};
use crate::synthetic::tax_code::{omocodic, provisional};

/// Documents, blank if the person has none or showed none.
#[derive(Debug, Clone, Default)]
pub(in crate::synthetic) struct Documents {
    pub(in crate::synthetic) tax_code: String,
    pub(in crate::synthetic) stp_eni: String,
    pub(in crate::synthetic) stp_eni_issuer: &'static str,
    pub(in crate::synthetic) stp_eni_valid_to: Option<NaiveDate>,
    pub(in crate::synthetic) permit: String,
    pub(in crate::synthetic) permit_issued_on: Option<NaiveDate>,
    pub(in crate::synthetic) permit_valid_to: Option<NaiveDate>,
    pub(in crate::synthetic) passport_state: &'static str,
    pub(in crate::synthetic) passport: String,
    pub(in crate::synthetic) cui: String,
    pub(in crate::synthetic) identity_card: String,
    pub(in crate::synthetic) asylum_number: String,
}

/// First day on which art. 18-ter took the place of art. 22 c. 12-quater (D.L. 145/2024).
pub(super) fn reform() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 10, 11).unwrap_or_default()
}

/// The documents of a person of this country and title whom the office meets on this day.
pub(super) fn documents(
    draw: &mut Draw,
    country: &'static str,
    title: &str,
    (code, omocodic_per_thousand): (String, u32),
    day: NaiveDate,
) -> Documents {
    let mut documents = Documents::default();
    let has_code = match title {
        "IT" | "UE" => 970,
        "NESSUNO" => 300,
        "RICEVUTA" | "RA" | "ND" => 700,
        _ => 930,
    };
    if draw.chance(has_code) {
        documents.tax_code = if draw.chance(omocodic_per_thousand) {
            omocodic(&code, 1 + usize::try_from(draw.below(3)).unwrap_or(0))
        } else if title == "RA" && draw.chance(60) {
            provisional(&draw.digits(10))
        } else {
            code
        };
    } else if draw.chance(120) {
        documents.tax_code = draw.pick(&["non disponibile", "XXXXXXXXXXXXXXXX", "N.D."]).to_owned();
    }
    if documents.tax_code.len() < 11 && draw.chance(650) {
        let kind = if title == "UE" { "ENI" } else { "STP" };
        documents.stp_eni = format!("{kind}{}", draw.digits(13));
        documents.stp_eni_issuer = draw.pick(&["ASST inventata Nord", "ASST inventata Sud", "ATS inventata"]);
        // Valid for six months.
        documents.stp_eni_valid_to = Some(after(day, draw.between(5, 180)));
    }
    if matches!(title, "RA" | "NESSUNO" | "RICEVUTA" | "ASILO" | "SUSS") && draw.chance(300) {
        documents.cui =
            format!("0{}{}{}{}", draw.digits(1), draw.letters(2), draw.digits(2), draw.letters(1));
    }
    permit(draw, title, day, &mut documents);
    if country != "ITA" && draw.chance(560) {
        documents.passport_state = country;
        documents.passport = format!("{}{}", draw.letters(2), draw.digits(7));
    }
    if matches!(title, "IT" | "UE" | "UELP") && draw.chance(500) {
        documents.identity_card = format!("CA{}{}", draw.digits(5), draw.letters(2));
    }
    if matches!(title, "RA" | "ASILO" | "SUSS") && draw.chance(600) {
        documents.asylum_number = format!("XX{}", draw.digits(7));
    }
    documents
}

fn permit(draw: &mut Draw, title: &str, day: NaiveDate, documents: &mut Documents) {
    if matches!(title, "IT" | "UE" | "NESSUNO" | "RICEVUTA" | "ND") {
        return;
    }
    if draw.chance(840) {
        documents.permit = format!("I{}", draw.digits(8));
        let earliest = if title == "ART18TER" { reform() } else { before(day, 700) };
        let latest = if title == "ART22_12Q" { before(reform(), 1) } else { day };
        let issued_on = draw.day(earliest.min(latest), latest);
        documents.permit_issued_on = Some(issued_on);
        // For two years; that of a long-term resident has no end.
        documents.permit_valid_to = issued_on.checked_add_months(Months::new(24)).filter(|_| title != "UELP");
    } else if draw.chance(620) {
        documents.permit = draw.pick(&["000000000", "in attesa"]).to_owned();
    }
}
