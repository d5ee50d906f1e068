//! Writing a release: tables, report and audit log, whole or not at all. Where it gets to its place is
//! [`crate::ledger`]: what is not in the ledger is not released.
//!
//! ```text
//! release/
//!   report.html            for people, Italian and English
//!   tables/I16.csv …       for machines
//!   tables/I16.parquet …
//!   audit.jsonl            what went in, what was attacked, what came out
//! certificates/
//!   2025-06-30-….json      the proof that its counts are safe, with true counts: not for publication
//! ```

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf, absolute};

use inlav_certificate::Rejection;
use inlav_core::exchange::{Digest, LinkageMode};
use inlav_core::programme::Programme;
use inlav_core::whole::{self, Access, Existing, Mark, WholeDirectory, WholeError, WholeFile};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::audit_log::AuditLog;
use crate::disclosure::{CertificateError, Publication, Published, Released, WrittenTable};
use crate::evaluate::{Evaluation, table_id};
use crate::export::{COUNT, ExportError, to_csv, to_parquet};
use crate::indicator::Indicator;
use crate::report;
use crate::store::Catalog;

/// Name of the audit log; an older release is known by it.
const AUDIT_LOG: &str = "audit.jsonl";
/// What an older release is known by.
pub(crate) const MARK: Mark = Mark::Holds(AUDIT_LOG);

/// Where released numbers come from.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// Last day the data cover.
    pub as_of: chrono::NaiveDate,
    /// Whether the persons are made up.
    pub synthetic: bool,
    /// Purpose of the extracts.
    pub purpose: String,
    /// How linkage tokens were made.
    pub linkage_mode: Option<LinkageMode>,
    /// Manifest of each PUA's extract.
    pub extracts: Vec<(String, Digest)>,
    /// Tables that a PUA's extract does not have: what they would tell counts as nothing.
    pub absent: Vec<(String, Vec<&'static str>)>,
    /// Program and version.
    pub software: String,
}

/// A publication and what is needed to lay it out.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// The released tables.
    pub publication: &'a Released<Publication>,
    /// The indicators they belong to.
    pub indicators: &'a [Indicator],
    /// The programme.
    pub programme: &'a Programme,
    /// Where the numbers come from.
    pub provenance: &'a Provenance,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Hash of the audit log's last entry: keep it, and the log shows tampering.
    pub audit_head: String,
    /// Cells published and cells withheld.
    pub cells: (usize, usize),
    /// The certificate, unless the release came after others: for those who may read the data, and for
    /// nobody else.
    pub certificate: Option<PathBuf>,
}

/// A release on disk, beside its place.
pub(crate) struct Staged {
    directory: WholeDirectory,
    pub(crate) written: Written,
    /// Every file of it by its name, with `/` between folders.
    pub(crate) files: BTreeMap<String, Digest>,
}

/// A release cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WholeError),
    /// A table cannot be encoded.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The certificate would be published with the release.
    #[error("{} would lie in the release; the certificate is not for publication", path.display())]
    CertificateInside {
        /// The folder of certificates.
        path: PathBuf,
    },
    /// Its certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The independent checker does not accept it.
    #[error("the release is not proven safe: {0}")]
    Rejected(#[from] Rejection),
}

impl Provenance {
    /// The provenance of an evaluation over a store.
    #[must_use]
    pub fn of(catalog: &Catalog, evaluation: &Evaluation, software: &str) -> Self {
        let common = catalog.common.as_ref();
        Self {
            as_of: evaluation.as_of(),
            synthetic: common.is_some_and(|common| common.synthetic),
            purpose: common.map(|common| common.purpose.clone()).unwrap_or_default(),
            linkage_mode: common.map(|common| common.linkage_mode),
            extracts: catalog.snapshots.iter().map(|(site, s)| (site.clone(), s.manifest)).collect(),
            absent: catalog
                .snapshots
                .iter()
                .map(|(site, snapshot)| (site.clone(), snapshot.absent()))
                .filter(|(_, absent)| !absent.is_empty())
                .collect(),
            software: software.to_owned(),
        }
    }
}

