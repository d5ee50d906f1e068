//! A query understood: views, groups, what is counted, and what is reckoned from the counts. The
//! engine's plan is read by allow-list; what is not known here is refused.

use datafusion::common::Column as EngineColumn;
use datafusion::common::TableReference;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Operator, SortExpr};
use inlav_core::programme::Programme;

use super::condition::Condition;
use super::expression::{Column, Scope, conjuncts, function, is_number, number_of, unaliased, whole_of};
use super::formula::{Compared, Formula};
use super::grouping::Grouping;
use super::refusal::Refusal;
use super::source::{Source, substitute, why_not};
use super::views::{Role, View};

/// Conditions of one count, each of which is protected by itself.
const MOST_CONDITIONS: usize = 5;
/// Counts in one query.
const MOST_MEASURES: usize = 8;
/// Groupings in one query.
const MOST_GROUPS: usize = 4;

/// A query that may be answered.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) source: Source,
    /// Conditions on rows.
    pub(super) conditions: Vec<Condition>,
    /// Groups.
    pub(super) groups: Vec<Grouping>,
    /// Counts.
    pub(super) measures: Vec<Measure>,
    /// Columns of the result: heading and what stands in them.
    pub(super) outputs: Vec<(String, Formula)>,
    /// Rows of the result that are wanted.
    pub(super) having: Vec<(Formula, Compared, f64)>,
    /// Their order: by what, whether ascending.
    pub(super) order: Vec<(Formula, bool)>,
}

/// One count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Measure {
    pub(super) counted: Counted,
    /// Conditions besides those of the whole query.
    pub(super) conditions: Vec<Condition>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counted {
    /// Rows of the base view at this place.
    Rows(usize),
    /// Distinct values of a key; the kind of unit that the key numbers.
    Distinct(Column, &'static str),
}

/// What stands above the grouping.
struct Above<'p> {
    aggregate: &'p Aggregate,
    /// The plan's columns as expressions over groups and aggregates.
    columns: Vec<Expr>,
    having: Vec<Expr>,
    order: Vec<SortExpr>,
}

/// The relation under which groups and aggregates are named while they are resolved.
const GROUPED: &str = "grouped";

impl Question {
    /// Reads a plan.
    ///
    /// # Errors
    /// The [`Refusal`] of the first thing in it that is not allowed.
    pub(super) fn read(plan: &LogicalPlan, programme: &Programme) -> Result<Self, Refusal> {
        let above = above(plan)?;
        let aggregate = above.aggregate;
        let source = Source::read(&aggregate.input, programme)?;
        let mut reader = Reader { source: &source, programme, measures: Vec::new() };
        let mut groups = Vec::new();
        for expr in &aggregate.group_expr {
            if matches!(expr, Expr::GroupingSet(_)) {
                return Err(Refusal::GroupingSets);
            }
            let resolved = source.resolve(expr, &aggregate.input)?;
            groups.push(Grouping::read(&resolved, &reader.scope())?);
        }
        if groups.len() > MOST_GROUPS {
            return Err(Refusal::TooManyCells);
        }
        let mut formulas: Vec<Formula> = (0..groups.len()).map(Formula::Group).collect();
        for expr in &aggregate.aggr_expr {
            formulas.push(reader.aggregate(expr, &aggregate.input)?);
        }
        let conditions = reader.conditions(&source.conditions)?;
        if reader.measures.is_empty() {
            // Groups without a count: the values of a column, shown.
            return Err(Refusal::Rows);
        }
        let formula = |expr: &Expr| formula(expr, &formulas);
        let mut outputs = Vec::new();
        for (column, field) in above.columns.iter().zip(plan.schema().fields()) {
            outputs.push((field.name().clone(), formula(column)?));
        }
        let mut having = Vec::new();
        for condition in above.having.iter().flat_map(conjuncts) {
            having.push(compared(condition, &formulas)?);
        }
        let mut order = Vec::new();
        for sort in &above.order {
            let by = formula(&sort.expr).map_err(|_| Refusal::OrderBy)?;
            order.push((by, sort.asc));
        }
        let measures = reader.measures;
        if measures.len() > MOST_MEASURES {
            return Err(Refusal::TooComplex);
        }
        for measure in &measures {
            let all = conditions.iter().chain(&measure.conditions).cloned().collect();
            if Condition::parts(all).len() > MOST_CONDITIONS {
                return Err(Refusal::TooManyConditions);
            }
        }
        Ok(Self { source, conditions, groups, measures, outputs, having, order })
    }

