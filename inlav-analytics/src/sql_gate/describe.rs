//! The views and columns that queries may use, told without the engine's `DESCRIBE`.

use inlav_core::language::{Bilingual, Language};
use inlav_core::programme::Programme;
use inlav_core::registry;

use super::views::{Codes, PATHWAY, Role, VIEWS, View};
use crate::session::{QueryError, Session};

/// A view, for readers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DescribedView {
    /// Its name in SQL; `case` has to be quoted there.
    pub name: &'static str,
    /// What a row is.
    pub label: Bilingual,
    /// Its columns, in order.
    pub columns: Vec<DescribedColumn>,
}

/// A column, for readers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DescribedColumn {
    /// Its name in SQL.
    pub name: String,
    /// What may be done with it.
    pub usage: ColumnUse,
    /// Its codes, if it has any.
    pub codes: Vec<String>,
}

/// What a query may do with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnUse {
    /// Group by its codes, compare it with them.
    Codes,
    /// Group by it, use it as a condition.
    YesNo,
    /// Group by and compare months, quarters, years.
    Date,
    /// Group by it, also in bands; compare it with years.
    Year,
    /// Count it distinct, join by it.
    Key,
    /// Nothing.
    None,
}

/// The views and columns of a session.
///
/// # Errors
/// [`QueryError`] if the views cannot be looked at.
pub async fn describe(session: &Session, programme: &Programme) -> Result<Vec<DescribedView>, QueryError> {
    let mut described = Vec::new();
    for view in &VIEWS {
        let schema = session.columns_of(view.name).await?;
        let columns = schema.fields().iter().map(|field| column(view, field.name(), session, programme));
        described.push(DescribedView { name: view.name, label: label(view), columns: columns.collect() });
    }
    Ok(described)
}

fn column(view: &View, name: &str, session: &Session, programme: &Programme) -> DescribedColumn {
    let role = view.role(name);
    let usage = match &role {
        Role::Codes(_) => ColumnUse::Codes,
        Role::YesNo => ColumnUse::YesNo,
        Role::Date => ColumnUse::Date,
        Role::Year => ColumnUse::Year,
        Role::Key => ColumnUse::Key,
        Role::Amount => ColumnUse::None,
    };
    let codes = match &role {
        Role::Codes(codes @ Codes::Site) => codes.all(programme, session.sites()),
        Role::Codes(codes) => codes.all(programme, &[]),
        _ => Vec::new(),
    };
    DescribedColumn { name: name.to_owned(), usage, codes }
}

fn label(view: &View) -> Bilingual {
    if view.name == PATHWAY {
        return Bilingual::of(
            "Persone: per ognuna il caso andato più avanti",
            "Persons: of each the case that went furthest",
        );
    }
    let table = registry::table(view.name);
    table.map_or_else(
        || Bilingual::of(view.name, view.name),
        |table| Bilingual::of(table.label_it, table.label_en),
    )
}

impl ColumnUse {
    /// The use in words.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Codes, Language::It) => "codici: raggruppare, =, <>, IN",
            (Self::Codes, Language::En) => "codes: group, =, <>, IN",
            (Self::YesNo, Language::It) => "sì/no: raggruppare, condizione",
            (Self::YesNo, Language::En) => "yes/no: group, condition",
            (Self::Date, Language::It) => "data: per mese, trimestre, anno",
            (Self::Date, Language::En) => "date: by month, quarter, year",
            (Self::Year, Language::It) => "anno: raggruppare (anche a fasce), confrontare",
            (Self::Year, Language::En) => "year: group (also in bands), compare",
            (Self::Key, Language::It) => "chiave: count(DISTINCT …) e JOIN",
            (Self::Key, Language::En) => "key: count(DISTINCT …) and JOIN",
            (Self::None, Language::It) => "importo: non per le domande",
            (Self::None, Language::En) => "amount: not for queries",
        }
    }
}
