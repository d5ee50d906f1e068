//! What differs from PUA to PUA and from sector to sector.

use chrono::NaiveDate;

use super::draw::after;
use super::names::Language;
use crate::codes::CodeList;
use crate::programme::Programme;
use crate::sector::Sector;

/// A PUA as the generator sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile {
    /// Its share of the programme's persons.
    pub(super) weight: u32,
    /// Day of opening after the programme's start, of 730.
    opening: u32,
    /// How often each sector comes.
    pub(super) sectors: [u32; 6],
    /// Waiting times, in per cent of the usual ones.
    pub(super) pace: u32,
    /// Cells left blank, in per cent of the usual ones.
    pub(super) blanks: u32,
    /// Where its persons live.
    pub(super) towns: [&'static str; 3],
}

/// Sectors in the order of [`Profile::sectors`].
pub(super) const SECTORS: [Sector; 6] = [
    Sector::Agriculture,
    Sector::Construction,
    Sector::Transport,
    Sector::Accommodation,
    Sector::PersonalServices,
    Sector::Other,
];

/// The programme's sites: Pavese, Bergamo, Carate, Desio, Sebino, Lecco, Mariano, Milano, Somma,
/// Suzzara, Tradate, Treviglio.
const PROFILES: [Profile; 12] = [
    profile(95, 261, [45, 10, 12, 10, 13, 10], 110, 100, ["Siziano", "Landriano", "Corteolona"]),
    profile(190, 226, [12, 28, 18, 15, 15, 12], 90, 80, ["Bergamo", "Gorle", "Orio al Serio"]),
    profile(75, 289, [5, 22, 12, 20, 18, 23], 100, 120, ["Carate Brianza", "Besana", "Renate"]),
    profile(87, 282, [4, 20, 18, 18, 18, 22], 95, 90, ["Desio", "Nova Milanese", "Limbiate"]),
    profile(90, 344, [14, 6, 3, 8, 63, 6], 70, 60, ["Iseo", "Passirano", "Paratico"]),
    profile(45, 443, [6, 18, 12, 26, 20, 18], 120, 110, ["Lecco", "Malgrate", "Valmadrera"]),
    profile(60, 366, [6, 18, 12, 20, 20, 24], 105, 130, ["Mariano Comense", "Arosio", "Inverigo"]),
    profile(220, 219, [2, 14, 34, 30, 13, 7], 130, 120, ["Milano", "Sesto San Giovanni", "Rozzano"]),
    profile(75, 310, [4, 12, 38, 22, 14, 10], 100, 100, ["Somma Lombardo", "Vergiate", "Golasecca"]),
    profile(48, 429, [60, 10, 10, 5, 7, 8], 80, 70, ["Suzzara", "Gonzaga", "Pegognaga"]),
    profile(65, 324, [6, 24, 18, 18, 18, 16], 110, 100, ["Tradate", "Venegono", "Lonate"]),
    profile(150, 247, [48, 12, 18, 6, 9, 7], 85, 90, ["Treviglio", "Caravaggio", "Romano"]),
];

const fn profile(
    weight: u32,
    opening: u32,
    sectors: [u32; 6],
    pace: u32,
    blanks: u32,
    towns: [&'static str; 3],
) -> Profile {
    Profile { weight, opening, sectors, pace, blanks, towns }
}

impl Profile {
    /// The profile of the programme's n-th site; another programme's sites borrow them in turn.
    pub(super) fn of(index: usize) -> Self {
        *PROFILES.iter().cycle().nth(index).expect("the list is not empty and goes round")
    }

    /// The day the PUA opens.
    pub(super) fn opened_on(&self, programme: &Programme) -> NaiveDate {
        let days = u32::try_from((programme.end - programme.start).num_days()).unwrap_or(0);
        after(programme.start, self.opening * days / 730)
    }
}

/// A country persons come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Country {
    /// ISO 3166-1 alpha-3.
    pub(super) code: &'static str,
    /// Language of its names.
    pub(super) language: Language,
    /// Persons who need a mediator, per thousand of those who came lately.
    pub(super) mediation: u32,
    /// Languages of its people, ISO 639-3, the one of a mediation first.
    pub(super) languages: &'static [&'static str],
    /// A town there, for the place of birth.
    pub(super) town: &'static str,
}

const fn country(
    code: &'static str,
    language: Language,
    mediation: u32,
    languages: &'static [&'static str],
    town: &'static str,
) -> Country {
    Country { code, language, mediation, languages, town }
}

