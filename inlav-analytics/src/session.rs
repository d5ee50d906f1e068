//! A query session over a store: the clean views that indicators are written against.
//!
//! | view | one row per |
//! |---|---|
//! | `site` | PUA that is open |
//! | `person` | person record of a PUA, with the person's number over all PUA |
//! | `"case"` | case, with `person_no` |
//! | `employment`, `service_event`, `referral`, `outcome` | row of that table, with `person_no` |
//! | `pact`, `training`, `awareness` | row of that table |
//! | `pathway` | person: the case that went furthest, its PUA and its dates |
//! | `code` | code of every code list |
//!
//! The views are in `views/*.sql`. Only they can be reached: the files behind them are in a
//! schema that is there while the views are made and gone afterwards, and nothing is registered
//! that reads the file system.
//!
//! The views show the programme as it was on [`Session::as_of`], the last day that the extracts of
//! all PUA cover: what a later extract of one PUA knows beyond that day is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{CatalogProvider, MemorySchemaProvider};
use datafusion::common::TableReference;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use inlav_core::codes::CodeLists;
use inlav_core::policy::{PSEUDONYM_LENGTH, Policy, PolicyError};
use inlav_core::registry::{self, Table};

use crate::disclosure::WithoutPersons;
use crate::rows::Columns;
use crate::store::{LinksOf, OPERATORS, PERSONS, Store};

mod overlap;
mod stored;

use stored::{SITE_ID, StoredTable};

/// The views in the order in which they are made: each uses only those before it.
pub(crate) const VIEWS: [(&str, &str); 11] = [
    ("site", include_str!("views/site.sql")),
    ("pact", include_str!("views/pact.sql")),
    ("awareness", include_str!("views/awareness.sql")),
    ("training", include_str!("views/training.sql")),
    ("person", include_str!("views/person.sql")),
    ("case", include_str!("views/case.sql")),
    ("employment", include_str!("views/employment.sql")),
    ("service_event", include_str!("views/service_event.sql")),
    ("referral", include_str!("views/referral.sql")),
    ("outcome", include_str!("views/outcome.sql")),
    ("pathway", include_str!("views/pathway.sql")),
];
/// Schema of the files of the current extracts, and of the links.
const STORED: &str = "stored";
/// Table of person numbers in [`STORED`].
const LINKS: &str = "links";
/// Table of operator numbers in [`STORED`].
const OPERATOR_LINKS: &str = "operator_links";

/// A session over one store. Rows cannot be asked of it from outside of this crate: what
/// [`crate::evaluate`] counts in them is shown by disclosure control alone.
pub struct Session {
    context: SessionContext,
    as_of: NaiveDate,
    sites: Vec<String>,
}

/// A query, planned and allowed.
#[derive(Debug)]
pub struct Query {
    plan: LogicalPlan,
}