    /// The conditions of a count, each a part by itself.
    pub(super) fn conditions_of(&self, measure: &Measure) -> Vec<Condition> {
        Condition::parts(self.conditions.iter().chain(&measure.conditions).cloned().collect())
    }

    /// What two spellings of one question have in common.
    pub(super) fn meaning(&self) -> String {
        let conditions = Condition::parts(self.conditions.clone());
        format!(
            "{:?} {:?} {:?} {conditions:?} {:?} {:?}",
            self.source.views.iter().map(|view| view.name).collect::<Vec<_>>(),
            self.source.optional,
            self.source.keys,
            self.groups,
            self.measures
        )
    }
}

/// Follows a plan down to its grouping.
fn above(plan: &LogicalPlan) -> Result<Above<'_>, Refusal> {
    match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let names = (0..aggregate.group_expr.len() + aggregate.aggr_expr.len()).map(|at| {
                let relation = Some(TableReference::bare(GROUPED));
                Expr::Column(EngineColumn::new(relation, at.to_string()))
            });
            Ok(Above { aggregate, columns: names.collect(), having: Vec::new(), order: Vec::new() })
        }
        LogicalPlan::Projection(projection) => {
            let mut below = above_or(&projection.input, &projection.expr)?;
            let columns: Result<_, _> = (projection.expr.iter())
                .map(|expr| substitute(expr, &projection.input, &below.columns))
                .collect();
            below.columns = columns?;
            Ok(below)
        }
        LogicalPlan::Filter(filter) => {
            let mut below = above(&filter.input)?;
            below.having.push(substitute(&filter.predicate, &filter.input, &below.columns)?);
            Ok(below)
        }
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => {
            let mut below = above(&sort.input)?;
            let mut order = Vec::new();
            for by in &sort.expr {
                let expr = substitute(&by.expr, &sort.input, &below.columns)?;
                order.push(SortExpr { expr, ..by.clone() });
            }
            below.order = order;
            Ok(below)
        }
        LogicalPlan::SubqueryAlias(alias) => above(&alias.input),
        other => Err(why_not(other)),
    }
}

/// Below a projection that has no grouping, the projection tells what was meant.
fn above_or<'p>(plan: &'p LogicalPlan, expressions: &[Expr]) -> Result<Above<'p>, Refusal> {
    above(plan).map_err(|refusal| {
        let asks = |expr: &Expr| matches!(unaliased(expr), Expr::ScalarSubquery(_) | Expr::Exists(_));
        if refusal == Refusal::Rows && expressions.iter().any(asks) { Refusal::Subquery } else { refusal }
    })
}

/// Reads what is counted.
struct Reader<'a> {
    source: &'a Source,
    programme: &'a Programme,
    measures: Vec<Measure>,
}

