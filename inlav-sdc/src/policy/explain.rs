//! A release policy in plain words: every rule in force, for those who answer for a release.

use inlav_core::language::{Bilingual, Language};

use super::{Cost, Preset, ReleasePolicy, Zeros};

impl ReleasePolicy {
    /// Every rule in force in plain words, a line each.
    #[must_use]
    pub fn explanation(&self, language: Language) -> String {
        let rules = [
            self.whose(),
            self.threshold(),
            self.complementary(),
            self.attackers(),
            self.intervals(),
            self.exceptions(),
            self.empty_cells(),
            self.price(),
            self.counts(),
            self.figures(),
            Bilingual::of(
                "Non c'è una regola sui gruppi: uno zero, o una categoria in cui stanno tutti, può dire \
                 qualcosa di un intero gruppo.",
                "There is no rule on groups: a zero, or a category that holds everybody, can tell something \
                 about a whole group.",
            ),
        ];
        rules.iter().map(|rule| format!("- {}\n", rule.text(language))).collect()
    }

    /// The preset that has just these rules, if there is one.
    fn whose(&self) -> Bilingual {
        let same = Preset::ALL.into_iter().find(|preset| *self == Self::preset(*preset));
        let Some(preset) = same else {
            return Bilingual::of(
                "Regole scritte per questo programma: non sono quelle di nessun preset.",
                "Rules written for this programme: they are those of no preset.",
            );
        };
        match preset {
            Preset::Inlav => Bilingual::of(
                "Le regole sono quelle del preset inlav, cioè quelle che valgono se non si dice altro.",
                "The rules are those of the preset inlav, which hold unless somebody says otherwise.",
            ),
            Preset::Ctdc => Bilingual::of(
                "Le regole sono quelle del preset ctdc: la soglia della Counter-Trafficking Data Collaborative.",
                "The rules are those of the preset ctdc: the threshold of the Counter-Trafficking Data Collaborative.",
            ),
            Preset::Ehrql => Bilingual::of(
                "Le regole sono quelle del preset ehrql: soglia e arrotondamento di OpenSAFELY ehrQL.",
                "The rules are those of the preset ehrql: threshold and rounding of OpenSAFELY ehrQL.",
            ),
            Preset::Five => Bilingual::of(
                "Le regole sono quelle del preset five: almeno 5 persone.",
                "The rules are those of the preset five: at least 5 persons.",
            ),
            Preset::Three => Bilingual::of(
                "Le regole sono quelle del preset three: almeno 3 persone, per dati quasi mai sensibili.",
                "The rules are those of the preset three: at least 3 persons, for data that are hardly sensitive.",
            ),
        }
    }

    fn threshold(&self) -> Bilingual {
        let most = self.minimum_persons - 1;
        Bilingual::of(
            format!(
                "Una cella dietro cui stanno da 1 a {most} persone non si pubblica mai. Si contano persone \
                 distinte, non eventi."
            ),
            format!(
                "A cell with 1 to {most} persons behind it is never published. Distinct persons count, not \
                 events."
            ),
        )
    }

    fn complementary(&self) -> Bilingual {
        Bilingual::of(
            "Si sopprimono altre celle perché nessuna di quelle si ricavi dai totali, e il segno è lo stesso \
             per tutte. Ciò che manca in una riga o in una colonna non fa mai meno persone della soglia.",
            "Further cells are withheld so that none of these can be worked out from totals, and the mark is \
             one for all. What is missing in a row or column never makes fewer persons than the threshold.",
        )
    }

    fn attackers(&self) -> Bilingual {
        if self.insiders {
            Bilingual::of(
                "Ogni rilascio è attaccato prima di uscire dal pubblico, che conosce queste regole, e da ogni \
                 sede, che conosce anche le proprie celle.",
                "Every release is attacked before it goes out, by the public, who knows these rules, and by \
                 every site, which also knows its own cells.",
            )
        } else {
            Bilingual::of(
                "Ogni rilascio è attaccato prima di uscire dal solo pubblico, che conosce queste regole. Le \
                 sedi, che conoscono le proprie celle, NON sono considerate.",
                "Every release is attacked before it goes out, by the public alone, who knows these rules. \
                 Sites, which know their own cells, are NOT considered.",
            )
        }
    }

