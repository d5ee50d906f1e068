//! A query session over a store: the clean views that indicators are written against.
//!
//! | view | one row per |
//! |---|---|
//! | `site` | PUA |
//! | `person` | person record of a PUA, with the person's number over all PUA |
//! | `"case"` | case, with `person_no` |
//! | `employment`, `service_event`, `referral`, `outcome` | row of that table, with `person_no` |
//! | `pact`, `training`, `awareness` | row of that table |
//! | `pathway` | person: the case that went furthest, its PUA and its dates |
//! | `code` | code of every code list |
//!
//! The views are in `views/*.sql`. Only they can be reached: the files behind them are in a
//! schema of their own, and nothing is registered that reads the file system.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::MemorySchemaProvider;
use datafusion::common::TableReference;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use inlav_core::codes::{Code, CodeList};
use inlav_core::policy::{PSEUDONYM_LENGTH, Policy, PolicyError};
use inlav_core::registry::{self, Table};

use crate::disclosure::WithoutPersons;
use crate::store::{Store, snapshot_name};

/// The views in the order in which they are made: each uses only those before it.
const VIEWS: [(&str, &str); 11] = [
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
/// Schema of the store's files.
const STORED: &str = "stored";
/// Schema of the same tables, current extracts only.
const SNAPSHOT: &str = "snapshot";
/// Table of person numbers in [`STORED`].
const LINKS: &str = "links";

/// A session over one store.
pub struct Session {
    context: SessionContext,
    as_of: NaiveDate,
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
    /// A folder of the store has a name that is not Unicode.
    #[error("the store's folder has a name that is not Unicode")]
    Path,
    /// The registry's default policy lacks a column.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl Session {
    /// Opens a session over a store's current extracts.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn open(store: &Store) -> Result<Self, QueryError> {
        let as_of = store.as_of().ok_or(QueryError::EmptyStore)?;
        let config = SessionConfig::new()
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
        let session = Self { context: SessionContext::new_with_config(config), as_of };
        for schema in [STORED, SNAPSHOT] {
            session.add_schema(schema)?;
        }
        session.register_links(store)?;
        session.register_codes()?;
        let policy = Policy::evaluation();
        for table in registry::tables() {
            session.register_files(store, table, &policy)?;
            session.select_current(store, table).await?;
        }
        for (name, sql) in VIEWS {
            session.view(TableReference::bare(name), sql).await?;
        }
        Ok(session)
    }

    /// Last day the data cover.
    #[must_use]
    pub const fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Plans a query: one `SELECT` over the views. `$as_of` stands for [`Session::as_of`].
    ///
    /// # Errors
    /// [`QueryError::Engine`] for anything else than a query, and for what does not plan.
    pub async fn plan(&self, sql: &str) -> Result<Query, QueryError> {
        let sql = sql.replace("$as_of", &format!("DATE '{}'", self.as_of));
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
    pub async fn run(&self, query: Query) -> Result<Vec<RecordBatch>, QueryError> {
        let frame = self
            .context
            .execute_logical_plan(query.plan)
            .await
            .map_err(|fault| engine("planning", &fault))?;
        frame.collect().await.map_err(|fault| engine("running", &fault))
    }

    fn add_schema(&self, name: &str) -> Result<(), QueryError> {
        let options = self.context.copied_config();
        let catalog = &options.options().catalog.default_catalog;
        self.context
            .catalog(catalog)
            .ok_or(QueryError::Engine { step: "opening", class: "catalogue" })?
            .register_schema(name, Arc::new(MemorySchemaProvider::new()))
            .map_err(|fault| engine("opening", &fault))?;
        Ok(())
    }

    fn register_links(&self, store: &Store) -> Result<(), QueryError> {
        let path = store.links_file().ok_or(QueryError::EmptyStore)?;
        let schema = Schema::new(vec![
            Field::new("site_id", DataType::Utf8, false),
            Field::new(
                registry::person::SITE_PERSON_ID.name,
                DataType::FixedSizeBinary(PSEUDONYM_LENGTH),
                false,
            ),
            Field::new("person_no", DataType::UInt32, false),
        ]);
        self.register(LINKS, listing(&path, Arc::new(schema), &[])?)
    }

    fn register_codes(&self) -> Result<(), QueryError> {
        let rows: Vec<[&str; 5]> = CodeList::all()
            .flat_map(|list| {
                let row = |code: &'static Code| {
                    [list.name(), &code.code, &code.maps_to, &code.label_it, &code.label_en]
                };
                list.codes().iter().map(row)
            })
            .collect();
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
        // The store's partitions; see `store`.
        let partitions = ["site_id", "period", "snapshot"];
        let files = listing(&store.table_folder(table.name), Arc::new(Schema::new(fields)), &partitions)?;
        self.register(table.name, files)
    }

    fn register(&self, name: &str, files: ListingTable) -> Result<(), QueryError> {
        self.context
            .register_table(TableReference::partial(STORED, name), Arc::new(files))
            .map_err(|fault| engine("opening", &fault))?;
        Ok(())
    }

    async fn select_current(&self, store: &Store, table: &Table) -> Result<(), QueryError> {
        // Names are 16 hexadecimal digits: nothing to escape.
        let current: Vec<_> = store
            .catalog()
            .snapshots
            .values()
            .map(|snapshot| format!("'{}'", snapshot_name(&snapshot.manifest)))
            .collect();
        let sql =
            format!("SELECT * FROM {STORED}.\"{}\" WHERE snapshot IN ({})", table.name, current.join(", "));
        self.view(TableReference::partial(SNAPSHOT, table.name), &sql).await
    }

    async fn view(&self, name: TableReference, sql: &str) -> Result<(), QueryError> {
        let query = self.context.sql(sql).await.map_err(|fault| engine("opening", &fault))?;
        self.context.register_table(name, query.into_view()).map_err(|fault| engine("opening", &fault))?;
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
        (walked.is_ok() && without).then_some(WithoutPersons(()))
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session(as of {})", self.as_of)
    }
}

