//! How hard a passphrase is to guess.

use inlav_core::language::Language;
use zeroize::Zeroizing;

use super::cost::KdfCost;
use super::passphrase::Passphrase;

/// How hard a passphrase is to guess, by zxcvbn (Wheeler, *zxcvbn: low-budget password strength
/// estimation*, USENIX Security 2016): it knows frequent passwords, words, names, dates, keyboard
/// runs. It knows English words only; of Italian it is told the names of the programme and the PUA and
/// the hundred words that come first to mind, and takes all others for arbitrary letters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    /// Logarithm to base 10 of the number of guesses.
    guesses_log10: f64,
}

/// Italian words that come first to mind; zxcvbn knows none.
const ITALIAN: &str = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre \
    dicembre lunedi martedi mercoledi giovedi venerdi sabato domenica primavera estate autunno inverno \
    ciao amore buongiorno casa famiglia mamma papa tesoro amico bambina principessa stella sole luna mare \
    calcio juventus juve inter milan forza italia italiano lombardia milano bergamo brescia como cremona \
    lecco lodi mantova monza pavia sondrio varese roma napoli torino regione comune provincia ufficio \
    lavoro servizio sportello sociale segreto segreta chiave accesso benvenuto cambiami andrea marco luca \
    matteo francesco alessandro giuseppe antonio giovanni maria anna francesca chiara sara laura giulia \
    elena paola valentina martina federica silvia";

/// Gibibytes that one machine writes in a second when it does nothing but guess; a graphics card of
/// 2025 comes near it.
const GIBIBYTES_PER_SECOND: f64 = 500.0;
const SECONDS_PER_YEAR: f64 = 31_557_600.0;

impl Strength {
    /// Fewest [`Self::years`] that the passphrase of a new key must stand. Where zxcvbn
    /// does not know a word it is too kind, so there is room for its error.
    pub const FEWEST_YEARS: f64 = 10.0;

    /// Whether it may protect a new key of this cost.
    #[must_use]
    pub fn is_enough(self, cost: KdfCost) -> bool {
        self.years(cost) >= Self::FEWEST_YEARS
    }

    /// Years for which one fast machine guesses at this cost, half of the guesses on average.
    ///
    /// Formula: `guesses / 2 · gibibytes written per guess / (500 GiB/s) / (seconds of a year)`.
    #[must_use]
    pub fn years(self, cost: KdfCost) -> f64 {
        let seconds = cost.gibibytes() / GIBIBYTES_PER_SECOND;
        10_f64.powf(self.guesses_log10) / 2.0 * seconds / SECONDS_PER_YEAR
    }

    /// The years in words.
    #[must_use]
    pub fn text(self, cost: KdfCost, language: Language) -> String {
        let years = self.years(cost);
        let days = years * 365.25;
        let (italian, english) = match () {
            () if days < 1.0 => ("meno di un giorno".to_owned(), "less than a day".to_owned()),
            () if years < 1.0 => (format!("circa {days:.0} giorni"), format!("about {days:.0} days")),
            () if years < 1e3 => (format!("circa {years:.0} anni"), format!("about {years:.0} years")),
            () if years < 1e6 => {
                let thousands = years / 1e3;
                (format!("circa {thousands:.0} mila anni"), format!("about {thousands:.0} thousand years"))
            }
            () => ("più di un milione di anni".to_owned(), "more than a million years".to_owned()),
        };
        match language {
            Language::It => format!("una macchina veloce la indovina in {italian}"),
            Language::En => format!("a fast machine guesses it in {english}"),
        }
    }
}

impl Passphrase {
    /// Bits of a generated passphrase.
    pub const GENERATED_BITS: u32 = 100;

    /// How hard it is to guess for somebody who also tries these words: names of the programme and
    /// of the PUA. Copies that zxcvbn makes of its parts while it counts are not wiped.
    #[must_use]
    pub fn strength(&self, known: &[&str]) -> Strength {
        // Estimated, and not kept.
        let text = std::str::from_utf8(self.expose()).unwrap_or_default();
        // zxcvbn compares whole words: a name of several is given in parts, too.
        let parts = known.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
        let words = known.iter().copied().chain(parts).chain(ITALIAN.split_whitespace());
        let known: Vec<_> = words.filter(|word| word.len() > 2).collect();
        Strength { guesses_log10: zxcvbn::zxcvbn(text, &known).guesses_log10() }
    }

    /// Draws a passphrase from the operating system: four groups of five signs of Crockford's base32
    /// in small letters, [`Self::GENERATED_BITS`] bits. The text is for its owner to write down.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the operating system gives no random bytes.
    pub fn generate() -> Result<(Self, Zeroizing<String>), getrandom::Error> {
        let mut drawn = Zeroizing::new([0; 20]);
        getrandom::fill(drawn.as_mut_slice())?;
        let mut text = Zeroizing::new(String::with_capacity(24));
        for (place, byte) in drawn.iter().enumerate() {
            if place > 0 && place % 5 == 0 {
                text.push('-');
            }
            // 5 of 8 uniform bits are uniform.
            let sign = b"0123456789abcdefghjkmnpqrstvwxyz".get(usize::from(byte & 31));
            text.push(sign.copied().map_or('0', char::from));
        }
        Ok((Self::new(text.as_str().to_owned()), text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strength(text: &str) -> Strength {
        Passphrase::new(text.to_owned()).strength(&["InLav Lombardia", "PUA05", "Cinisello Balsamo"])
    }

    fn is_enough(text: &str) -> bool {
        strength(text).is_enough(KdfCost::default())
    }

    #[test]
    fn what_everybody_tries_is_not_enough() {
        for weak in [
            "password1234",
            "inlav-lombardia",
            "Cinisello Balsamo",
            "PUA05PUA05PUA05",
            "qwertyuiop123",
            "aaaaaaaaaaaaaaaa",
            "lombardia2025",
            "12345678901234567",
            "Cinisello2025",
            "Settembre-2025",
        ] {
            assert!(!is_enough(weak), "{weak}: {:?}", strength(weak));
        }
        for strong in
            ["quattro parole che non c'entrano", "correct horse battery staple", "senape-lume-traghetto-91"]
        {
            assert!(is_enough(strong), "{strong}: {:?}", strength(strong));
        }
    }

    #[test]
    fn years_grow_with_guesses_and_with_cost() {
        let cost = |mib| KdfCost::memory_mib(mib).unwrap();
        let strength = Strength { guesses_log10: 12.0 };
        // 5e11 guesses, 0.75 GiB each, 500 GiB/s.
        let expected = 5e11 * 0.75 / 500.0 / SECONDS_PER_YEAR;
        assert!((strength.years(cost(256)) / expected - 1.0).abs() < 1e-9);
        assert!((strength.years(cost(512)) / strength.years(cost(256)) - 2.0).abs() < 1e-9);
        let text = |log10, language| Strength { guesses_log10: log10 }.text(cost(256), language);
        assert_eq!(text(12.0, Language::En), "a fast machine guesses it in about 24 years");
        assert_eq!(text(4.0, Language::It), "una macchina veloce la indovina in meno di un giorno");
        assert_eq!(text(10.0, Language::It), "una macchina veloce la indovina in circa 87 giorni");
    }

    #[test]
    fn generated_passphrases_are_long_enough_and_different() {
        let drawn: std::collections::BTreeSet<_> =
            (0..50).map(|_| Passphrase::generate().unwrap().1.to_string()).collect();
        assert_eq!(drawn.len(), 50);
        for text in drawn {
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [5; 4]);
            assert!(is_enough(&text) && Passphrase::new(text).is_long_enough());
        }
    }
}
