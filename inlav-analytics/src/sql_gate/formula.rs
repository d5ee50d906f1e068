//! What is reckoned from published counts: whoever reads the counts could reckon it as well.

use crate::disclosure::Published;

/// Arithmetic over the groups and counts of one row of the result.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    /// The category of a grouping.
    Group(usize),
    /// A count.
    Count(usize),
    Number(f64),
    Add(Box<Formula>, Box<Formula>),
    Subtract(Box<Formula>, Box<Formula>),
    Multiply(Box<Formula>, Box<Formula>),
    Divide(Box<Formula>, Box<Formula>),
    Round(Box<Formula>, u32),
    /// Nothing instead of zero.
    NotZero(Box<Formula>),
}

/// How a value is compared with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a cell of the result holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// The code of a category.
    Category(String),
    /// A published count.
    Count(u64),
    /// A number reckoned from published counts.
    Number(f64),
    /// Withheld, or reckoned from something withheld.
    Withheld,
    /// Nothing: a division by zero, for example.
    Nothing,
}

/// Why a formula has no number.
enum Lack {
    Withheld,
    Nothing,
}

impl Formula {
    /// Whether a category stands in it.
    pub(super) fn has_group(&self) -> bool {
        match self {
            Self::Group(_) => true,
            Self::Count(_) | Self::Number(_) => false,
            Self::Add(left, right)
            | Self::Subtract(left, right)
            | Self::Multiply(left, right)
            | Self::Divide(left, right) => left.has_group() || right.has_group(),
            Self::Round(inner, _) | Self::NotZero(inner) => inner.has_group(),
        }
    }

    /// Its value in a row of the result.
    ///
    /// # Guarantee
    /// A function of published values alone: a withheld count makes the whole withheld. Test
    /// `a_formula_knows_published_values_only`.
    pub(super) fn cell(&self, categories: &[String], counts: &[Published]) -> Cell {
        match self {
            Self::Group(at) => categories.get(*at).map_or(Cell::Nothing, |code| Cell::Category(code.clone())),
            Self::Count(at) => match counts.get(*at) {
                Some(Published::Shown(count)) => Cell::Count(*count),
                _ => Cell::Withheld,
            },
            other => match other.number(counts) {
                Ok(number) => Cell::Number(number),
                Err(Lack::Withheld) => Cell::Withheld,
                Err(Lack::Nothing) => Cell::Nothing,
            },
        }
    }

    fn number(&self, counts: &[Published]) -> Result<f64, Lack> {
        // What is withheld wins over what is nothing: which of the two it is must not tell a count.
        let both = |left: &Self, right: &Self| match (left.number(counts), right.number(counts)) {
            (Ok(left), Ok(right)) => Ok((left, right)),
            (Err(Lack::Withheld), _) | (_, Err(Lack::Withheld)) => Err(Lack::Withheld),
            _ => Err(Lack::Nothing),
        };
        let number = match self {
            Self::Group(_) => return Err(Lack::Nothing),
            Self::Count(at) => match counts.get(*at) {
                Some(Published::Shown(count)) => real(*count),
                _ => return Err(Lack::Withheld),
            },
            Self::Number(number) => *number,
            Self::Add(left, right) => both(left, right).map(|(left, right)| left + right)?,
            Self::Subtract(left, right) => both(left, right).map(|(left, right)| left - right)?,
            Self::Multiply(left, right) => both(left, right).map(|(left, right)| left * right)?,
            Self::Divide(left, right) => both(left, right).map(|(left, right)| left / right)?,
            Self::Round(inner, places) => {
                let scale = 10_f64.powi(i32::try_from(*places).unwrap_or(0));
                (inner.number(counts)? * scale).round() / scale
            }
            Self::NotZero(inner) => {
                let number = inner.number(counts)?;
                if number.abs() < f64::EPSILON {
                    return Err(Lack::Nothing);
                }
                number
            }
        };
        if number.is_finite() { Ok(number) } else { Err(Lack::Nothing) }
    }
}

impl Compared {
    /// Whether a cell passes; what is withheld or nothing stays in the result, since to leave it out
    /// would tell what it is.
    pub(super) fn passes(self, cell: &Cell, number: f64) -> bool {
        let value = match cell {
            Cell::Count(count) => real(*count),
            Cell::Number(value) => *value,
            Cell::Category(_) | Cell::Withheld | Cell::Nothing => return true,
        };
        match self {
            Self::Equal => (value - number).abs() < f64::EPSILON,
            Self::NotEqual => (value - number).abs() >= f64::EPSILON,
            Self::Less => value < number,
            Self::LessOrEqual => value <= number,
            Self::Greater => value > number,
            Self::GreaterOrEqual => value >= number,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are refused above 2^28")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_knows_published_values_only() {
        let share = Formula::Divide(Box::new(Formula::Count(0)), Box::new(Formula::Count(1)));
        let cell = |own, whole| share.cell(&[], &[own, whole]);
        assert_eq!(cell(Published::Shown(10), Published::Shown(40)), Cell::Number(0.25));
        assert_eq!(cell(Published::Suppressed, Published::Shown(40)), Cell::Withheld);
        assert_eq!(cell(Published::Suppressed, Published::Shown(0)), Cell::Withheld);
        assert_eq!(cell(Published::Shown(0), Published::Shown(0)), Cell::Nothing);
        assert!(Compared::Greater.passes(&Cell::Withheld, 1e9), "left out, it would tell");
    }
}
