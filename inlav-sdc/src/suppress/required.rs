//! How wide every interval has to be: what the policy asks, or what is attainable where an attacker
//! knows too much already.

use crate::attack::{Required, View, Width, finding};
use crate::movement::Evidence;
use crate::system::{System, signed};
use crate::{CountTable, DisclosureError, ReleasePolicy};

/// What is required, and how an exception comes about: only once it is known that withholding cannot
/// give an interval the policy's width.
pub(super) struct Requirements<'a> {
    system: &'a System,
    tables: &'a [CountTable],
    pub(super) widths: Required,
    /// The narrowest exception allowed.
    least: i64,
    everything: Vec<bool>,
    /// How often it was lowered: a bound from before holds no longer.
    pub(super) lowered: usize,
}

impl<'a> Requirements<'a> {
    pub(super) fn new(system: &'a System, tables: &'a [CountTable], policy: &ReleasePolicy) -> Self {
        let everything = system.everything();
        let (widths, least) = (Required::everywhere(policy), signed(policy.least_width()));
        Self { system, tables, widths, least, everything, lowered: 0 }
    }

    pub(super) fn of(&self, quantity: usize, attacker: usize) -> i64 {
        self.widths.of(quantity, attacker)
    }

    /// Lowers what is required of a quantity to what is attainable with everything withheld; `false`
    /// when that is what is required already.
    ///
    /// # Errors
    ///
    /// [`DisclosureError::Unprotectable`] when it is less than the policy's least width.
    pub(super) fn lower(
        &mut self,
        quantity: usize,
        attacker: usize,
        evidence: &mut Evidence,
    ) -> Result<bool, DisclosureError> {
        let asked = self.of(quantity, attacker);
        let view = View::new(self.system, attacker, &self.everything);
        let width = view.prove(evidence, quantity, asked, true);
        if width < self.least {
            return Err(self.unprotectable(quantity, attacker, width));
        }
        if width >= asked {
            return Ok(false);
        }
        self.widths.exceptions.insert((quantity, attacker), width);
        self.lowered += 1;
        Ok(true)
    }

    /// Names a quantity that nothing protects.
    pub(super) fn unprotectable(&self, quantity: usize, attacker: usize, width: i64) -> DisclosureError {
        let narrow = Width { quantity, attacker, width };
        DisclosureError::Unprotectable(Box::new(finding(self.system, self.tables, &narrow)))
    }
}
