//! Groups: which categories a grouping has, whatever the data hold, and how a row finds its own.

use chrono::{Datelike as _, NaiveDate};
use datafusion::logical_expr::{Expr, Operator};
use inlav_core::codes::MissingCode;

use super::condition::{Condition, Part, date_part, truncated};
use super::expression::{Column, Scope, function, text_of, unaliased, whole_of};
use super::refusal::Refusal;
use super::views::{Codes, Role};
use crate::disclosure::{Dimension, TOTAL, TableError};

/// A way of grouping rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grouping {
    /// By code.
    Codes(Column, Codes),
    /// By a condition: true, false.
    Truth(Condition),
    /// By period of so many months.
    Period(Column, u32),
    /// By quarter or month of the year, whatever the year.
    OfYear(Column, Part),
    /// By year, in bands of so many years.
    Years(Column, i64),
    /// By the first condition that holds.
    Cases(Vec<(Condition, String)>, Option<String>),
}

/// The categories of a grouping, and the numbers by which rows name them.
pub(super) struct Categories {
    /// Codes in order; the one of what is missing comes last.
    pub(super) codes: Vec<String>,
    /// What the fetched number of each category is, in the same order; `None` for texts.
    numbers: Option<Vec<i64>>,
}

/// The first year of a column of years that has a category of its own.
const FIRST_YEAR: i64 = 1930;
/// Longest label of a case.
const LONGEST_LABEL: usize = 40;
/// What came before the periods listed.
const EARLIER: &str = "earlier";

impl Grouping {
    /// Reads a grouping.
    ///
    /// # Errors
    /// The [`Refusal`] of the first thing in it that is not allowed.
    pub(super) fn read(expr: &Expr, scope: &Scope<'_>) -> Result<Self, Refusal> {
        let expr = coalesced(unaliased(expr));
        if let Some((column, months)) = truncated(expr, scope)? {
            return Ok(Self::Period(column, months));
        }
        if let Some((column, part)) = date_part(expr, scope)? {
            return Ok(match part {
                Part::Year => Self::Period(column, 12),
                part => Self::OfYear(column, part),
            });
        }
        if let Some((column, months)) = formatted(expr, scope)? {
            return Ok(Self::Period(column, months));
        }
        if let Some((column, years)) = band(expr, scope) {
            return Ok(Self::Years(column, years));
        }
        match expr {
            Expr::Column(_) => match scope.usable(expr).map_err(|fault| match fault {
                Refusal::Condition => Refusal::Grouping,
                other => other,
            })? {
                (column, Role::Codes(codes)) => Ok(Self::Codes(column, codes)),
                (column, Role::YesNo) => Ok(Self::Truth(Condition::Truth(column))),
                (column, Role::Year) => Ok(Self::Years(column, 1)),
                (_, Role::Date) => Err(Refusal::Day),
                (_, Role::Key) => Err(Refusal::Key),
                (_, Role::Amount) => Err(Refusal::Amount),
            },
            Expr::Case(case) => {
                let mut cases = Vec::new();
                for (when, then) in &case.when_then_expr {
                    let condition = match &case.expr {
                        None => Condition::read(when, scope)?,
                        Some(subject) => {
                            let equal = datafusion::logical_expr::BinaryExpr::new(
                                subject.clone(),
                                Operator::Eq,
                                when.clone(),
                            );
                            Condition::read(&Expr::BinaryExpr(equal), scope)?
                        }
                    };
                    cases.push((condition, label(then)?));
                }
                let otherwise = case.else_expr.as_deref().filter(|last| !is_null(last));
                Ok(Self::Cases(cases, otherwise.map(label).transpose()?))
            }
            Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::Not(_)
            | Expr::InList(_)
            | Expr::Between(_)
            | Expr::IsTrue(_) => Ok(Self::Truth(Condition::read(expr, scope)?)),
            Expr::BinaryExpr(binary) if binary.op.returns_null_on_null() || binary.op.is_logic_operator() => {
                Condition::read(expr, scope).map(Self::Truth).map_err(|fault| match fault {
                    Refusal::Condition => Refusal::Grouping,
                    other => other,
                })
            }
            other => Err(scope.why_not(other, Refusal::Grouping)),
        }
    }

