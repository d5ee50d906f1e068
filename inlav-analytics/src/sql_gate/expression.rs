//! The engine's expressions, looked at: columns by the view they come from, literals by value.

use std::fmt;

use chrono::NaiveDate;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator};
use inlav_core::programme::Programme;

use super::refusal::Refusal;
use super::views::{Role, View};

/// A column of the view at a place in the query's `FROM`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    pub(super) view: usize,
    pub(super) name: String,
}

/// What a query reads, to look columns up in.
pub(super) struct Scope<'a> {
    pub(super) views: &'a [&'static View],
    pub(super) programme: &'a Programme,
}

/// The name of a view's instance in the SQL that is run.
pub(super) fn instance(view: usize) -> String {
    format!("v{view}")
}

impl fmt::Display for Column {
    /// As SQL; names are those of the views' schemas and never the query's text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.\"{}\"", instance(self.view), self.name)
    }
}

impl Scope<'_> {
    /// The column that an expression is, whatever may be done with it.
    pub(super) fn column(&self, expr: &Expr) -> Option<(Column, Role)> {
        let Expr::Column(column) = unaliased(expr) else { return None };
        let relation = column.relation.as_ref()?.table();
        let view = self.views.iter().enumerate().position(|(at, _)| instance(at) == relation)?;
        let role = self.views.get(view)?.role(&column.name);
        Some((Column { view, name: column.name.clone() }, role))
    }

    /// The column that an expression is, if conditions and groups may use it.
    pub(super) fn usable(&self, expr: &Expr) -> Result<(Column, Role), Refusal> {
        match self.column(expr) {
            Some((_, Role::Key)) => Err(Refusal::Key),
            Some((_, Role::Amount)) => Err(Refusal::Amount),
            Some(found) => Ok(found),
            None => Err(self.why_not(expr, Refusal::Condition)),
        }
    }

    /// Why an expression is not allowed here: by what it is, or else `otherwise`.
    pub(super) fn why_not(&self, expr: &Expr, otherwise: Refusal) -> Refusal {
        match unaliased(expr) {
            Expr::Like(_) | Expr::SimilarTo(_) => Refusal::Pattern,
            Expr::Case(_) => Refusal::Case,
            Expr::Cast(_) | Expr::TryCast(_) => Refusal::Cast,
            Expr::ScalarFunction(_) | Expr::HigherOrderFunction(_) => Refusal::Function,
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_) => {
                Refusal::Subquery
            }
            Expr::AggregateFunction(_) => Refusal::Nested,
            Expr::WindowFunction(_) => Refusal::Window,
            column @ Expr::Column(_) => match self.column(column) {
                Some((_, Role::Key)) => Refusal::Key,
                Some((_, Role::Amount)) => Refusal::Amount,
                _ => otherwise,
            },
            _ => otherwise,
        }
    }
}

/// An expression without the names given to it.
pub(super) fn unaliased(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unaliased(&alias.expr),
        other => other,
    }
}

/// A function by name with its arguments.
pub(super) fn function(expr: &Expr) -> Option<(&str, &[Expr])> {
    match unaliased(expr) {
        Expr::ScalarFunction(function) => Some((function.func.name(), &function.args)),
        _ => None,
    }
}

/// A text that is written out.
pub(super) fn text_of(expr: &Expr) -> Option<String> {
    match unaliased(expr) {
        Expr::Literal(
            ScalarValue::Utf8(Some(text))
            | ScalarValue::LargeUtf8(Some(text))
            | ScalarValue::Utf8View(Some(text)),
            _,
        ) => Some(text.clone()),
        _ => None,
    }
}

/// A whole number that is written out.
pub(super) fn whole_of(expr: &Expr) -> Option<i64> {
    match unaliased(expr) {
        Expr::Literal(ScalarValue::Int64(Some(number)), _) => Some(*number),
        Expr::Literal(ScalarValue::UInt64(Some(number)), _) => i64::try_from(*number).ok(),
        Expr::Negative(inner) => whole_of(inner)?.checked_neg(),
        _ => None,
    }
}

/// A number that is written out.
pub(super) fn number_of(expr: &Expr) -> Option<f64> {
    match unaliased(expr) {
        Expr::Literal(ScalarValue::Float64(Some(number)), _) if number.is_finite() => Some(*number),
        Expr::Negative(inner) => Some(-number_of(inner)?),
        Expr::Cast(cast) if is_number(cast.field.data_type()) => number_of(&cast.expr),
        other => {
            let whole = i32::try_from(whole_of(other)?).ok()?;
            Some(f64::from(whole))
        }
    }
}

/// A day that is written out.
pub(super) fn date_of(expr: &Expr) -> Option<NaiveDate> {
    match unaliased(expr) {
        Expr::Cast(cast) if matches!(cast.field.data_type(), DataType::Date32 | DataType::Timestamp(..)) => {
            date_of(&cast.expr)
        }
        other => text_of(other)?.parse().ok(),
    }
}

/// Whether a type is one of numbers.
pub(super) fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric()
}

/// How many parts an expression has, up to `most`.
pub(super) fn size(expr: &Expr, most: usize) -> usize {
    use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
    let mut size = 0;
    let _ = expr.apply(|_| {
        size += 1;
        Ok(if size > most { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    size
}

/// The parts of a conjunction.
pub(super) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match unaliased(expr) {
        Expr::BinaryExpr(binary) if binary.op == Operator::And => {
            let mut all = conjuncts(&binary.left);
            all.extend(conjuncts(&binary.right));
            all
        }
        other => vec![other],
    }
}