const MAR: Country = country("MAR", Language::Arabic, 300, &["ary", "fra"], "Khouribga");
const EGY: Country = country("EGY", Language::Arabic, 450, &["arz"], "Tanta");
const TUN: Country = country("TUN", Language::Arabic, 200, &["ara", "fra"], "Sfax");
const SEN: Country = country("SEN", Language::WestAfrican, 350, &["wol", "fra"], "Thiès");
const GHA: Country = country("GHA", Language::WestAfrican, 400, &["twi", "eng"], "Kumasi");
const NGA: Country = country("NGA", Language::WestAfrican, 350, &["pcm", "eng", "hau"], "Benin City");
const MLI: Country = country("MLI", Language::WestAfrican, 500, &["bam", "fra"], "Kayes");
const GMB: Country = country("GMB", Language::WestAfrican, 450, &["wol", "eng"], "Brikama");
const IND: Country = country("IND", Language::Indian, 600, &["pan", "hin"], "Jalandhar");
const PAK: Country = country("PAK", Language::Urdu, 600, &["urd", "pnb"], "Gujrat");
const BGD: Country = country("BGD", Language::Bengali, 650, &["ben"], "Shariatpur");
const LKA: Country = country("LKA", Language::Bengali, 400, &["sin", "eng"], "Negombo");
const UKR: Country = country("UKR", Language::Ukrainian, 400, &["ukr", "rus"], "Ternopil");
const MDA: Country = country("MDA", Language::Romance, 60, &["ron", "rus"], "Balti");
const GEO: Country = country("GEO", Language::Georgian, 500, &["rus"], "Kutaisi");
const ALB: Country = country("ALB", Language::Albanian, 80, &["sqi"], "Fier");
const ROU: Country = country("ROU", Language::Romance, 40, &["ron"], "Bacau");
const PER: Country = country("PER", Language::Spanish, 80, &["spa"], "Trujillo");
const ECU: Country = country("ECU", Language::Spanish, 80, &["spa"], "Guayaquil");
const BOL: Country = country("BOL", Language::Spanish, 100, &["spa"], "Cochabamba");
const SLV: Country = country("SLV", Language::Spanish, 100, &["spa"], "Santa Ana");
const PHL: Country = country("PHL", Language::Filipino, 200, &["tgl", "eng"], "Batangas");
const CHN: Country = country("CHN", Language::Chinese, 700, &["cmn"], "Wenzhou");
const ITA: Country = country("ITA", Language::Romance, 0, &["ita"], "Brescia");

/// Who works in a sector.
pub(super) struct Workers {
    /// Women, per thousand.
    pub(super) women_per_thousand: u32,
    /// Where the women come from.
    pub(super) women: &'static [(Country, u32)],
    /// Where the men come from.
    pub(super) men: &'static [(Country, u32)],
}

/// Who works in a sector.
pub(super) const fn workers(sector: Sector) -> Workers {
    let (women_per_thousand, women, men): (u32, &[_], &[_]) = match sector {
        Sector::Agriculture => (
            140,
            &[(MAR, 30), (ROU, 25), (IND, 15), (ALB, 10), (NGA, 10), (ITA, 3), (UKR, 7)],
            &[
                (IND, 32),
                (MAR, 18),
                (PAK, 12),
                (SEN, 8),
                (MLI, 6),
                (GMB, 5),
                (GHA, 5),
                (BGD, 5),
                (TUN, 4),
                (ROU, 3),
                (ITA, 1),
            ],
        ),
        Sector::Construction => (
            25,
            &[(ALB, 40), (ROU, 40), (ITA, 10), (MAR, 10)],
            &[
                (EGY, 36),
                (ALB, 18),
                (MAR, 12),
                (ROU, 9),
                (TUN, 7),
                (ECU, 5),
                (PAK, 5),
                (SEN, 4),
                (UKR, 3),
                (ITA, 1),
            ],
        ),
        Sector::Transport => (
            150,
            &[(PER, 25), (ECU, 25), (MAR, 20), (ROU, 15), (NGA, 15)],
            &[
                (PAK, 22),
                (EGY, 18),
                (BGD, 12),
                (MAR, 10),
                (ECU, 9),
                (PER, 8),
                (NGA, 7),
                (SEN, 6),
                (LKA, 5),
                (GHA, 3),
            ],
        ),
        Sector::Accommodation => (
            420,
            &[
                (CHN, 16),
                (PHL, 14),
                (UKR, 12),
                (PER, 12),
                (MAR, 12),
                (ALB, 12),
                (ECU, 10),
                (ROU, 8),
                (ITA, 4),
            ],
            &[(BGD, 30), (EGY, 22), (PAK, 12), (CHN, 9), (LKA, 8), (PHL, 6), (MAR, 6), (ALB, 4), (PER, 3)],
        ),
        Sector::PersonalServices => (
            930,
            &[
                (UKR, 30),
                (MDA, 12),
                (GEO, 12),
                (PER, 11),
                (ROU, 9),
                (ECU, 7),
                (BOL, 5),
                (SLV, 5),
                (PHL, 5),
                (MAR, 3),
                (ITA, 1),
            ],
            &[(PHL, 30), (PER, 25), (LKA, 25), (ECU, 20)],
        ),
        Sector::Other => (
            380,
            &[(CHN, 30), (MAR, 18), (NGA, 14), (UKR, 12), (ROU, 12), (PER, 8), (ITA, 6)],
            &[(PAK, 22), (CHN, 20), (MAR, 14), (BGD, 10), (SEN, 9), (GHA, 8), (EGY, 7), (NGA, 5), (ITA, 5)],
        ),
    };
    Workers { women_per_thousand, women, men }
}