/// A query failed. Engine messages quote cell values, so none is passed on: only the step that
/// failed and the engine's class of error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The store holds no extract.
    #[error("the store is empty; ingest extracts first")]
    EmptyStore,
    /// The engine failed.
    #[error("the query engine failed while {step} ({class})")]
    Engine {
        /// What it was doing.
        step: &'static str,
        /// Its class of error.
        class: &'static str,
    },
    /// The path of the store cannot be written as Unicode text.
    #[error("the store's folder has a name that is not Unicode")]
    Path,
    /// The engine does not find the rows that were ingested.
    #[error(
        "table {table} of the store does not have the rows that were ingested; ingest its extracts again into a new store"
    )]
    Rows {
        /// The table.
        table: &'static str,
    },
    /// The registry's default policy lacks a column.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl Session {
    /// Opens a session over a store's current extracts, with the code lists of a programme.
    ///
    /// # Guarantee
    /// What is read are the files of the catalogue, whatever else is in the store's folder and
    /// whatever its path, and the engine finds as many rows in them as were ingested. Tests
    /// `any_path_of_a_store_is_read` and `a_file_that_was_added_is_not_read`.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn open(store: &Store, lists: &CodeLists) -> Result<Self, QueryError> {
        let as_of = store.as_of().ok_or(QueryError::EmptyStore)?;
        let config = SessionConfig::new()
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
        let sites = store.catalog().snapshots.keys().cloned().collect();
        let session = Self { context: SessionContext::new_with_config(config), as_of, sites };
        session.add_schema(STORED)?;
        session.register_codes(lists)?;
        let policy = Policy::evaluation();
        for table in registry::tables() {
            session.register_files(store, table, &policy)?;
            let expected = store.files_of(table.name).map(|file| (file.site, file.rows)).collect();
            session.expect_rows(table.name, expected).await?;
        }
        session.register_links(store, LINKS, &PERSONS)?;
        session.register_links(store, OPERATOR_LINKS, &OPERATORS)?;
        let persons = store.files_of(registry::person::TABLE.name).map(|file| (file.site, file.rows));
        session.expect_rows(LINKS, persons.collect()).await?;
        for (name, sql) in VIEWS {
            session.view(name, sql).await?;
        }
        // Each view holds the plan that reads the files; nobody else finds them from here on.
        session.catalog()?.deregister_schema(STORED, true).map_err(|fault| engine("opening", &fault))?;
        Ok(session)
    }

    /// Last day that the data of every PUA cover; the views show nothing of later days.
    #[must_use]
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The PUA whose extracts the store has.
    #[must_use]
    pub fn sites(&self) -> &[String] {
        &self.sites
    }

    /// The columns of a view.
    ///
    /// # Errors
    /// [`QueryError::Engine`] if there is no such view.
    pub(crate) async fn columns_of(&self, view: &str) -> Result<SchemaRef, QueryError> {
        let found = self.context.table_provider(TableReference::bare(view)).await;
        Ok(found.map_err(|fault| engine("opening", &fault))?.schema())
    }

    /// Plans a query: one `SELECT` over the views. `$as_of` stands for [`Session::as_of`].
    ///
    /// # Errors
    /// [`QueryError::Engine`] for anything else than a query, and for what does not plan.
    pub(crate) async fn plan(&self, sql: &str) -> Result<Query, QueryError> {
        let sql = self.dated(sql);
        let plan = self
            .context
            .state()
            .create_logical_plan(&sql)
            .await
            .map_err(|fault| engine("planning", &fault))?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|fault| engine("planning", &fault))?;
        Ok(Query { plan })
    }

    /// Runs a query.
    ///
    /// # Errors
    /// [`QueryError::Engine`].
    pub(crate) async fn run(&self, query: Query) -> Result<Vec<RecordBatch>, QueryError> {
        let frame = self
            .context
            .execute_logical_plan(query.plan)
            .await
            .map_err(|fault| engine("planning", &fault))?;
        frame.collect().await.map_err(|fault| engine("running", &fault))
    }

    /// SQL with the day that `$as_of` stands for.
    fn dated(&self, sql: &str) -> String {
        sql.replace("$as_of", &format!("DATE '{}'", self.as_of))
    }

    fn add_schema(&self, name: &str) -> Result<(), QueryError> {
        self.catalog()?
            .register_schema(name, Arc::new(MemorySchemaProvider::new()))
            .map_err(|fault| engine("opening", &fault))?;
        Ok(())
    }

    fn catalog(&self) -> Result<Arc<dyn CatalogProvider>, QueryError> {
        let options = self.context.copied_config();
        let name = &options.options().catalog.default_catalog;
        self.context.catalog(name).ok_or(QueryError::Engine { step: "opening", class: "catalogue" })
    }

    fn register_links(&self, store: &Store, name: &str, links: &LinksOf) -> Result<(), QueryError> {
        let path = store.links_file(links).ok_or(QueryError::EmptyStore)?;
        let schema = Schema::new(vec![
            Field::new(SITE_ID, DataType::Utf8, false),
            Field::new(links.own, DataType::FixedSizeBinary(PSEUDONYM_LENGTH), false),
            Field::new(links.number, DataType::UInt64, false),
        ]);
        self.register(name, StoredTable::single(Arc::new(schema), &path)?)
    }

    fn register_codes(&self, lists: &CodeLists) -> Result<(), QueryError> {
        let mut rows: Vec<[&str; 5]> = Vec::new();
        for list in lists.all() {
            for code in list.codes() {
                rows.push([list.name(), &code.code, &code.maps_to, &code.label_it, &code.label_en]);
            }
        }
        let names = ["list", "code", "maps_to", "label_it", "label_en"];
        let columns = names.into_iter().enumerate().map(|(index, name)| {
            let texts = rows.iter().filter_map(|row| row.get(index));
            (name, Arc::new(StringArray::from_iter_values(texts)) as ArrayRef)
        });
        let batch = RecordBatch::try_from_iter(columns).expect("the five columns have one entry per code");
        self.context.register_batch("code", batch).map_err(|fault| engine("opening", &fault))?;
        Ok(())
    }

    fn register_files(
        &self,
        store: &Store,
        table: &'static Table,
        policy: &Policy,
    ) -> Result<(), QueryError> {
        let fields: Vec<_> = policy
            .extract_columns(table)?
            .into_iter()
            .map(|column| Field::new(column.name, column.data_type, true))
            .collect();
        let files: Vec<_> = store.files_of(table.name).collect();
        self.register(table.name, StoredTable::by_site(Arc::new(Schema::new(fields)), &files)?)
    }

    fn register(&self, name: &str, table: StoredTable) -> Result<(), QueryError> {
        self.context
            .register_table(TableReference::partial(STORED, name), Arc::new(table))
            .map_err(|fault| engine("opening", &fault))?;
        Ok(())
    }

    /// Compares the rows that the engine finds in a stored table with those ingested, by PUA.
    async fn expect_rows(
        &self,
        table: &'static str,
        mut expected: BTreeMap<String, u64>,
    ) -> Result<(), QueryError> {
        expected.retain(|_, rows| *rows > 0);
        let sql = format!("SELECT {SITE_ID}, COUNT(*) AS found FROM {STORED}.\"{table}\" GROUP BY {SITE_ID}");
        let frame = self.context.sql(&sql).await.map_err(|fault| engine("opening", &fault))?;
        let batches = frame.collect().await.map_err(|fault| engine("opening", &fault))?;
        let mut found = BTreeMap::new();
        for batch in &batches {
            let columns = Columns::of(batch);
            let sites = columns.codes(SITE_ID).map_err(|_| QueryError::Rows { table })?;
            let rows = columns.numbers("found").map_err(|_| QueryError::Rows { table })?;
            found.extend(sites.into_iter().zip(rows));
        }
        if found == expected { Ok(()) } else { Err(QueryError::Rows { table }) }
    }

    async fn view(&self, name: &str, sql: &str) -> Result<(), QueryError> {
        let query = self.context.sql(&self.dated(sql)).await.map_err(|fault| engine("opening", &fault))?;
        self.context
            .register_table(TableReference::bare(name), query.into_view())
            .map_err(|fault| engine("opening", &fault))?;
        Ok(())
    }
}

