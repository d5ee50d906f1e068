//! What actions do, in plain words.

use super::action::{Action, Generalisation};
use crate::language::Bilingual;

impl Action {
    /// What leaves the PUA, or where the value stays: the end of a sentence about a column.
    #[must_use]
    pub fn meaning(&self) -> Bilingual {
        let (it, en) = match self {
            Self::Drop => ("non esce", "does not leave"),
            Self::Keep => ("esce com'è", "leaves as it is"),
            Self::Pseudonym => ("esce come pseudonimo", "leaves as a pseudonym"),
            Self::Token => ("esce come codice di collegamento", "leaves as a linkage token"),
            Self::Seal => ("resta nella cassaforte del PUA", "stays in the PUA's vault"),
            Self::Flag => ("esce solo se c'è un valore", "only whether there is a value leaves"),
            Self::Generalise(form) => return form.meaning(),
            Self::Bins(edges) => {
                let edges: Vec<String> = edges.iter().map(ToString::to_string).collect();
                let edges = edges.join(", ");
                return Bilingual::of(
                    format!("esce solo la classe di valori (classi che cominciano da {edges})"),
                    format!("only the bin leaves (bins begin at {edges})"),
                );
            }
            Self::Top(top) => {
                return Bilingual::of(
                    format!("esce il numero, ma mai più di {top}"),
                    format!("the number leaves, but never more than {top}"),
                );
            }
            Self::Shift(days) => {
                return Bilingual::of(
                    format!(
                        "esce spostata di un numero segreto di giorni, al massimo {days}, uguale per tutte le date della persona"
                    ),
                    format!(
                        "leaves shifted by a secret number of days, {days} at most, the same for all days of the person"
                    ),
                );
            }
            Self::Code(codes) => {
                let pairs: Vec<String> = codes.iter().map(|(from, to)| format!("{from} → {to}")).collect();
                let pairs = pairs.join(", ");
                return Bilingual::of(
                    format!("esce un altro codice ({pairs})"),
                    format!("another code leaves ({pairs})"),
                );
            }
        };
        Bilingual::of(it, en)
    }
}

impl Generalisation {
    fn meaning(self) -> Bilingual {
        let (it, en) = match self {
            Self::Year => ("esce solo l'anno", "only the year leaves"),
            Self::Band { years } => {
                return Bilingual::of(
                    format!("esce solo la fascia di {years} anni"),
                    format!("only the band of {years} years leaves"),
                );
            }
            Self::Quarter => ("esce solo il trimestre", "only the quarter leaves"),
            Self::Month => ("esce solo il mese", "only the month leaves"),
            Self::Week => ("esce solo la settimana", "only the week leaves"),
            Self::Ambito => ("esce solo l'ambito territoriale", "only the ambito leaves"),
            Self::Section => ("esce solo la sezione ATECO", "only the ATECO section leaves"),
            Self::Sector => ("esce solo il settore", "only the sector leaves"),
            Self::Area => ("esce solo l'area geografica", "only the geographic area leaves"),
        };
        Bilingual::of(it, en)
    }
}
