//! How a person stands when the office meets them: work, target group, who sent them, housing.

use crate::sector::Sector;
use crate::synthetic::draw::Draw;
use crate::synthetic::person::Person;

pub(super) fn regularity(draw: &mut Draw, sector: Sector) -> &'static str {
    let [undeclared, grey, regular, bogus] = match sector {
        Sector::Agriculture => [46, 42, 9, 3],
        Sector::Construction => [38, 36, 8, 18],
        Sector::Transport => [20, 48, 10, 22],
        Sector::Accommodation => [36, 52, 10, 2],
        Sector::PersonalServices => [49, 41, 9, 1],
        Sector::Other => [34, 46, 14, 6],
    };
    draw.weighted(&[("NERO", undeclared), ("GRIGIO", grey), ("REGOLARE", regular), ("AUTON_FITT", bogus)])
}

pub(super) fn target_group(draw: &mut Draw, regularity: &str) -> &'static str {
    let [victim, potential, at_risk] = match regularity {
        "NERO" => [38, 42, 20],
        "GRIGIO" => [18, 42, 40],
        "AUTON_FITT" => [12, 48, 40],
        _ => [4, 26, 70],
    };
    draw.weighted(&[("VITTIMA", victim), ("POTENZIALE", potential), ("RISCHIO", at_risk)])
}

pub(super) fn entry_channel(draw: &mut Draw, sector: Sector) -> &'static str {
    let drop_in = if sector == Sector::PersonalServices { 22 } else { 2 };
    let outreach = if sector == Sector::Agriculture { 16 } else { 5 };
    draw.weighted(&[
        ("SST", 30),
        ("ETS", 15),
        ("AUTO", 11),
        ("SINDACATO", 9),
        ("PRIVATO", 7),
        ("CPI", 5),
        ("ITL", 4),
        ("SAI_CAS", 5),
        ("FFOO", 2),
        ("ASL", 3),
        ("ANTITRATTA", 2),
        ("SCUOLA", 2),
        ("CAV", 1),
        ("PUNTO_ACC", drop_in),
        ("OUTREACH", outreach),
        ("ND", 2),
    ])
}

pub(super) fn employment_entry(draw: &mut Draw, regularity: &str) -> &'static str {
    match regularity {
        "AUTON_FITT" => draw.weighted(&[("OCC_AUT", 80), ("DIS", 18), ("ND", 2)]),
        "NERO" => draw.weighted(&[
            ("OCC", 50),
            ("DIS", 28),
            ("DIS_LD", 12),
            ("INATT", 5),
            ("INATT_F", 2),
            ("ND", 3),
        ]),
        _ => draw.weighted(&[("OCC", 66), ("DIS", 22), ("DIS_LD", 6), ("INATT", 3), ("ND", 3)]),
    }
}

/// Where the person sleeps: with the person cared for, in the employer's barracks, in rented rooms.
pub(super) fn housing(draw: &mut Draw, person: &Person) -> &'static str {
    if person.title == "RA" && draw.chance(550) {
        return "ACCOGL";
    }
    match person.sector {
        Sector::PersonalServices => draw.weighted(&[
            ("CONVIVENZA", 58),
            ("AFFITTO_R", 20),
            ("OSPITE", 12),
            ("AFFITTO_I", 8),
            ("ND", 2),
        ]),
        Sector::Agriculture => draw.weighted(&[
            ("DATORE", 42),
            ("AFFITTO_I", 22),
            ("NON_CONV", 11),
            ("AFFITTO_R", 12),
            ("SENZA_TETTO", 4),
            ("OSPITE", 7),
            ("ND", 2),
        ]),
        _ => draw.weighted(&[
            ("AFFITTO_R", 38),
            ("AFFITTO_I", 29),
            ("OSPITE", 15),
            ("DATORE", 8),
            ("EMERGENZA", 3),
            ("SENZA_DIMORA", 3),
            ("PROPR", 2),
            ("ND", 2),
        ]),
    }
}
