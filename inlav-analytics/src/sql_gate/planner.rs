//! From the text of a query to a plan, by an engine that knows the views' columns and has no row:
//! whatever it evaluates while planning, it cannot touch data.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query, SelectFlavor, SetExpr, Statement as Ast, Visit as _, Visitor,
};

use super::refusal::Refusal;
use super::views::{VIEWS, View};
use crate::session::{QueryError, Session};

/// Longest query, in bytes.
const LONGEST: usize = 8_000;
/// Tables named in one query, and queries within it: what is named twice is planned twice.
const MOST_NAMES: usize = 12;
/// Queries within queries.
const MOST_QUERIES: usize = 8;
/// Levels of brackets and queries.
const DEEPEST: usize = 40;

/// Plans queries without data.
pub(super) struct Planner {
    context: SessionContext,
}

impl std::fmt::Debug for Planner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Planner")
    }
}

impl Planner {
    /// A planner for a session's views.
    pub(super) async fn of(session: &Session) -> Result<Self, QueryError> {
        let config = SessionConfig::new().with_information_schema(false);
        let context = SessionContext::new_with_config(config);
        for View { name, .. } in &VIEWS {
            let table = Arc::new(EmptyTable::new(session.columns_of(name).await?));
            let registered = context.register_table(TableReference::bare(*name), table);
            registered.map_err(|_| QueryError::Engine { step: "opening", class: "views" })?;
        }
        Ok(Self { context })
    }

    /// The plan of a query: one `SELECT`.
    ///
    /// # Errors
    /// [`Refusal`], decided from the text alone.
    pub(super) async fn plan(&self, sql: &str) -> Result<LogicalPlan, Refusal> {
        if sql.len() > LONGEST {
            return Err(Refusal::TooComplex);
        }
        let mut parser = DFParserBuilder::new(sql)
            .with_recursion_limit(DEEPEST)
            .build()
            .map_err(|fault| refusal(&fault, Refusal::Syntax))?;
        let mut statements = parser.parse_statements().map_err(|fault| refusal(&fault, Refusal::Syntax))?;
        let statement = match (statements.pop_front(), statements.is_empty()) {
            (Some(statement), true) => statement,
            (Some(_), false) => return Err(Refusal::SeveralStatements),
            (None, _) => return Err(Refusal::Syntax),
        };
        let Statement::Statement(ast) = &statement else { return Err(Refusal::NotASelect) };
        if !matches!(**ast, Ast::Query(_)) {
            return Err(Refusal::NotASelect);
        }
        if let ControlFlow::Break(refusal) = ast.visit(&mut Walk::default()) {
            return Err(refusal);
        }
        let planned = self.context.state().statement_to_plan(statement).await;
        planned.map_err(|fault| refusal(&fault, Refusal::UnknownName))
    }
}

/// An engine's fault as a refusal; of its message nothing is taken.
fn refusal(fault: &DataFusionError, otherwise: Refusal) -> Refusal {
    match fault.find_root() {
        DataFusionError::SQL(..) => Refusal::Syntax,
        _ => otherwise,
    }
}

/// What of the text is looked at before it is planned: what would cost time, and what the plan does
/// not show any more.
#[derive(Default)]
struct Walk {
    names: usize,
    queries: usize,
}

impl Visitor for Walk {
    type Break = Refusal;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Refusal> {
        self.queries += 1;
        if self.queries > MOST_QUERIES {
            return ControlFlow::Break(Refusal::TooComplex);
        }
        if query.with.as_ref().is_some_and(|with| with.recursive) {
            return ControlFlow::Break(Refusal::Recursive);
        }
        if query.limit_clause.is_some() || query.fetch.is_some() {
            return ControlFlow::Break(Refusal::Limit);
        }
        match &*query.body {
            SetExpr::Select(select) => {
                let is_plain = select.flavor == SelectFlavor::Standard
                    && select.into.is_none()
                    && select.top.is_none()
                    && select.qualify.is_none()
                    && select.lateral_views.is_empty();
                if select.top.is_some() {
                    return ControlFlow::Break(Refusal::Limit);
                }
                if select.qualify.is_some() {
                    return ControlFlow::Break(Refusal::Window);
                }
                if is_plain { ControlFlow::Continue(()) } else { ControlFlow::Break(Refusal::NotASelect) }
            }
            SetExpr::Query(_) => ControlFlow::Continue(()),
            SetExpr::SetOperation { .. } | SetExpr::Values(_) => ControlFlow::Break(Refusal::SetOperation),
            _ => ControlFlow::Break(Refusal::NotASelect),
        }
    }

    fn pre_visit_relation(&mut self, _relation: &ObjectName) -> ControlFlow<Refusal> {
        self.names += 1;
        if self.names > MOST_NAMES {
            ControlFlow::Break(Refusal::TooComplex)
        } else {
            ControlFlow::Continue(())
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Refusal> {
        match expr {
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                ControlFlow::Break(Refusal::Subquery)
            }
            Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } | Expr::RLike { .. } => {
                ControlFlow::Break(Refusal::Pattern)
            }
            Expr::Function(function) if function.over.is_some() => ControlFlow::Break(Refusal::Window),
            Expr::TypedString(_) | Expr::Cast { .. } => ControlFlow::Continue(()),
            _ => ControlFlow::Continue(()),
        }
    }
}