    /// What is fetched of each row: a text for [`Grouping::Codes`], else a number.
    pub(super) fn sql(&self) -> String {
        match self {
            Self::Codes(column, _) => format!("CAST({column} AS VARCHAR)"),
            Self::Truth(condition) => {
                let condition = condition.sql();
                format!("CASE WHEN {condition} THEN 1 WHEN NOT {condition} THEN 0 ELSE -1 END")
            }
            Self::Period(column, months) => format!(
                "COALESCE((CAST(DATE_PART('year', {column}) AS BIGINT) * 12 \
                 + CAST(DATE_PART('month', {column}) AS BIGINT) - 1) / {months}, -1)"
            ),
            Self::OfYear(column, part) => {
                format!("COALESCE(CAST(DATE_PART('{}', {column}) AS BIGINT), -1)", part.name())
            }
            Self::Years(column, years) => format!("COALESCE(CAST({column} AS BIGINT) / {years}, -1)"),
            Self::Cases(cases, _) => {
                let mut sql = "CASE".to_owned();
                let labels = self.labels();
                for (condition, label) in cases {
                    let at = labels.iter().position(|known| known == label).unwrap_or_default();
                    sql.push_str(&format!(" WHEN {} THEN {at}", condition.sql()));
                }
                let otherwise = self.otherwise().and_then(|last| labels.iter().position(|l| l == last));
                match otherwise {
                    Some(at) => sql.push_str(&format!(" ELSE {at} END")),
                    None => sql.push_str(" ELSE -1 END"),
                }
                sql
            }
        }
    }

    /// Every category there can be, empty ones too: which of them stand in a table must not tell
    /// where somebody is.
    pub(super) fn categories(&self, scope: &Scope<'_>, sites: &[String], as_of: NaiveDate) -> Categories {
        let missing = MissingCode::NotKnown.code().to_owned();
        match self {
            Self::Codes(_, codes) => {
                let mut all = codes.all(scope.programme, sites);
                if *codes != Codes::Site {
                    all.push(missing);
                }
                Categories { codes: all, numbers: None }
            }
            Self::Truth(_) => numbered([("true", 1), ("false", 0)].map(|(c, n)| (c.to_owned(), n)).into()),
            Self::Period(_, months) => {
                let months = i64::from(*months);
                let number = |day: NaiveDate| (i64::from(day.year()) * 12 + i64::from(day.month0())) / months;
                let name = |number: i64| match months {
                    12 => format!("{number}"),
                    3 => format!("{}-Q{}", number / 4, number % 4 + 1),
                    _ => format!("{}-{:02}", number / 12, number % 12 + 1),
                };
                let periods = number(scope.programme.start)..=number(as_of);
                let mut all = vec![(EARLIER.to_owned(), number(scope.programme.start) - 1)];
                all.extend(periods.map(|period| (name(period), period)));
                numbered(all)
            }
            Self::OfYear(_, part) => {
                let last = if *part == Part::Quarter { 4 } else { 12 };
                numbered((1..=last).map(|number| (number.to_string(), number)).collect())
            }
            Self::Years(_, years) => {
                let bands = FIRST_YEAR / years..=i64::from(as_of.year()) / years;
                let mut all = vec![(EARLIER.to_owned(), FIRST_YEAR / years - 1)];
                all.extend(bands.map(|band| {
                    let first = band * years;
                    let name = if *years == 1 {
                        first.to_string()
                    } else {
                        format!("{first}-{}", first + years - 1)
                    };
                    (name, band)
                }));
                numbered(all)
            }
            Self::Cases(..) => numbered(self.labels().into_iter().zip(0..).collect()),
        }
    }