impl Release<'_> {
    /// Writes the release into a directory beside its place, and its certificate into the folder
    /// `certificates`, for its owner only; `now` is the time for the audit log, RFC 3339. Only an older
    /// release is ever replaced. A release that was protected jointly with earlier ones has no certificate yet.
    ///
    /// The certificate is called after tables and rules that it is about, not after itself: a digest of
    /// true counts would let whoever has the release try out what it does not tell. For the same
    /// reason no digest of it is in the audit log, which is public.
    ///
    /// # Guarantee
    /// Every number in the directory comes from [`Released`] tables, and the directory is whole
    /// or absent. Tests in `tests/` of the workspace search report and tables for others. Nor is it
    /// there before the independent checker has accepted its tables by the certificate, if it has one,
    /// which is in its place by then (`a_release_is_audited_by_its_certificate` in `tests/program`).
    ///
    /// # Errors
    /// [`ReleaseError`]; nothing is there then, save for a certificate of a release that is not.
    pub(crate) fn stage(
        &self,
        target: &Path,
        certificates: &Path,
        existing: Existing,
        now: String,
    ) -> Result<Staged, ReleaseError> {
        if let (Ok(inner), Ok(outer)) = (absolute(certificates), absolute(target))
            && inner.starts_with(outer)
        {
            return Err(ReleaseError::CertificateInside { path: certificates.to_owned() });
        }
        if existing == Existing::Replace {
            whole::require_own(target, MARK)?;
        }
        let directory = WholeDirectory::create(target, existing)?;
        let mut files = BTreeMap::new();
        let mut log = AuditLog::begin(now);
        self.log_inputs(&mut log);
        let mut put = |name: &str, content: &[u8]| -> Result<(), ReleaseError> {
            whole::write(&directory.path().join(name), content, Access::Shared, Existing::Refuse)?;
            let digest = Digest(Sha256::digest(content).into());
            log.add("file", json!({ "bytes": content.len(), "name": name, "sha256": digest.to_string() }));
            files.insert(name.to_owned(), digest);
            Ok(())
        };
        let mut tables = Vec::new();
        for table in &self.publication.tables {
            let Some(indicator) = self.indicator_of(&table.id) else { continue };
            let csv = to_csv(self.publication, &table.id, indicator, self.programme)?;
            let name = format!("tables/{}.csv", table.id);
            put(&name, &csv)?;
            tables.push((table.id.as_str(), name, Digest(Sha256::digest(&csv).into()).to_string()));
            let parquet = to_parquet(self.publication, &table.id, indicator, self.programme)?;
            put(&format!("tables/{}.parquet", table.id), &parquet)?;
        }
        put("report.html", report::html(self).as_bytes())?;
        let cells = self.cells();
        log.add("end", json!({ "cells_published": cells.0, "cells_withheld": cells.1 }));
        let text = log.text();
        whole::write(&directory.path().join(AUDIT_LOG), text.as_bytes(), Access::Shared, Existing::Refuse)?;
        let certificate = match self.certificate(&tables) {
            Err(CertificateError::Earlier) => None,
            text => Some(self.prove(&text?, &tables, directory.path(), certificates)?),
        };
        files.insert(AUDIT_LOG.to_owned(), Digest(Sha256::digest(&text).into()));
        let written = Written { audit_head: log.head().to_owned(), cells, certificate };
        Ok(Staged { directory, written, files })
    }

    /// Writes the certificate, if the independent checker accepts the tables by it.
    fn prove(
        &self,
        text: &str,
        tables: &[(&str, String, String)],
        release: &Path,
        certificates: &Path,
    ) -> Result<PathBuf, ReleaseError> {
        let certificate = certificates.join(self.certificate_name(tables));
        let mut proof = WholeFile::create(&certificate, Access::Private, Existing::Replace)?;
        let io = |source| WholeError::Io { path: certificate.clone(), source };
        proof.write_all(text.as_bytes()).map_err(io)?;
        inlav_certificate::check(release, proof.path())?;
        proof.finish()?;
        Ok(certificate)
    }

    /// The certificate of tables by name, file and digest.
    fn certificate(&self, tables: &[(&str, String, String)]) -> Result<String, CertificateError> {
        let files: Vec<WrittenTable<'_>> = (tables.iter())
            .map(|(table, file, sha256)| WrittenTable { table, file, column: COUNT, sha256 })
            .collect();
        self.publication.certificate(&files)
    }

    /// The same for equal tables under equal rules, and for no others.
    fn certificate_name(&self, tables: &[(&str, String, String)]) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\n", json!(self.publication.policy)));
        for (_, file, sha256) in tables {
            hash.update(format!("{file} {sha256}\n"));
        }
        let digest = Digest(hash.finalize().into()).to_string();
        format!("{}-{}.json", self.provenance.as_of, digest.get(..16).unwrap_or(&digest))
    }

    /// Cells published and cells withheld, over all tables.
    #[must_use]
    pub fn cells(&self) -> (usize, usize) {
        let cells = || self.publication.tables.iter().flat_map(|table| &table.cells);
        let withheld = cells().filter(|cell| cell.value == Published::Suppressed).count();
        (cells().count() - withheld, withheld)
    }

    pub(crate) fn indicator_of(&self, table: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| {
            let whole = table_id(indicator, None);
            whole == table || (indicator.split.is_some() && table.starts_with(&format!("{whole}-")))
        })
    }

    fn log_inputs(&self, log: &mut AuditLog) {
        let provenance = self.provenance;
        log.add(
            "release",
            json!({
                "as_of": provenance.as_of,
                "programme": self.programme.name,
                "purpose": provenance.purpose,
                "software": provenance.software,
                "synthetic": provenance.synthetic,
            }),
        );
        for (site, tables) in &provenance.absent {
            log.add("absent", json!({ "site": site, "tables": tables }));
        }
        for (site, manifest) in &provenance.extracts {
            log.add("extract", json!({ "manifest_sha256": manifest.to_string(), "site": site }));
        }
        for indicator in self.indicators {
            let sql = Digest(Sha256::digest(&indicator.sql).into());
            log.add("indicator", json!({ "id": indicator.id, "sql_sha256": sql.to_string() }));
        }
        log.add("policy", json!(self.publication.policy));
        let audit = &self.publication.audit;
        log.add(
            "attack",
            json!({
                "attackers": audit.attackers,
                "cells_attacked": audit.cells_attacked,
                "earlier_releases": audit.earlier.len(),
                "exceptions": audit.exceptions(),
                "past_disclosures": audit.past_disclosures(),
            }),
        );
    }
}

impl Staged {
    /// Where it is meanwhile.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// As [`WholeDirectory::finish`].
    pub(crate) fn publish(self) -> Result<Written, WholeError> {
        self.directory.finish()?;
        Ok(self.written)
    }
}
