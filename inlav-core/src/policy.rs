//! The pseudonymisation policy: for every column, what may leave the PUA.
//!
//! Fail-closed: a column without a rule stops the run, a rule that would let a direct identifier
//! or free text out is refused when the policy is read. The default policy comes from the
//! registry's privacy classes.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field, Schema};
use serde::{Deserialize, Serialize};

use crate::identifiers::IdType;
use crate::registry::{self, Column, Kind, PrivacyClass, Table};
use crate::text::line_of;

/// Bytes of a pseudonym or token: HMAC-SHA-256 truncated (RFC 2104 section 5).
pub const PSEUDONYM_LENGTH: i32 = 16;

/// What is done with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Nothing of it leaves the PUA.
    Drop,
    /// The value leaves as it is. Never for direct identifiers, register numbers or free text.
    Keep,
    /// A register number becomes a pseudonym under the site's key.
    Pseudonym,
    /// An identifier becomes a linkage token under the key that all PUA share. Tokens stand in a
    /// file of their own, beside the pseudonym of whom they belong to: no table has them.
    Token,
    /// The value goes into the vault, which stays at the PUA.
    Seal,
    /// Of a date only the year leaves.
    Year,
    /// Of an ATECO code only the programme's sector leaves.
    Sector,
    /// Only whether there is a value leaves.
    Flag,
}

/// A policy: purpose, legal basis and one or more actions per column.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Format version, 1.
    pub version: u32,
    /// What the extract is for, for example `evaluation`. Part of every derived key, so
    /// pseudonyms of different purposes never meet.
    pub purpose: String,
    /// On which legal ground (GDPR 5(1)(b), 6, 9).
    pub legal_basis: String,
    /// Rules by table and column.
    pub tables: BTreeMap<String, BTreeMap<String, Vec<Action>>>,
}

/// A column of an extract, made from a column of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractColumn {
    /// Name in the extract.
    pub name: String,
    /// Arrow type.
    pub data_type: DataType,
    /// The column it comes from.
    pub source: &'static str,
    /// The action that makes it.
    pub action: Action,
}

/// A policy cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not valid TOML of the expected form.
    #[error("the policy is not valid (line {line})")]
    Syntax {
        /// Line of the fault, from 1.
        line: usize,
    },
    /// Written for another version of the format.
    #[error("the policy has version {0}, this program reads version 1")]
    Version(u32),
    /// The purpose is not 1 to 32 lower-case letters, digits or hyphens.
    #[error("the purpose must be 1 to 32 lower-case letters, digits or hyphens")]
    Purpose,
    /// A rule names a table that does not exist.
    #[error("the policy names table {0}, which does not exist")]
    UnknownTable(String),
    /// A rule names a column that does not exist.
    #[error("the policy names column {table}.{column}, which does not exist")]
    UnknownColumn {
        /// Table of the rule.
        table: String,
        /// Column of the rule.
        column: String,
    },
    /// A column has no rule.
    #[error("the policy has no rule for column {table}.{column}; add one, or drop the column")]
    NoRule {
        /// Table of the column.
        table: &'static str,
        /// Column without a rule.
        column: &'static str,
    },
    /// Tokens are made and nothing says whose they are.
    #[error(
        "the policy makes tokens of column {table}.{column} and no pseudonym of {table}.{subject}: add one"
    )]
    TokenWithoutPseudonym {
        /// Table of the rule.
        table: &'static str,
        /// Column of the tokens.
        column: &'static str,
        /// Column of the pseudonym that is lacking.
        subject: &'static str,
    },
    /// A column is dropped and something is made of it all the same.
    #[error("the policy drops column {table}.{column} and makes something of it: choose one")]
    DropAndMore {
        /// Table of the rule.
        table: &'static str,
        /// Column of the rule.
        column: &'static str,
    },
    /// An action does not fit its column.
    #[error("{action} is not allowed for column {table}.{column}: {reason}")]
    Forbidden {
        /// Table of the rule.
        table: &'static str,
        /// Column of the rule.
        column: &'static str,
        /// The action as written in policies.
        action: &'static str,
        /// Why not.
        reason: &'static str,
    },
}

impl Policy {
    /// The default policy for evaluation, made from the registry.
    #[must_use]
    pub fn evaluation() -> Self {
        let rules = |table: &Table| {
            table
                .columns
                .iter()
                .map(|column| (column.name.to_owned(), column.default_actions.to_vec()))
                .collect()
        };
        Self {
            version: 1,
            purpose: "evaluation".to_owned(),
            legal_basis: "GDPR 6(1)(e), 9(2)(g) and (j), 89; D.Lgs. 196/2003 art. 2-sexies".to_owned(),
            tables: registry::tables().iter().map(|table| (table.name.to_owned(), rules(table))).collect(),
        }
    }