    fn labels(&self) -> Vec<String> {
        let Self::Cases(cases, otherwise) = self else { return Vec::new() };
        let mut labels: Vec<String> = Vec::new();
        for label in cases.iter().map(|(_, label)| label).chain(otherwise) {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
        labels
    }

    fn otherwise(&self) -> Option<&String> {
        match self {
            Self::Cases(_, otherwise) => otherwise.as_ref(),
            _ => None,
        }
    }

    /// Whether its categories are the PUA.
    pub(super) fn is_site(&self) -> bool {
        matches!(self, Self::Codes(_, Codes::Site))
    }
}

/// Categories by number; whatever is missing comes after them.
fn numbered(all: Vec<(String, i64)>) -> Categories {
    let (mut codes, mut numbers): (Vec<String>, Vec<i64>) = all.into_iter().unzip();
    let missing = MissingCode::NotKnown.code();
    if !codes.iter().any(|code| code == missing) {
        codes.push(missing.to_owned());
        numbers.push(-1);
    }
    Categories { codes, numbers: Some(numbers) }
}

impl Categories {
    /// The dimension of a table.
    pub(super) fn dimension(&self, name: String, insiders: bool) -> Result<Dimension, TableError> {
        let dimension = Dimension::flat(name, self.codes.iter().cloned())?;
        Ok(if insiders { dimension.with_insiders() } else { dimension })
    }

    /// Whether the categories are fetched as numbers.
    pub(super) const fn is_numbered(&self) -> bool {
        self.numbers.is_some()
    }

    /// The category of a text, from 0; what is none of them is missing.
    pub(super) fn of_text(&self, text: &str) -> usize {
        let found = self.codes.iter().position(|code| code == text && text != TOTAL);
        found.unwrap_or_else(|| self.codes.len().saturating_sub(1))
    }

    /// The category of a number, from 0. What comes before the first is earlier, where there is
    /// such a category, and what fits none is missing.
    pub(super) fn of_number(&self, number: i64) -> usize {
        let Some(numbers) = &self.numbers else { return 0 };
        if let Some(found) = numbers.iter().position(|known| *known == number) {
            return found;
        }
        let has_earlier = self.codes.first().is_some_and(|code| code == EARLIER);
        let earlier = has_earlier && number >= 0 && numbers.first().is_some_and(|first| number < *first);
        if earlier { 0 } else { self.codes.len().saturating_sub(1) }
    }
}

/// `coalesce(column, 'ND')`: what is missing is a category of its own anyway.
fn coalesced(expr: &Expr) -> &Expr {
    match function(expr) {
        Some(("coalesce", [column, instead]))
            if text_of(instead).is_some_and(|text| MissingCode::from_code(&text).is_some()) =>
        {
            unaliased(column)
        }
        _ => expr,
    }
}

/// `to_char(column, '%Y-%m')`.
fn formatted(expr: &Expr, scope: &Scope<'_>) -> Result<Option<(Column, u32)>, Refusal> {
    let Some(("to_char", [of, form])) = function(expr) else { return Ok(None) };
    let months = match text_of(form).ok_or(Refusal::Function)?.as_str() {
        "%Y" => 12,
        "%Y-%m" => 1,
        _ => return Err(Refusal::Day),
    };
    match scope.usable(of)? {
        (column, Role::Date) => Ok(Some((column, months))),
        _ => Err(Refusal::Function),
    }
}

/// `year / 10 * 10`, and without the multiplication.
fn band(expr: &Expr, scope: &Scope<'_>) -> Option<(Column, i64)> {
    let Expr::BinaryExpr(outer) = expr else { return None };
    let (divided, times) = match outer.op {
        Operator::Multiply => (unaliased(&outer.left), Some(whole_of(&outer.right)?)),
        Operator::Divide => (expr, None),
        _ => return None,
    };
    let Expr::BinaryExpr(inner) = divided else { return None };
    let years = whole_of(&inner.right)?;
    let fits =
        inner.op == Operator::Divide && [5, 10, 20].contains(&years) && times.is_none_or(|t| t == years);
    match scope.column(&inner.left)? {
        (column, Role::Year) if fits => Some((column, years)),
        _ => None,
    }
}

/// The text of a case's result: short, printable, not a mark of ours.
fn label(expr: &Expr) -> Result<String, Refusal> {
    let text = text_of(expr).or_else(|| whole_of(expr).map(|number| number.to_string()));
    let fits = |text: &String| {
        (1..=LONGEST_LABEL).contains(&text.chars().count())
            && !text.chars().any(inlav_core::text::is_unprintable)
            && text != TOTAL
    };
    text.filter(fits).ok_or(Refusal::Case)
}

fn is_null(expr: &Expr) -> bool {
    matches!(unaliased(expr), Expr::Literal(value, _) if value.is_null())
}
