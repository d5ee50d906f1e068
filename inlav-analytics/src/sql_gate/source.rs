//! What stands below the grouping of a query: views, how they are joined, conditions on rows.
//! Queries within `FROM` are flattened.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column as EngineColumn, JoinType, TableReference};
use datafusion::logical_expr::{BinaryExpr, Expr, Join, LogicalPlan, Operator};

use super::expression::{Column, Scope, conjuncts, instance, size, unaliased};
use super::refusal::Refusal;
use super::views::{CASE_ID, OPERATOR_NO, PERSON_NO, SITE_ID, SITE_PERSON_ID, View};
use inlav_core::programme::Programme;

/// Columns by which views may be joined.
const KEYS: [&str; 5] = [PERSON_NO, OPERATOR_NO, CASE_ID, SITE_PERSON_ID, SITE_ID];
/// Views in one query.
const MOST_VIEWS: usize = 6;
/// Parts of one expression, once queries within queries are flattened.
const MOST_PARTS: usize = 600;

/// Views joined and conditions on their rows.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The views, by place.
    pub(super) views: Vec<&'static View>,
    /// Places of views of which a row need not have a partner.
    pub(super) optional: BTreeSet<usize>,
    /// For two places the columns that agree.
    pub(super) keys: BTreeMap<(usize, usize), BTreeSet<&'static str>>,
    /// Conditions, as the engine has them, over columns of instances.
    pub(super) conditions: Vec<Expr>,
    /// What the plan's columns are, in the order of its schema.
    columns: Vec<Expr>,
}

impl Source {
    /// Reads the plan below a grouping.
    ///
    /// # Errors
    /// The [`Refusal`] of the first thing that is not allowed.
    pub(super) fn read(plan: &LogicalPlan, programme: &Programme) -> Result<Self, Refusal> {
        let mut source = Self::default();
        source.columns = source.flatten(plan, programme)?;
        if source.views.is_empty() {
            return Err(Refusal::NoView);
        }
        source.take_keys(programme)?;
        source.require_joined()?;
        Ok(source)
    }

    /// An expression over the plan's columns, as one over columns of instances.
    pub(super) fn resolve(&self, expr: &Expr, plan: &LogicalPlan) -> Result<Expr, Refusal> {
        substitute(expr, plan, &self.columns)
    }

    /// The view whose rows are the rows of the join: every other one adds one row at most to each.
    pub(super) fn base(&self) -> Option<usize> {
        (0..self.views.len()).find(|&base| {
            let mut reached = BTreeSet::from([base]);
            loop {
                let next = (0..self.views.len())
                    .find(|to| !reached.contains(to) && reached.iter().any(|&from| self.is_one(from, *to)));
                match next {
                    Some(next) => reached.insert(next),
                    None => break,
                };
            }
            reached.len() == self.views.len() && !self.optional.contains(&base)
        })
    }