    fn intervals(&self) -> Bilingual {
        let width = self.minimum_width;
        Bilingual::of(
            format!(
                "Di ogni cella piccola restano possibili valori distanti fra loro almeno {width}: fra il più \
                 piccolo e il più grande."
            ),
            format!(
                "Of every small cell values remain possible that lie at least {width} apart: the smallest and \
                 the largest."
            ),
        )
    }

    fn exceptions(&self) -> Bilingual {
        let least = self.least_width;
        if least == self.minimum_width {
            return Bilingual::of(
                "Non sono ammesse eccezioni: se non è possibile, non si rilascia nulla.",
                "No exception is allowed: where this cannot be had, nothing is released.",
            );
        }
        Bilingual::of(
            format!(
                "Dove qualcuno sa già troppo perché sia possibile, restano i valori più distanti che si \
                 possano ottenere, almeno {least}; queste eccezioni si contano."
            ),
            format!(
                "Where somebody knows too much already for that, the values remain that are as far apart as \
                 can be had, at least {least}; such exceptions are counted."
            ),
        )
    }

    fn empty_cells(&self) -> Bilingual {
        match self.zeros {
            Zeros::Published => Bilingual::of("Gli zeri si pubblicano tutti.", "All zeros are published."),
            Zeros::WithheldBelowUnsafe => Bilingual::of(
                "Gli zeri si pubblicano, tranne sotto una cella piccola: lì direbbero dove le sue poche \
                 persone non sono.",
                "Zeros are published, except below a small cell: there they would tell where its few persons \
                 are not.",
            ),
        }
    }

    fn price(&self) -> Bilingual {
        let (it, en) = match self.cost {
            Cost::Cells => ("in cui si perdono meno celle", "that loses the fewest cells"),
            Cost::Persons => (
                "in cui le celle perse contano meno persone",
                "in which the cells that are lost have the fewest persons",
            ),
            Cost::Margins => (
                "in cui si perde meno, e un totale vale più di una cella",
                "that loses least, where a total is worth more than a cell",
            ),
        };
        Bilingual::of(
            format!("Fra le protezioni che bastano si cerca quella {it}; il totale si sacrifica per ultimo."),
            format!("Among the protections that suffice the one is sought {en}; the total goes last."),
        )
    }

    fn counts(&self) -> Bilingual {
        match self.count_base {
            1 => Bilingual::of("I conteggi pubblicati sono esatti.", "Published counts are exact."),
            base => Bilingual::of(
                format!("I conteggi pubblicati sono arrotondati al multiplo di {base} più vicino."),
                format!("Published counts are rounded to the nearest multiple of {base}."),
            ),
        }
    }

    fn figures(&self) -> Bilingual {
        let (decimals, days) = (self.percentage_decimals, self.duration_days);
        Bilingual::of(
            format!("Decimali delle percentuali: {decimals}. Le durate sono multipli di {days} giorni."),
            format!("Decimals of percentages: {decimals}. Durations are multiples of {days} days."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_can_be_set_is_told() {
        let told = |text: &str| {
            let policy: ReleasePolicy = text.parse().unwrap();
            [Language::It, Language::En].map(|language| policy.explanation(language))
        };
        let usual = told("");
        for rule in [
            "preset = \"ctdc\"",
            "preset = \"ehrql\"",
            "preset = \"five\"",
            "preset = \"three\"",
            "minimum_persons = 12",
            "count_base = 3",
            "percentage_decimals = 0",
            "duration_days = 30",
            "minimum_width = 4",
            "least_width = 2",
            "least_width = 5",
            "insiders = false",
            "zeros = \"published\"",
            "cost = \"cells\"",
            "cost = \"persons\"",
        ] {
            for (usual, told) in usual.iter().zip(told(rule)) {
                // More than the line about presets.
                let lines = usual.lines().zip(told.lines()).filter(|(one, other)| one != other).count();
                assert!(lines > 1, "{rule}: {told}");
            }
        }
        assert!(usual[0].contains("da 1 a 9 persone") && usual[1].contains("1 to 9 persons"));
        assert_eq!(usual[0].lines().count(), usual[1].lines().count());
    }
}
