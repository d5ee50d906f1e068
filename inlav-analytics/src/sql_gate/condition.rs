//! Conditions that a query may put on rows: read from the engine's expressions into a form of our
//! own, and written out as SQL again. Nothing of the query's text reaches the engine.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator};

use super::expression::{Column, Scope, date_of, function, text_of, unaliased, whole_of};
use super::refusal::Refusal;
use super::views::Role;

/// A condition on one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Condition {
    /// One of these codes.
    Codes(Column, Vec<String>),
    /// Yes.
    Truth(Column),
    /// Nothing there.
    Null(Column),
    /// Before the first of a month.
    Before(Column, NaiveDate),
    /// A year compared with a number.
    Year(Column, Comparison, i64),
    /// Year, quarter or month of a date compared with a number.
    Part(Column, Part, Comparison, i64),
    /// The first date is at most so many months and days after the second one.
    Within(Column, Column, u32, u32),
    /// All of them.
    All(Vec<Condition>),
    /// One of them.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// This, and not merely not known.
    Sure(Box<Condition>),
}

/// How numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Year,
    Quarter,
    Month,
}

/// Lengths of time that a query may ask for, in days; months may be any up to five years.
const DAYS: [u32; 13] = [0, 7, 14, 15, 28, 30, 45, 60, 90, 120, 180, 270, 365];

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The [`Refusal`] of the first thing in it that is not allowed.
    pub(super) fn read(expr: &Expr, scope: &Scope<'_>) -> Result<Self, Refusal> {
        Ok(match unaliased(expr) {
            Expr::BinaryExpr(binary) => match binary.op {
                Operator::And => {
                    Self::All(vec![Self::read(&binary.left, scope)?, Self::read(&binary.right, scope)?])
                }
                Operator::Or => {
                    Self::Any(vec![Self::read(&binary.left, scope)?, Self::read(&binary.right, scope)?])
                }
                operator => compared(&binary.left, operator, &binary.right, scope)?,
            },
            Expr::Not(inner) => Self::read(inner, scope)?.not(),
            Expr::IsTrue(inner) => Self::sure(Self::read(inner, scope)?),
            Expr::IsNotTrue(inner) => Self::sure(Self::read(inner, scope)?).not(),
            Expr::IsFalse(inner) => Self::sure(Self::read(inner, scope)?.not()),
            Expr::IsNotFalse(inner) => Self::sure(Self::read(inner, scope)?.not()).not(),
            Expr::IsNull(inner) => Self::Null(scope.usable(inner)?.0),
            Expr::IsNotNull(inner) => Self::Null(scope.usable(inner)?.0).not(),
            Expr::InList(list) => {
                let any = (list.list.iter())
                    .map(|value| compared(&list.expr, Operator::Eq, value, scope))
                    .collect::<Result<Vec<_>, _>>()?;
                let any = match one_column(&any) {
                    Some((column, codes)) => Self::Codes(column, codes),
                    None => Self::Any(any),
                };
                if list.negated { any.not() } else { any }
            }
            Expr::Between(between) => {
                let both = Self::All(vec![
                    compared(&between.expr, Operator::GtEq, &between.low, scope)?,
                    compared(&between.expr, Operator::LtEq, &between.high, scope)?,
                ]);
                if between.negated { both.not() } else { both }
            }
            column @ Expr::Column(_) => match scope.usable(column)? {
                (column, Role::YesNo) => Self::Truth(column),
                _ => return Err(Refusal::Condition),
            },
            other => return Err(scope.why_not(other, Refusal::Condition)),
        })
    }

    /// That a column has a value: what `count(column)` counts.
    pub(super) fn there(column: Column) -> Self {
        Self::Null(column).not()
    }

    /// The parts of a conjunction, conditions on one column in one part: each is a step by which a
    /// selection of people could be told apart from a larger one.
    pub(super) fn parts(conditions: Vec<Self>) -> Vec<Self> {
        let mut flat = Vec::new();
        let mut waiting = conditions;
        while let Some(condition) = waiting.pop() {
            match condition {
                Self::All(inner) => waiting.extend(inner),
                other => flat.push(other),
            }
        }
        flat.sort();
        flat.dedup();
        flat
    }

    /// The condition as SQL over the instances of views.
    pub(super) fn sql(&self) -> String {
        match self {
            Self::Codes(column, codes) => {
                let codes: Vec<String> =
                    codes.iter().map(|code| format!("'{}'", code.replace('\'', "''"))).collect();
                format!("(CAST({column} AS VARCHAR) IN ({}))", codes.join(", "))
            }
            Self::Truth(column) => column.to_string(),
            Self::Null(column) => format!("({column} IS NULL)"),
            Self::Before(column, day) => format!("({column} < DATE '{day}')"),
            Self::Year(column, comparison, year) => format!("({column} {} {year})", comparison.sql()),
            Self::Part(column, part, comparison, value) => {
                format!("(DATE_PART('{}', {column}) {} {value})", part.name(), comparison.sql())
            }
            Self::Within(later, earlier, months, days) => {
                format!("({later} <= {earlier} + INTERVAL '{months} months {days} days')")
            }
            Self::All(inner) => joined(inner, " AND "),
            Self::Any(inner) => joined(inner, " OR "),
            Self::Not(inner) => format!("(NOT {})", inner.sql()),
            Self::Sure(inner) => format!("COALESCE({}, FALSE)", inner.sql()),
        }
    }

    fn sure(condition: Self) -> Self {
        Self::Sure(Box::new(condition))
    }

    fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