fn listing(path: &Path, schema: SchemaRef, partitions: &[&str]) -> Result<ListingTable, QueryError> {
    let path = path.to_str().ok_or(QueryError::Path)?;
    // A trailing slash says that it is a folder.
    let path = if partitions.is_empty() { path.to_owned() } else { format!("{path}/") };
    let url = ListingTableUrl::parse(path).map_err(|fault| engine("opening", &fault))?;
    let columns = partitions.iter().map(|name| ((*name).to_owned(), DataType::Utf8)).collect();
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()))
        .with_file_extension(".parquet")
        .with_table_partition_cols(columns);
    let config = ListingTableConfig::new(url).with_listing_options(options).with_schema(schema);
    ListingTable::try_new(config).map_err(|fault| engine("opening", &fault))
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
mod tests {
    use inlav_core::whole::{self, Access, Existing};
    use sha2::{Digest as _, Sha256};

    use super::*;

    /// A session over a store that has a catalogue and no rows: enough to plan.
    fn session() -> (tempfile::TempDir, Session, tokio::runtime::Runtime) {
        let folder = tempfile::tempdir().unwrap();
        let zeros = "0".repeat(64);
        let links: String =
            hex::encode(Sha256::digest(b"")).chars().take(16).collect::<String>() + ".parquet";
        whole::write(&folder.path().join("links").join(&links), b"", Access::Shared, Existing::Refuse)
            .unwrap();
        let catalog = format!(
            r#"{{"version":1,"common":null,"links":"{links}","persons":0,"link_conflicts":0,"snapshots":{{"PUA01":
                {{"as_of":"2025-06-30","manifest":"{zeros}","policy":"{zeros}","rows":{{}},"files":{{}}}}}}}}"#
        );
        let path = folder.path().join("catalog.json");
        whole::write(&path, catalog.as_bytes(), Access::Shared, Existing::Refuse).unwrap();
        let store = Store::open(folder.path()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        let session = runtime.block_on(Session::open(&store)).unwrap();
        (folder, session, runtime)
    }

    #[test]
    fn a_query_about_persons_is_seen() {
        let (_folder, session, runtime) = session();
        let proof = |sql: &str| runtime.block_on(session.plan(sql)).unwrap().without_persons();
        for sql in ["SELECT site_id FROM site WHERE opened_on <= $as_of", "SELECT ambito_id FROM awareness"] {
            assert!(proof(sql).is_some(), "{sql}");
        }
        for sql in [
            "SELECT person_no FROM person",
            "SELECT COUNT(*) FROM pathway",
            "SELECT site_id FROM site WHERE EXISTS (SELECT 1 FROM \"case\")",
            "SELECT ambito_id FROM awareness WHERE site_id IN (SELECT site_id FROM training)",
            "SELECT (SELECT COUNT(*) FROM referral) FROM pact",
            "SELECT person_no FROM stored.links",
        ] {
            assert!(proof(sql).is_none(), "{sql}");
        }
    }

    #[test]
    fn only_queries_are_planned() {
        let (_folder, session, runtime) = session();
        for sql in [
            "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
            "COPY (SELECT 1) TO '/tmp/x.parquet'",
            "SET datafusion.catalog.information_schema = true",
            "DROP TABLE person",
            "SELECT * FROM '/etc/passwd'",
        ] {
            assert!(runtime.block_on(session.plan(sql)).is_err(), "{sql}");
        }
    }

    #[test]
    fn an_engine_error_holds_no_value() {
        let (_folder, session, runtime) = session();
        let failed = runtime.block_on(async {
            let query = session.plan("SELECT CAST('Provafalso' AS INT)").await?;
            session.run(query).await
        });
        let error = failed.unwrap_err();
        assert!(!error.to_string().contains("Provafalso") && !format!("{error:?}").contains("Provafalso"));
    }
}
