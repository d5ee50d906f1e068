//! STP and ENI codes: who issued them.
//!
//! Three letters, three digits of the region, three of the health authority, seven of a running
//! number (INMP, "Codice STP" and "Codice ENI", after the circulars of the Ministry of Health of
//! 3 August 2007 and 19 February 2008). Regions number their authorities as they like and some
//! write other digits there, so neither is a reason to refuse a code.

use super::{IdType, Identifier};

/// Codes of regions and autonomous provinces: ISTAT's two digits and a third one, which tells
/// Bolzano from Trento.
const REGIONS: [(u16, &str); 21] = [
    (10, "Piemonte"),
    (20, "Valle d'Aosta"),
    (30, "Lombardia"),
    (41, "Bolzano"),
    (42, "Trento"),
    (50, "Veneto"),
    (60, "Friuli-Venezia Giulia"),
    (70, "Liguria"),
    (80, "Emilia-Romagna"),
    (90, "Toscana"),
    (100, "Umbria"),
    (110, "Marche"),
    (120, "Lazio"),
    (130, "Abruzzo"),
    (140, "Molise"),
    (150, "Campania"),
    (160, "Puglia"),
    (170, "Basilicata"),
    (180, "Calabria"),
    (190, "Sicilia"),
    (200, "Sardegna"),
];

/// Who issued an STP or ENI code. Debug is redacted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HealthCodeIssuer {
    region: u16,
    authority: u16,
}

impl HealthCodeIssuer {
    /// The issuer that a code names; `None` for other identifiers.
    #[must_use]
    pub fn of(identifier: &Identifier) -> Option<Self> {
        // Exposed to read six digits of it, into a type that is redacted too.
        let code = (identifier.id_type() == IdType::StpEni).then(|| identifier.expose())?;
        let number = |digits: &str| digits.parse().ok();
        Some(Self { region: number(code.get(3..6)?)?, authority: number(code.get(6..9)?)? })
    }

    /// The region or autonomous province; `None` if the digits are of none.
    #[must_use]
    pub fn region(self) -> Option<&'static str> {
        REGIONS.iter().find(|(code, _)| *code == self.region).map(|(_, name)| *name)
    }

    /// The number of the health authority in its region, for example 301.
    #[must_use]
    pub const fn authority(self) -> u16 {
        self.authority
    }
}

impl std::fmt::Debug for HealthCodeIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HealthCodeIssuer(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_in_the_code() {
        let issuer = |code| HealthCodeIssuer::of(&Identifier::stp_eni(code).unwrap().unwrap()).unwrap();
        let milano = issuer("STP 030 321 0001234");
        assert_eq!((milano.region(), milano.authority()), (Some("Lombardia"), 321));
        assert_eq!(issuer("eni0421010000007").region(), Some("Trento"));
        assert_eq!(issuer("STP0401010000007").region(), None);
        assert_eq!(format!("{milano:?}"), "HealthCodeIssuer(redacted)");
        let permit = Identifier::permit("I12345678").unwrap().unwrap();
        assert!(HealthCodeIssuer::of(&permit).is_none());
    }
}