fn joined(conditions: &[Condition], word: &str) -> String {
    let texts: Vec<String> = conditions.iter().map(Condition::sql).collect();
    format!("({})", texts.join(word))
}

/// All codes of conditions that are codes of one column.
fn one_column(conditions: &[Condition]) -> Option<(Column, Vec<String>)> {
    let mut all = Vec::new();
    let mut column = None;
    for condition in conditions {
        match condition {
            Condition::Codes(own, codes) if column.is_none_or(|column| column == own) => {
                column = Some(own);
                all.extend(codes.iter().cloned());
            }
            _ => return None,
        }
    }
    all.sort();
    all.dedup();
    column.map(|column| (column.clone(), all))
}

/// `left operator right`, in either order.
fn compared(left: &Expr, operator: Operator, right: &Expr, scope: &Scope<'_>) -> Result<Condition, Refusal> {
    let (left, right) = (unaliased(left), unaliased(right));
    if matches!(
        operator,
        Operator::RegexMatch
            | Operator::RegexIMatch
            | Operator::RegexNotMatch
            | Operator::RegexNotIMatch
            | Operator::LikeMatch
            | Operator::ILikeMatch
            | Operator::NotLikeMatch
            | Operator::NotILikeMatch
    ) {
        return Err(Refusal::Pattern);
    }
    if is_value(left) && !is_value(right) {
        return compared(right, operator.swap().ok_or(Refusal::Condition)?, left, scope);
    }
    if let Some(within) = within(left, operator, right, scope)? {
        return Ok(within);
    }
    if !is_value(right) {
        return Err(scope.why_not(right, Refusal::Condition));
    }
    if let Some((column, part)) = date_part(left, scope)? {
        let value = whole_of(right).ok_or(Refusal::Condition)?;
        return numbers(operator, |comparison| Condition::Part(column.clone(), part, comparison, value));
    }
    if let Some((column, months)) = truncated(left, scope)? {
        // The first of the month, quarter or year that follows.
        let day = date_of(right).ok_or(Refusal::Condition)?;
        if !begins(day, months) {
            return Err(Refusal::Day);
        }
        return period(&column, operator, day, day + Months::new(months));
    }
    let (column, role) = scope.usable(left)?;
    match role {
        Role::Codes(codes) => {
            let code =
                text_of(right).or_else(|| whole_of(right).map(|n| n.to_string())).ok_or(Refusal::Value)?;
            if !codes.knows(&code, scope.programme) {
                return Err(Refusal::Value);
            }
            match operator {
                Operator::Eq => Ok(Condition::Codes(column, vec![code])),
                Operator::NotEq => Ok(Condition::Codes(column, vec![code]).not()),
                // Stages follow each other; other codes do not.
                _ => stages(column, &codes, operator, &code),
            }
        }
        Role::YesNo => match (right, operator) {
            (Expr::Literal(ScalarValue::Boolean(Some(value)), _), Operator::Eq | Operator::NotEq) => {
                let yes = Condition::Truth(column);
                Ok(if *value == (operator == Operator::Eq) { yes } else { yes.not() })
            }
            _ => Err(Refusal::Condition),
        },
        Role::Year => {
            let year = whole_of(right).ok_or(Refusal::Value)?;
            numbers(operator, |comparison| Condition::Year(column.clone(), comparison, year))
        }
        Role::Date => {
            let day = date_of(right).ok_or(Refusal::Value)?;
            // From the first of a month on, or to the last of one.
            match operator {
                Operator::Lt | Operator::GtEq if begins(day, 1) => period(&column, operator, day, day),
                Operator::LtEq | Operator::Gt if begins(day + Days::new(1), 1) => {
                    let next = day + Days::new(1);
                    let operator = if operator == Operator::LtEq { Operator::Lt } else { Operator::GtEq };
                    period(&column, operator, next, next)
                }
                _ => Err(Refusal::Day),
            }
        }
        Role::Amount => Err(Refusal::Amount),
        Role::Key => Err(Refusal::Key),
    }
}

/// A date compared with a period that begins on `first` and ends before `next`.
fn period(
    column: &Column,
    operator: Operator,
    first: NaiveDate,
    next: NaiveDate,
) -> Result<Condition, Refusal> {
    let before = |day| Condition::Before(column.clone(), day);
    Ok(match operator {
        Operator::Lt => before(first),
        Operator::GtEq => before(first).not(),
        Operator::LtEq => before(next),
        Operator::Gt => before(next).not(),
        Operator::Eq => Condition::All(vec![before(first).not(), before(next)]),
        Operator::NotEq => Condition::Any(vec![before(first), before(next).not()]),
        _ => return Err(Refusal::Condition),
    })
}