impl Query {
    /// The proof that the query reads no table that is about persons, views followed to the files
    /// behind them; `None` if it reads one.
    ///
    /// # Guarantee
    /// With a proof, no row of the answer depends on a person: the plan scans only tables whose
    /// registry entry says `about_persons: false`. Test `a_query_about_persons_is_seen`.
    #[must_use]
    pub fn without_persons(&self) -> Option<WithoutPersons> {
        let mut without = true;
        let walked = self.plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                let table = registry::table(scan.table_name.table());
                without &= table.is_some_and(|table| !table.about_persons);
            }
            Ok(TreeNodeRecursion::Continue)
        });
        (walked.is_ok() && without).then_some(WithoutPersons::asserted())
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session(as of {})", self.as_of)
    }
}

/// The class of an engine error, without its message.
fn engine(step: &'static str, fault: &DataFusionError) -> QueryError {
    let class = match fault.find_root() {
        DataFusionError::SQL(..) => "SQL syntax",
        DataFusionError::SchemaError(..) => "unknown table or column",
        DataFusionError::Plan(_) => "plan",
        DataFusionError::NotImplemented(_) => "not supported",
        DataFusionError::ResourcesExhausted(_) => "out of memory",
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => "file access",
        DataFusionError::ParquetError(_) => "damaged Parquet file",
        DataFusionError::ArrowError(..) => "values",
        _ => "execution",
    };
    QueryError::Engine { step, class }
}

#[cfg(test)]
mod tests;