/// ATECO codes of a sector.
pub(super) const fn ateco(sector: Sector) -> &'static [&'static str] {
    match sector {
        Sector::Agriculture => &["01.13", "01.11", "01.21", "01.41", "01.47", "01.61"],
        Sector::Construction => &["41.20", "43.31", "43.33", "43.34", "43.39", "43.91"],
        Sector::Transport => &["52.10", "52.24", "53.20", "49.41"],
        Sector::Accommodation => &["56.10", "55.10", "56.21", "56.30"],
        Sector::PersonalServices => &["97.00", "88.10", "96.02", "96.09"],
        Sector::Other => &["10.11", "14.13", "15.12", "25.62", "38.11", "46.31", "81.21"],
    }
}

/// Occupations of a sector, CP2021.
pub(super) const fn occupations(sector: Sector) -> &'static [&'static str] {
    match sector {
        Sector::Agriculture => &["8.3.1.1.0", "6.4.1.2.0", "8.3.2.1.0"],
        Sector::Construction => &["8.4.2.1.0", "6.1.2.1.0", "6.1.3.6.0"],
        Sector::Transport => &["8.1.3.1.0", "8.1.3.2.0", "7.4.2.3.0"],
        Sector::Accommodation => &["5.2.2.1.0", "5.2.2.3.2", "8.1.4.2.0"],
        Sector::PersonalServices => &["5.4.4.3.0", "8.2.2.1.0"],
        Sector::Other => &["8.4.3.1.0", "8.1.4.3.0", "6.5.3.3.4"],
    }
}

/// The Belfiore code of a country, for codici fiscali; Brescia for those born in Italy.
pub(super) fn birth_place(country: &str) -> &'static str {
    let code = CodeList::named("country").and_then(|list| list.find(country));
    code.and_then(|code| code.crosswalk().find(|(name, _)| *name == "belfiore"))
        .map_or("B157", |(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_code_of_birth() {
        for sector in SECTORS {
            let Workers { women, men, .. } = workers(sector);
            for (country, _) in women.iter().chain(men) {
                let place = birth_place(country.code);
                assert_eq!(place.starts_with('Z'), country.code != "ITA", "{}", country.code);
            }
            for code in ateco(sector) {
                assert_eq!(crate::sector::Ateco::parse(code).and_then(|code| code.sector()), Some(sector));
            }
        }
    }

    #[test]
    fn every_country_is_found_by_its_labels() {
        let list = CodeList::named("country").unwrap();
        assert_eq!(list.codes().len(), 249 + 2);
        for code in list.codes() {
            for text in [&code.code, &code.label_it, &code.label_en] {
                assert_eq!(list.find(text).unwrap().code, code.code);
            }
        }
    }

    #[test]
    fn no_pua_opens_before_february_2024() {
        let programme = Programme::inlav_lombardia();
        let days: Vec<NaiveDate> = (0..12).map(|index| Profile::of(index).opened_on(programme)).collect();
        assert_eq!(days.iter().min().copied(), NaiveDate::from_ymd_opt(2024, 2, 5));
        assert!(days.iter().max().copied() < NaiveDate::from_ymd_opt(2024, 10, 1));
        assert_eq!((0..12).map(|index| Profile::of(index).weight).sum::<u32>(), 1200);
    }
}