impl Reader<'_> {
    fn scope(&self) -> Scope<'_> {
        Scope { views: &self.source.views, programme: self.programme }
    }

    fn conditions(&self, expressions: &[Expr]) -> Result<Vec<Condition>, Refusal> {
        let all = expressions.iter().flat_map(conjuncts);
        all.map(|expr| Condition::read(expr, &self.scope())).collect()
    }

    /// An aggregate as a formula of counts.
    fn aggregate(&mut self, expr: &Expr, plan: &LogicalPlan) -> Result<Formula, Refusal> {
        let Expr::AggregateFunction(AggregateFunction { func, params }) = unaliased(expr) else {
            return Err(Refusal::Aggregate);
        };
        if !params.order_by.is_empty() || params.null_treatment.is_some() {
            return Err(Refusal::Aggregate);
        }
        let mut conditions = Vec::new();
        if let Some(filter) = &params.filter {
            let filter = self.source.resolve(filter, plan)?;
            conditions = self.conditions(&[filter])?;
        }
        let [argument] = params.args.as_slice() else { return Err(Refusal::Aggregate) };
        let argument = self.source.resolve(argument, plan)?;
        match (func.name(), params.distinct) {
            ("count", true) => {
                let counted = self.distinct(&argument)?;
                Ok(self.count(counted, conditions))
            }
            ("count", false) => {
                conditions.extend(self.there(&argument)?);
                Ok(self.count(self.rows()?, conditions))
            }
            ("sum", false) => {
                conditions.push(self.one_or_nothing(&argument)?);
                Ok(self.count(self.rows()?, conditions))
            }
            ("avg", false) => {
                let mut with = conditions.clone();
                with.push(self.one_or_nothing(&argument)?);
                let rows = self.rows()?;
                let part = self.count(rows.clone(), with);
                let whole = self.count(rows, conditions);
                Ok(Formula::Divide(Box::new(part), Box::new(whole)))
            }
            _ => Err(Refusal::Aggregate),
        }
    }

    fn count(&mut self, counted: Counted, conditions: Vec<Condition>) -> Formula {
        let measure = Measure { counted, conditions: Condition::parts(conditions) };
        let at = self.measures.iter().position(|known| *known == measure).unwrap_or(self.measures.len());
        if at == self.measures.len() {
            self.measures.push(measure);
        }
        Formula::Count(at)
    }

    /// The rows that `count(*)` counts.
    fn rows(&self) -> Result<Counted, Refusal> {
        let base = self.source.base().ok_or(Refusal::Repeated)?;
        match self.source.views.get(base) {
            Some(view) if view.person.is_some() && view.keys.is_empty() => Err(Refusal::Unnumbered),
            _ => Ok(Counted::Rows(base)),
        }
    }

    /// The condition under which `count(expression)` counts a row; none for `count(*)`.
    fn there(&self, argument: &Expr) -> Result<Option<Condition>, Refusal> {
        if whole_of(argument).is_some() {
            return Ok(None);
        }
        if let Expr::Case(case) = unaliased(argument) {
            return match (case.when_then_expr.as_slice(), &case.else_expr, &case.expr) {
                ([(when, then)], None, None) if whole_of(then).is_some() => {
                    Condition::read(when, &self.scope()).map(Some)
                }
                _ => Err(Refusal::Case),
            };
        }
        match self.scope().column(argument) {
            // Whoever is counted has a number.
            Some((column, Role::Key)) if self.is_base_key(&column) => Ok(None),
            Some(_) => Ok(Some(Condition::there(self.scope().usable(argument)?.0))),
            None => Err(self.scope().why_not(argument, Refusal::Counted)),
        }
    }

    fn is_base_key(&self, column: &Column) -> bool {
        let key = self.source.views.get(column.view).is_some_and(|view| {
            view.keys.contains(&column.name.as_str()) || view.person == Some(column.name.as_str())
        });
        key && !self.source.optional.contains(&column.view)
    }

    fn distinct(&self, argument: &Expr) -> Result<Counted, Refusal> {
        let (column, _) = self.scope().column(argument).ok_or(Refusal::Counted)?;
        let view = self.source.views.get(column.view).ok_or(Refusal::Counted)?;
        if self.source.optional.contains(&column.view) {
            return Err(Refusal::JoinKind);
        }
        let name = column.name.as_str();
        let about_persons = self.source.views.iter().any(|view| view.person.is_some());
        let kind = if view.person == Some(name) {
            super::tables::person_kind(name)
        } else if name == super::views::CASE_ID {
            View::named(inlav_core::registry::case::TABLE.name).map_or(view.kind, |case| case.kind)
        } else if view.keys.first() == Some(&name) && (view.person.is_some() || !about_persons) {
            // A PUA that somebody goes to is not a unit of its own: many persons are behind it.
            view.kind
        } else if view.role(name) == Role::Key {
            return Err(Refusal::Key);
        } else {
            return Err(Refusal::Counted);
        };
        Ok(Counted::Distinct(column, kind))
    }

    /// The condition in `CASE WHEN condition THEN 1 ELSE 0 END`, or in a condition cast to a number.
    fn one_or_nothing(&self, argument: &Expr) -> Result<Condition, Refusal> {
        match unaliased(argument) {
            Expr::Case(case) => {
                let zero = case.else_expr.as_deref().is_some_and(|last| number_of(last) == Some(0.0));
                match (case.when_then_expr.as_slice(), &case.expr) {
                    ([(when, then)], None) if zero && number_of(then) == Some(1.0) => {
                        Condition::read(when, &self.scope())
                    }
                    _ => Err(Refusal::Case),
                }
            }
            Expr::Cast(cast) if is_number(cast.field.data_type()) => {
                Condition::read(&cast.expr, &self.scope()).map_err(|_| Refusal::Cast)
            }
            other => match self.scope().column(other) {
                Some((_, Role::Key)) => Err(Refusal::Key),
                _ => Err(Refusal::Aggregate),
            },
        }
    }
}