    /// The keys between two places, whichever comes first.
    pub(super) fn between(&self, left: usize, right: usize) -> Option<&BTreeSet<&'static str>> {
        self.keys.get(&(left.min(right), left.max(right)))
    }

    /// Whether a row at `from` has one partner at most at `to`.
    fn is_one(&self, from: usize, to: usize) -> bool {
        let keys = self.views.get(to).map_or(&[][..], |view| view.keys);
        self.between(from, to).is_some_and(|shared| keys.iter().any(|key| shared.contains(key)))
    }

    /// Adds the views and conditions of a plan; yields what its columns are.
    fn flatten(&mut self, plan: &LogicalPlan, programme: &Programme) -> Result<Vec<Expr>, Refusal> {
        match plan {
            LogicalPlan::TableScan(scan) => {
                let view = match (scan.table_name.schema(), View::named(scan.table_name.table())) {
                    (None | Some("public"), Some(view)) => view,
                    _ => return Err(Refusal::UnknownName),
                };
                if self.views.contains(&view) {
                    return Err(Refusal::SelfJoin);
                }
                if self.views.len() == MOST_VIEWS {
                    return Err(Refusal::TooComplex);
                }
                let relation = TableReference::bare(instance(self.views.len()));
                self.views.push(view);
                let columns = scan.projected_schema.fields().iter();
                Ok(columns
                    .map(|field| Expr::Column(EngineColumn::new(Some(relation.clone()), field.name())))
                    .collect())
            }
            LogicalPlan::SubqueryAlias(alias) => self.flatten(&alias.input, programme),
            LogicalPlan::Projection(projection) => {
                let below = self.flatten(&projection.input, programme)?;
                projection.expr.iter().map(|expr| substitute(expr, &projection.input, &below)).collect()
            }
            LogicalPlan::Filter(filter) => {
                let columns = self.flatten(&filter.input, programme)?;
                self.conditions.push(substitute(&filter.predicate, &filter.input, &columns)?);
                Ok(columns)
            }
            // A selection in an order is the same selection.
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => self.flatten(&sort.input, programme),
            LogicalPlan::Join(join) => self.join(join, programme),
            other => Err(why_not(other)),
        }
    }

    fn join(&mut self, join: &Join, programme: &Programme) -> Result<Vec<Expr>, Refusal> {
        let mut columns = self.flatten(&join.left, programme)?;
        let (views, conditions) = (self.views.len(), self.conditions.len());
        columns.extend(self.flatten(&join.right, programme)?);
        let mut on = Vec::new();
        for (left, right) in &join.on {
            on.push(Expr::BinaryExpr(BinaryExpr::new(
                Box::new(left.clone()),
                Operator::Eq,
                Box::new(right.clone()),
            )));
        }
        on.extend(join.filter.clone());
        let whole = LogicalPlan::Join(join.clone());
        let on: Vec<Expr> =
            on.iter().map(|expr| substitute(expr, &whole, &columns)).collect::<Result<_, _>>()?;
        match join.join_type {
            JoinType::Inner => self.conditions.extend(on),
            JoinType::Left => {
                let right = views;
                if self.views.len() != views + 1 || self.conditions.len() != conditions {
                    return Err(Refusal::JoinKind);
                }
                for expr in on.iter().flat_map(conjuncts) {
                    match self.key(expr, programme) {
                        Some((left, own, key)) if own == right || left == right => {
                            self.add_key(left, own, key);
                        }
                        _ => return Err(Refusal::JoinKind),
                    }
                }
                self.optional.insert(right);
            }
            _ => return Err(Refusal::JoinKind),
        }
        Ok(columns)
    }

    /// Takes the equations of keys out of the conditions.
    fn take_keys(&mut self, programme: &Programme) -> Result<(), Refusal> {
        let mut rest = Vec::new();
        for condition in std::mem::take(&mut self.conditions) {
            for expr in conjuncts(&condition) {
                match self.key(expr, programme) {
                    Some((left, right, key)) => {
                        if self.optional.contains(&left) || self.optional.contains(&right) {
                            return Err(Refusal::JoinKind);
                        }
                        self.add_key(left, right, key);
                    }
                    None if compares_columns(expr) => return Err(Refusal::JoinKey),
                    None => rest.push(expr.clone()),
                }
            }
        }
        self.conditions = rest;
        Ok(())
    }

    fn add_key(&mut self, left: usize, right: usize, key: &'static str) {
        self.keys.entry((left.min(right), left.max(right))).or_default().insert(key);
    }

    /// Two places and the key in which they agree, if the condition says that.
    fn key(&self, expr: &Expr, programme: &Programme) -> Option<(usize, usize, &'static str)> {
        let Expr::BinaryExpr(binary) = unaliased(expr) else { return None };
        let scope = Scope { views: &self.views, programme };
        let (left, _): (Column, _) = scope.column(&binary.left)?;
        let (right, _): (Column, _) = scope.column(&binary.right)?;
        let key = KEYS.into_iter().find(|key| *key == left.name)?;
        let agrees = binary.op == Operator::Eq && left.name == right.name && left.view != right.view;
        agrees.then_some((left.view, right.view, key))
    }

    /// Refuses views that are joined by less than a key, or not at all.
    fn require_joined(&self) -> Result<(), Refusal> {
        let site = |place: usize| self.views.get(place).is_some_and(|view| view.keys == [SITE_ID]);
        let fits = self.keys.iter().all(|((left, right), keys)| {
            keys.iter().any(|key| *key != SITE_ID) || site(*left) || site(*right)
        });
        let all = |_: usize| true;
        let of_persons = |place: usize| self.views.get(place).is_some_and(|view| view.person.is_some());
        // Persons who have nothing in common but their PUA would answer for one another.
        let connected = self.is_connected(all, true) && self.is_connected(of_persons, false);
        let persons: BTreeSet<&str> = self.views.iter().filter_map(|view| view.person).collect();
        if fits && connected && persons.len() <= 1 { Ok(()) } else { Err(Refusal::JoinKey) }
    }
}