    /// Reads a policy from the text of its TOML file.
    ///
    /// # Guarantee
    /// A policy that is returned has only actions that fit their columns: no direct identifier,
    /// register number or free text is kept. Tests `what_would_leak_is_refused` and
    /// `every_forbidden_action_is_refused_for_every_column`.
    ///
    /// # Errors
    /// [`PolicyError`], naming the line, table or column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text).map_err(|fault| {
            let line = fault.span().map_or(1, |span| line_of(text, span.start));
            PolicyError::Syntax { line }
        })?;
        policy.check()?;
        Ok(policy)
    }

    /// The actions for a column.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when the policy does not name it.
    pub fn actions(&self, table: &Table, column: &Column) -> Result<&[Action], PolicyError> {
        self.tables
            .get(table.name)
            .and_then(|columns| columns.get(column.name))
            .map(Vec::as_slice)
            .ok_or(PolicyError::NoRule { table: table.name, column: column.name })
    }

    /// The columns that a table has in the extract, in the registry's order.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column of the table has no rule.
    pub fn extract_columns(&self, table: &'static Table) -> Result<Vec<ExtractColumn>, PolicyError> {
        let mut columns = Vec::new();
        for column in table.columns {
            for action in self.actions(table, column)? {
                columns.extend(action.extract_column(column));
            }
        }
        Ok(columns)
    }

    /// The columns of a table of which linkage tokens are made, in the registry's order.
    ///
    /// # Errors
    /// [`PolicyError::NoRule`] when a column of the table has no rule.
    pub fn token_columns(&self, table: &'static Table) -> Result<Vec<&'static Column>, PolicyError> {
        let mut columns = Vec::new();
        for column in table.columns {
            if self.actions(table, column)?.contains(&Action::Token) {
                columns.push(column);
            }
        }
        Ok(columns)
    }

    /// Checks that every action fits its column, as [`Policy::parse`] does. For policies that were
    /// put together in code.
    ///
    /// # Errors
    /// [`PolicyError`], naming the table or column.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.version != 1 {
            return Err(PolicyError::Version(self.version));
        }
        let purpose_fits = (1..=32).contains(&self.purpose.len())
            && self.purpose.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !purpose_fits {
            return Err(PolicyError::Purpose);
        }
        for (table_name, rules) in &self.tables {
            let table =
                registry::table(table_name).ok_or_else(|| PolicyError::UnknownTable(table_name.clone()))?;
            for (column_name, actions) in rules {
                let column = table.column(column_name).ok_or_else(|| PolicyError::UnknownColumn {
                    table: table_name.clone(),
                    column: column_name.clone(),
                })?;
                for action in actions {
                    action.check(table, column)?;
                }
                if actions.contains(&Action::Drop) && actions.len() > 1 {
                    return Err(PolicyError::DropAndMore { table: table.name, column: column.name });
                }
                if actions.is_empty() {
                    return Err(PolicyError::NoRule { table: table.name, column: column.name });
                }
                if actions.contains(&Action::Token) {
                    self.check_subject(table, column)?;
                }
            }
        }
        Ok(())
    }

    /// A token without the pseudonym of its person would belong to nobody.
    fn check_subject(&self, table: &'static Table, column: &'static Column) -> Result<(), PolicyError> {
        let subject = token_subject(table, column).map_or(column, |(subject, _)| subject);
        if self.actions(table, subject)?.contains(&Action::Pseudonym) {
            return Ok(());
        }
        Err(PolicyError::TokenWithoutPseudonym {
            table: table.name,
            column: column.name,
            subject: subject.name,
        })
    }
}

/// Whose tokens a column makes: the column of the register number and its kind. Of an operator's number
/// it is that number itself, of a document the number of the table's rows. `None` for a column that
/// makes no tokens.
#[must_use]
pub fn token_subject(table: &'static Table, column: &'static Column) -> Option<(&'static Column, IdType)> {
    if !is_linkable(column.kind) {
        return None;
    }
    match column.kind {
        Kind::Key(id) | Kind::Reference(id) => Some((column, id)),
        _ => table.key().and_then(|key| match key.kind {
            Kind::Key(id) => Some((key, id)),
            _ => None,
        }),
    }
}