/// An expression over groups and aggregates as a formula.
fn formula(expr: &Expr, known: &[Formula]) -> Result<Formula, Refusal> {
    let read = |part: &Expr| formula(part, known).map(Box::new);
    match unaliased(expr) {
        Expr::Column(column) => (column.relation.as_ref())
            .filter(|relation| relation.table() == GROUPED)
            .and_then(|_| known.get(column.name.parse::<usize>().ok()?).cloned())
            .ok_or(Refusal::Output),
        Expr::BinaryExpr(binary) => {
            let (left, right) = (read(&binary.left)?, read(&binary.right)?);
            if left.has_group() || right.has_group() {
                return Err(Refusal::Output);
            }
            match binary.op {
                Operator::Plus => Ok(Formula::Add(left, right)),
                Operator::Minus => Ok(Formula::Subtract(left, right)),
                Operator::Multiply => Ok(Formula::Multiply(left, right)),
                Operator::Divide => Ok(Formula::Divide(left, right)),
                _ => Err(Refusal::Output),
            }
        }
        Expr::Cast(cast) if is_number(cast.field.data_type()) => {
            let inner = formula(&cast.expr, known)?;
            if inner.has_group() { Err(Refusal::Output) } else { Ok(inner) }
        }
        literal @ (Expr::Literal(..) | Expr::Negative(_)) => {
            number_of(literal).map(Formula::Number).ok_or(Refusal::Output)
        }
        other => match function(other) {
            Some(("round", [inner])) => Ok(Formula::Round(read(inner)?, 0)),
            Some(("round", [inner, places])) => {
                let places = whole_of(places).and_then(|places| u32::try_from(places).ok());
                Ok(Formula::Round(read(inner)?, places.filter(|p| *p <= 6).ok_or(Refusal::Output)?))
            }
            Some(("nullif", [inner, nothing])) if number_of(nothing) == Some(0.0) => {
                Ok(Formula::NotZero(read(inner)?))
            }
            Some(_) => Err(Refusal::Function),
            None => match other {
                Expr::Case(_) => Err(Refusal::Case),
                Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) => Err(Refusal::Subquery),
                Expr::WindowFunction(_) => Err(Refusal::Window),
                Expr::Cast(_) | Expr::TryCast(_) => Err(Refusal::Cast),
                _ => Err(Refusal::Output),
            },
        },
    }
}

/// `count … number`.
fn compared(expr: &Expr, known: &[Formula]) -> Result<(Formula, Compared, f64), Refusal> {
    let Expr::BinaryExpr(binary) = unaliased(expr) else {
        let asks = matches!(unaliased(expr), Expr::Exists(_) | Expr::InSubquery(_));
        return Err(if asks { Refusal::Subquery } else { Refusal::Having });
    };
    let number = number_of(&binary.right).ok_or(match unaliased(&binary.right) {
        Expr::ScalarSubquery(_) => Refusal::Subquery,
        _ => Refusal::Having,
    })?;
    let left = formula(&binary.left, known).map_err(|fault| match fault {
        Refusal::Output => Refusal::Having,
        other => other,
    })?;
    let compared = match binary.op {
        Operator::Eq => Compared::Equal,
        Operator::NotEq => Compared::NotEqual,
        Operator::Lt => Compared::Less,
        Operator::LtEq => Compared::LessOrEqual,
        Operator::Gt => Compared::Greater,
        Operator::GtEq => Compared::GreaterOrEqual,
        _ => return Err(Refusal::Having),
    };
    if left.has_group() { Err(Refusal::Having) } else { Ok((left, compared, number)) }
}
