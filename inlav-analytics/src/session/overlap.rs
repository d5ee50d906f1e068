//! What only the hub can see: one person at two PUA.

use inlav_core::registry::case;

use super::{QueryError, SITE_ID, Session};

impl Session {
    /// Whether somebody has a case that is not closed at more than one PUA (rule R34 of the domain's
    /// list): the PUA should agree on who follows that person. Who it is and how many there are is
    /// not told: they are few.
    ///
    /// # Errors
    /// [`QueryError::Engine`].
    pub async fn somebody_is_open_twice(&self) -> Result<bool, QueryError> {
        let state = case::STATE.name;
        let sql = format!(
            "SELECT person_no FROM \"case\" WHERE {state} <> 'CHIUSO'
             GROUP BY person_no HAVING COUNT(DISTINCT {SITE_ID}) > 1 LIMIT 1"
        );
        let query = self.plan(&sql).await?;
        let batches = self.run(query).await?;
        Ok(batches.iter().any(|batch| batch.num_rows() > 0))
    }
}

#[cfg(test)]
mod tests {
    use crate::store::testing::{Desk, open};

    #[test]
    fn r34_a_person_open_at_two_sites_is_seen() {
        let person = "person: site_person_id\np1\ntokens: subject document epoch token\n";
        let token = |word: &str| format!("{person}p1 codice-fiscale 2025 {word}");
        let case = |state: &str| {
            format!("\ncase: case_id site_person_id state first_contact_on\nc1 p1 {state} 2025-01-10")
        };
        for (word, state, expected) in
            [("same", "VALUTAZIONE", true), ("same", "CHIUSO", false), ("other", "VALUTAZIONE", false)]
        {
            let desk = Desk::new();
            let first =
                desk.extract("PUA01", "2025-06-30", &format!("{}{}", token("same"), case("CONTATTATO")));
            let second = desk.extract("PUA02", "2025-06-30", &format!("{}{}", token(word), case(state)));
            let (session, runtime) = open(&desk.store(&[first, second]));
            assert_eq!(
                runtime.block_on(session.somebody_is_open_twice()).unwrap(),
                expected,
                "{word} {state}"
            );
        }
    }
}