/// The Arrow schema of a table that has these columns in the extract. Every one may be null.
#[must_use]
pub fn extract_schema(columns: &[ExtractColumn]) -> Schema {
    let field = |column: &ExtractColumn| Field::new(&column.name, column.data_type.clone(), true);
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

/// Every column that an allowed policy could give a table in an extract: what the hub accepts.
#[must_use]
pub fn possible_columns(table: &'static Table) -> Vec<ExtractColumn> {
    let mut columns = Vec::new();
    for column in table.columns {
        let allowed = Action::ALL.into_iter().filter(|action| action.check(table, column).is_ok());
        columns.extend(allowed.filter_map(|action| action.extract_column(column)));
    }
    columns
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::Drop,
        Self::Keep,
        Self::Pseudonym,
        Self::Token,
        Self::Seal,
        Self::Year,
        Self::Sector,
        Self::Flag,
    ];

    /// The action as written in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Keep => "keep",
            Self::Pseudonym => "pseudonym",
            Self::Token => "token",
            Self::Seal => "seal",
            Self::Year => "year",
            Self::Sector => "sector",
            Self::Flag => "flag",
        }
    }

    /// The column it makes in a table of the extract; `None` for [`Action::Drop`], [`Action::Seal`]
    /// and [`Action::Token`], and where keeping is not possible.
    #[must_use]
    pub fn extract_column(self, column: &Column) -> Option<ExtractColumn> {
        let pseudonym = DataType::FixedSizeBinary(PSEUDONYM_LENGTH);
        let (name, data_type) = match self {
            Self::Drop | Self::Seal | Self::Token => return None,
            Self::Keep => (column.name.to_owned(), kept_type(column.kind)?),
            Self::Pseudonym => (column.name.to_owned(), pseudonym),
            Self::Year => {
                let stem = column.name.trim_end_matches("_date").trim_end_matches("_on");
                (format!("{stem}_year"), DataType::Int32)
            }
            Self::Sector => (self.name().to_owned(), DataType::Utf8),
            Self::Flag => (format!("has_{}", column.name), DataType::Boolean),
        };
        Some(ExtractColumn { name, data_type, source: column.name, action: self })
    }

    fn check(self, table: &'static Table, column: &'static Column) -> Result<(), PolicyError> {
        let reason = match self {
            Self::Drop | Self::Flag => None,
            Self::Keep => match (column.privacy, kept_type(column.kind)) {
                (PrivacyClass::Direct, _) => Some("it identifies a person directly"),
                (PrivacyClass::FreeText, _) => Some(FREE_TEXT),
                (PrivacyClass::Pseudonym, _) => Some("a register number leaves only as a pseudonym"),
                (_, None) => Some("values of this kind cannot be kept"),
                _ => None,
            },
            Self::Pseudonym => (!matches!(column.kind, Kind::Key(_) | Kind::Reference(_)))
                .then_some("only register numbers become pseudonyms"),
            Self::Token => {
                (!is_linkable(column.kind)).then_some("only identifiers that all PUA share become tokens")
            }
            Self::Seal => (table.name != registry::person::TABLE.name)
                .then_some("the vault holds one record per person, from the table person"),
            Self::Year => {
                (!matches!(column.kind, Kind::Date | Kind::Deadline)).then_some("only dates have a year")
            }
            Self::Sector => (column.kind != Kind::Ateco).then_some("only ATECO codes have a sector"),
        };
        match reason {
            None => Ok(()),
            Some(reason) => Err(PolicyError::Forbidden {
                table: table.name,
                column: column.name,
                action: self.name(),
                reason,
            }),
        }
    }
}

/// Why free text is not kept, by [`Rule::FreeTextKept`](crate::rule::Rule::FreeTextKept).
const FREE_TEXT: &str = "free text may hold anything (R38)";

/// The Arrow type of a column that is kept; `None` if its kind cannot be.
const fn kept_type(kind: Kind) -> Option<DataType> {
    match kind {
        Kind::Code(_)
        | Kind::Codes { .. }
        | Kind::Ambito
        | Kind::Occupation
        | Kind::Municipality
        | Kind::Municipalities
        | Kind::Site => Some(DataType::Utf8),
        // Of a moment the day leaves.
        Kind::Date | Kind::Deadline | Kind::Timestamp => Some(DataType::Date32),
        Kind::Whole { .. } => Some(DataType::Int32),
        Kind::Decimal { .. } => Some(DataType::Float64),
        Kind::YesNo => Some(DataType::Boolean),
        Kind::Key(_)
        | Kind::Reference(_)
        | Kind::Ateco
        | Kind::CodiceFiscale
        | Kind::StpEni
        | Kind::PermitNumber
        | Kind::PassportNumber { .. }
        | Kind::Cui
        | Kind::Phone
        | Kind::Email
        | Kind::FreeText => None,
    }
}

/// Several people share a telephone or an e-mail address, so neither links persons.
const fn is_linkable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::CodiceFiscale
            | Kind::StpEni
            | Kind::PermitNumber
            | Kind::PassportNumber { .. }
            | Kind::Key(IdType::Operator)
            | Kind::Cui
            | Kind::Reference(IdType::Operator)
    )
}

#[cfg(test)]
mod tests;
