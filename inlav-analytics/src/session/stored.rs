//! A table of the store as the engine reads it: the files of the catalogue and no others.
//!
//! Files are named one by one. A folder is never listed, so that what somebody adds to the store
//! is not read, and no path is taken for a pattern or an address.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::object_store;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use inlav_core::registry;

use super::QueryError;
use crate::store::StoredFile;

/// Column that says of which PUA a row is.
pub(super) const SITE_ID: &str = registry::site::SITE_ID.name;

/// A table whose rows are in files that are known beforehand.
#[derive(Debug)]
pub(super) struct StoredTable {
    schema: TableSchema,
    files: Vec<PartitionedFile>,
}

impl StoredTable {
    /// A table of one file per PUA; the column [`SITE_ID`] is added to those of the files.
    pub(super) fn by_site(schema: SchemaRef, files: &[StoredFile]) -> Result<Self, QueryError> {
        let site = Arc::new(Field::new(SITE_ID, DataType::Utf8, false));
        let of_site = |stored: &StoredFile| {
            let file = located(&stored.path)?;
            Ok(file.with_partition_values(vec![ScalarValue::Utf8(Some(stored.site.clone()))]))
        };
        let files = files.iter().map(of_site).collect::<Result<_, QueryError>>()?;
        let schema = TableSchema::builder(schema).with_table_partition_cols(vec![site]).build();
        Ok(Self { schema, files })
    }

    /// A table of one file.
    pub(super) fn single(schema: SchemaRef, path: &Path) -> Result<Self, QueryError> {
        Ok(Self { schema: TableSchema::from(schema), files: vec![located(path)?] })
    }

    fn plan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        if self.files.is_empty() {
            let schema = self.schema();
            let projected =
                projection.map_or(Ok(schema.clone()), |columns| schema.project(columns).map(Arc::new))?;
            return Ok(Arc::new(EmptyExec::new(projected)));
        }
        let groups = FileGroup::new(self.files.clone()).split_files(state.config().target_partitions());
        let source = Arc::new(ParquetSource::new(self.schema.clone()));
        let scan = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(scan))
    }
}

impl TableProvider for StoredTable {
    fn schema(&self) -> SchemaRef {
        self.schema.table_schema().clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// The trait is written with the macro `async_trait`; this is what it makes of `async fn scan`.
    fn scan<'table, 'state, 'columns, 'filters, 'plan>(
        &'table self,
        state: &'state dyn Session,
        projection: Option<&'columns Vec<usize>>,
        _filters: &'filters [Expr],
        limit: Option<usize>,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<dyn ExecutionPlan>, DataFusionError>> + Send + 'plan>>
    where
        'table: 'plan,
        'state: 'plan,
        'columns: 'plan,
        'filters: 'plan,
        Self: 'plan,
    {
        Box::pin(std::future::ready(self.plan(state, projection, limit)))
    }
}

/// A file as the engine finds it, whatever characters are in its path.
fn located(path: &Path) -> Result<PartitionedFile, QueryError> {
    let unreadable = QueryError::Engine { step: "opening", class: "file access" };
    let location = match object_store::path::Path::from_filesystem_path(path) {
        Ok(location) => location,
        Err(object_store::path::Error::Canonicalize { .. }) => return Err(unreadable),
        Err(_) => return Err(QueryError::Path),
    };
    let size = std::fs::metadata(path).map_err(|_| unreadable)?.len();
    let mut file = PartitionedFile::new("", size);
    // Set as it is: `new` would escape characters that the file system has.
    file.object_meta.location = location;
    Ok(file)
}