impl Source {
    /// Whether the views at some places are joined with each other: by any key, or by one besides the PUA.
    fn is_connected(&self, among: impl Fn(usize) -> bool, by_site: bool) -> bool {
        let places: Vec<usize> = (0..self.views.len()).filter(|&place| among(place)).collect();
        let joined = |left: usize, right: usize| {
            self.between(left, right).into_iter().flatten().any(|key| by_site || *key != SITE_ID)
        };
        let mut reached: BTreeSet<usize> = places.iter().copied().take(1).collect();
        while let Some(&next) =
            places.iter().find(|to| !reached.contains(to) && reached.iter().any(|&from| joined(from, **to)))
        {
            reached.insert(next);
        }
        reached.len() == places.len()
    }
}

/// Whether both sides of a comparison are nothing but columns.
fn compares_columns(expr: &Expr) -> bool {
    match unaliased(expr) {
        Expr::BinaryExpr(binary) => {
            let is_column = |side: &Expr| matches!(unaliased(side), Expr::Column(_));
            binary.op == Operator::Eq && is_column(&binary.left) && is_column(&binary.right)
        }
        _ => false,
    }
}

/// Writes the columns of `plan` in an expression as what they are.
pub(super) fn substitute(expr: &Expr, plan: &LogicalPlan, columns: &[Expr]) -> Result<Expr, Refusal> {
    let replaced = expr.clone().transform(|part| match &part {
        Expr::Column(column) => {
            let found = plan.schema().maybe_index_of_column(column).and_then(|at| columns.get(at));
            match found {
                // Not looked into again: what stands there is resolved.
                Some(found) => Ok(Transformed::new(
                    unaliased(found).clone(),
                    true,
                    datafusion::common::tree_node::TreeNodeRecursion::Jump,
                )),
                None => Ok(Transformed::no(part)),
            }
        }
        _ => Ok(Transformed::no(part)),
    });
    let replaced = replaced.map_err(|_| Refusal::TooComplex)?.data;
    if size(&replaced, MOST_PARTS) > MOST_PARTS { Err(Refusal::TooComplex) } else { Ok(replaced) }
}

/// Why a step of a plan is not allowed.
pub(super) fn why_not(plan: &LogicalPlan) -> Refusal {
    match plan {
        LogicalPlan::Aggregate(_) => Refusal::Nested,
        LogicalPlan::Window(_) => Refusal::Window,
        LogicalPlan::Union(_) => Refusal::SetOperation,
        LogicalPlan::Limit(_) | LogicalPlan::Sort(_) => Refusal::Limit,
        LogicalPlan::Distinct(_) => Refusal::Distinct,
        LogicalPlan::RecursiveQuery(_) => Refusal::Recursive,
        LogicalPlan::Subquery(_) => Refusal::Subquery,
        LogicalPlan::EmptyRelation(_) | LogicalPlan::Values(_) => Refusal::NoView,
        LogicalPlan::Unnest(_) => Refusal::Function,
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::TableScan(_)
        | LogicalPlan::SubqueryAlias(_) => Refusal::Rows,
        _ => Refusal::NotASelect,
    }
}