fn stages(
    column: Column,
    codes: &super::views::Codes,
    operator: Operator,
    code: &str,
) -> Result<Condition, Refusal> {
    if *codes != super::views::Codes::Stage {
        return Err(Refusal::Condition);
    }
    let stage: i64 = code.parse().map_err(|_| Refusal::Value)?;
    numbers(operator, |comparison| {
        let passes = |other: &i64| match comparison {
            Comparison::Equal => *other == stage,
            Comparison::Less => *other < stage,
            Comparison::LessOrEqual => *other <= stage,
            Comparison::Greater => *other > stage,
            Comparison::GreaterOrEqual => *other >= stage,
        };
        Condition::Codes(column.clone(), (1..=6).filter(passes).map(|stage| stage.to_string()).collect())
    })
}

fn numbers(operator: Operator, make: impl Fn(Comparison) -> Condition) -> Result<Condition, Refusal> {
    Ok(match operator {
        Operator::Eq => make(Comparison::Equal),
        Operator::NotEq => make(Comparison::Equal).not(),
        Operator::Lt => make(Comparison::Less),
        Operator::LtEq => make(Comparison::LessOrEqual),
        Operator::Gt => make(Comparison::Greater),
        Operator::GtEq => make(Comparison::GreaterOrEqual),
        _ => return Err(Refusal::Condition),
    })
}

/// `later <= earlier + INTERVAL`, the only comparison of two columns besides keys.
fn within(
    left: &Expr,
    operator: Operator,
    right: &Expr,
    scope: &Scope<'_>,
) -> Result<Option<Condition>, Refusal> {
    let Expr::BinaryExpr(sum) = right else { return Ok(None) };
    let (Operator::Plus, Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(length)), _)) =
        (sum.op, unaliased(&sum.right))
    else {
        return Ok(None);
    };
    let ((later, Role::Date), (earlier, Role::Date)) = (scope.usable(left)?, scope.usable(&sum.left)?) else {
        return Err(Refusal::Condition);
    };
    let months = u32::try_from(length.months).map_err(|_| Refusal::Condition)?;
    let days = u32::try_from(length.days).map_err(|_| Refusal::Condition)?;
    if length.nanoseconds != 0 || months > 60 || !DAYS.contains(&days) || (months > 0 && days > 0) {
        return Err(Refusal::Day);
    }
    let condition = Condition::Within(later, earlier, months, days);
    match operator {
        Operator::LtEq => Ok(Some(condition)),
        Operator::Gt => Ok(Some(condition.not())),
        _ => Err(Refusal::Day),
    }
}

/// `date_part('year', column)` and the like.
pub(super) fn date_part(expr: &Expr, scope: &Scope<'_>) -> Result<Option<(Column, Part)>, Refusal> {
    let Some((name, [part, of])) = function(expr) else { return Ok(None) };
    if name != "date_part" {
        return Ok(None);
    }
    let part = match text_of(part).ok_or(Refusal::Function)?.to_lowercase().as_str() {
        "year" => Part::Year,
        "quarter" => Part::Quarter,
        "month" => Part::Month,
        _ => return Err(Refusal::Day),
    };
    match scope.usable(of)? {
        (column, Role::Date) => Ok(Some((column, part))),
        _ => Err(Refusal::Function),
    }
}

/// `date_trunc('month', column)` and the like: the column and how many months a period has.
pub(super) fn truncated(expr: &Expr, scope: &Scope<'_>) -> Result<Option<(Column, u32)>, Refusal> {
    // The engine truncates days to moments; a cast back to a day changes nothing.
    let expr = match unaliased(expr) {
        Expr::Cast(cast) if function(&cast.expr).is_some() => unaliased(&cast.expr),
        other => other,
    };
    let Some((name, [length, of])) = function(expr) else { return Ok(None) };
    if name != "date_trunc" {
        return Ok(None);
    }
    let months = match text_of(length).ok_or(Refusal::Function)?.to_lowercase().as_str() {
        "year" => 12,
        "quarter" => 3,
        "month" => 1,
        _ => return Err(Refusal::Day),
    };
    match scope.usable(of)? {
        (column, Role::Date) => Ok(Some((column, months))),
        _ => Err(Refusal::Function),
    }
}

/// Whether a period of so many months begins on this day.
fn begins(day: NaiveDate, months: u32) -> bool {
    day.day() == 1 && day.month0().is_multiple_of(months)
}

fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(..) => true,
        Expr::Cast(cast) => is_value(unaliased(&cast.expr)),
        Expr::Negative(inner) => is_value(unaliased(inner)),
        _ => false,
    }
}

impl Comparison {
    const fn sql(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Part {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
        }
    }
}
