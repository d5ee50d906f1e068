//! What a certificate claims, checked by substitution.
#![expect(clippy::indexing_slicing, reason = "cells and quantities are indices that `Checker::of` checked")]

use std::collections::{BTreeMap, BTreeSet};

use crate::Verdict;
use crate::format::{Basis, Certificate, CertifiedPolicy, Quantity, Status};
use crate::rejection::{Place, Reason, Rejection};
use crate::shape::Shape;

/// A margin: table, side along which it has parts, cell.
type Margin = (usize, usize, usize);

/// A certificate whose tables are well formed.
pub(crate) struct Checker<'a> {
    certificate: &'a Certificate,
    pub(crate) shapes: Vec<Shape<'a>>,
    /// For each quantity where it stands: table and cell.
    places: Vec<Vec<(usize, usize)>>,
    /// For each quantity the attackers who know it anyway.
    known: Vec<BTreeSet<usize>>,
    /// For each quantity the smallest and the largest count held possible by what is published or by
    /// the mark alone.
    rooms: Vec<(i128, Option<i128>)>,
}

impl CertifiedPolicy {
    /// Whether it protects at all: T of 3 or more, a base up to T, widths that 1 to T−1 can have.
    fn protects(&self) -> bool {
        (3..=1_000_000).contains(&self.minimum_persons)
            && (1..=self.minimum_persons).contains(&self.count_base)
            && (1..=self.minimum_persons - 2).contains(&self.minimum_width)
            && (1..=self.minimum_width).contains(&self.least_width)
    }

    /// What is published for a count: the nearest multiple of the base, halves upwards.
    pub(crate) fn published(&self, quantity: &Quantity) -> i128 {
        let base = i128::from(if quantity.persons > 0 { self.count_base } else { 1 });
        (i128::from(quantity.count) + base / 2) / base * base
    }

    /// The counts held possible; `below` says that the cell may be empty for all that is known.
    fn room(&self, quantity: &Quantity, below: bool) -> (i128, Option<i128>) {
        let (threshold, base) = (i128::from(self.minimum_persons), i128::from(self.count_base));
        let published = self.published(quantity);
        match quantity.status {
            Status::Published if quantity.persons > 0 => {
                ((published - base / 2).max(threshold), Some(published + base - 1 - base / 2))
            }
            Status::Published | Status::Zero => (published, Some(published)),
            // Where every unit is another person, fewer persons than T are fewer units than T.
            Status::Unsafe => {
                (i128::from(!below), (quantity.count == quantity.persons).then_some(threshold - 1))
            }
            Status::Secondary if quantity.persons > 0 => (threshold, None),
            Status::Secondary | Status::Blank | Status::Undisplayed => (0, None),
        }
    }
}

impl<'a> Checker<'a> {
    /// Understands the tables: their shapes, what is one quantity, who knows what.
    pub(crate) fn of(certificate: &'a Certificate) -> Result<Self, Rejection> {
        Reason::Policy.unless(certificate.policy.protects(), || Place::Certificate)?;
        let malformed = || Reason::Tables.of_certificate();
        let shapes: Option<Vec<Shape<'_>>> = certificate.tables.iter().map(Shape::of).collect();
        let shapes = shapes.ok_or_else(malformed)?;
        let ids: BTreeSet<&String> = certificate.tables.iter().map(|table| &table.id).collect();
        let mut places = vec![Vec::new(); certificate.quantities.len()];
        let mut known = vec![BTreeSet::new(); places.len()];
        let mut insiders = BTreeSet::new();
        for (table, shape) in shapes.iter().enumerate() {
            for (cell, &number) in shape.table.cells.iter().enumerate() {
                places.get_mut(number).ok_or_else(malformed)?.push((table, cell));
                for code in shape.insiders(cell).filter(|_| certificate.policy.insiders) {
                    insiders.insert(code);
                    let number_of = certificate.insiders.binary_search_by(|own| own.as_str().cmp(code));
                    known[number].extend(number_of.map(|at| at + 1));
                }
            }
        }
        // Empty cells share no units, so each of them is a quantity of its own.
        let placed = |(quantity, places): (&Quantity, &Vec<_>)| {
            !places.is_empty() && (quantity.count != 0 || places.len() == 1)
        };
        let well = ids.len() == shapes.len() && certificate.quantities.iter().zip(&places).all(placed);
        Reason::Tables.unless(well, || Place::Certificate)?;
        let named = certificate.insiders.iter().map(String::as_str).eq(insiders);
        Reason::Insiders.unless(named, || Place::Certificate)?;
        Ok(Self { certificate, shapes, places, known, rooms: Vec::new() })
    }

    /// Checks the true table: it adds up, persons fit units, and the rules make of each cell what is
    /// claimed.
    pub(crate) fn check_truth(&mut self) -> Result<(), Rejection> {
        let quantities = &self.certificate.quantities;
        for (margin, rest) in self.residues(quantities.iter().map(|quantity| quantity.count).enumerate()) {
            self.require(rest == 0, margin, Reason::Sum)?;
        }
        // One person may be in several parts, but in no part who is not in the whole.
        for (margin, rest) in self.residues(quantities.iter().map(|quantity| quantity.persons).enumerate()) {
            self.require(rest <= 0, margin, Reason::Persons)?;
        }
        let few = 1..self.certificate.policy.minimum_persons;
        let withheld = self.certificate.policy.zeros_withheld;
        let mut below: Vec<Vec<bool>> = Vec::new();
        for (table, shape) in self.shapes.iter().enumerate() {
            let of = |cell: usize| &quantities[shape.table.cells[cell]];
            let mut under = vec![false; shape.table.cells.len()];
            for cell in 0..under.len() {
                let Quantity { count, persons, .. } = *of(cell);
                // Nobody is behind any unit of a table, or somebody behind each.
                let behind = (persons > 0) == (count > 0 && of(0).persons > 0);
                let mut fits = behind && (0..=count).contains(&persons);
                for margin in (0..shape.table.dimensions.len()).filter_map(|side| shape.margin(cell, side)) {
                    fits &= persons <= of(margin).persons;
                    // A margin stands before its parts: it is settled.
                    under[cell] |= under[margin] || (withheld && few.contains(&of(margin).persons));
                }
                self.require(fits, (table, 0, cell), Reason::Persons)?;
            }
            below.push(under);
        }
        for (quantity, places) in quantities.iter().zip(&self.places) {
            let below = places.iter().all(|&(table, cell)| below[table][cell]);
            let displayed = places.iter().any(|&(table, cell)| self.shapes[table].displayed[cell]);
            let due: &[Status] = match (quantity.count, displayed) {
                (0, _) if below => &[Status::Blank],
                (0, true) => &[Status::Zero],
                _ if few.contains(&quantity.persons) => &[Status::Unsafe],
                (_, true) => &[Status::Published, Status::Secondary],
                (_, false) => &[Status::Undisplayed],
            };
            let (table, cell) = places[0];
            self.require(due.contains(&quantity.status), (table, 0, cell), Reason::Status)?;
            self.rooms.push(self.certificate.policy.room(quantity, below));
        }
        Ok(())
    }

    /// Checks that the suppressed parts of no line, which the rest of it tells together, are 1 to T−1
    /// persons. A quantity that stands on both sides of the line cancels out.
    pub(crate) fn check_lines(&self) -> Result<(), Rejection> {
        let mut lines: BTreeMap<Margin, BTreeMap<usize, i64>> = BTreeMap::new();
        for (number, quantity) in self.certificate.quantities.iter().enumerate() {
            if !quantity.status.is_published() {
                self.visit(number, |margin, sign| {
                    *lines.entry(margin).or_default().entry(number).or_default() += sign;
                });
            }
        }
        for (margin, mut parts) in lines {
            parts.retain(|_, sign| *sign != 0);
            let one_side = parts.values().all(|sign| *sign > 0) || parts.values().all(|sign| *sign < 0);
            let persons = parts.keys().map(|&part| i128::from(self.certificate.quantities[part].persons));
            let few = (1..i128::from(self.certificate.policy.minimum_persons)).contains(&persons.sum());
            self.require(!(one_side && few), margin, Reason::ThinLine)?;
        }
        Ok(())
    }

    /// Checks that every witness keeps all equations and is possible; returns for each the attackers
    /// who can refute it.
    pub(crate) fn check_witnesses(&self) -> Result<Vec<BTreeSet<usize>>, Rejection> {
        let mut refuted = Vec::new();
        for changes in &self.certificate.witnesses {
            let ascending = changes.array_windows().all(|[left, right]| left.0 < right.0);
            let there = changes.iter().all(|&(number, by)| number < self.rooms.len() && by != 0);
            Reason::Witness.unless(ascending && there, || Place::Certificate)?;
            for &(number, by) in changes {
                let (lowest, highest) = self.rooms[number];
                let value = i128::from(self.certificate.quantities[number].count) + i128::from(by);
                let possible = lowest <= value && highest.is_none_or(|highest| value <= highest);
                self.require(possible, self.first(number), Reason::WitnessRoom)?;
            }
            for (margin, rest) in self.residues(changes.iter().copied()) {
                self.require(rest == 0, margin, Reason::WitnessSum)?;
            }
            refuted
                .push(changes.iter().flat_map(|&(number, _)| self.known[number].iter().copied()).collect());
        }
        Ok(refuted)
    }

    /// Checks that each unsafe quantity has, against each attacker who does not know it, an interval
    /// whose ends are attained and far enough apart; adds them to the verdict.
    pub(crate) fn check_proofs(
        &self,
        refuted: &[BTreeSet<usize>],
        verdict: &mut Verdict,
    ) -> Result<(), Rejection> {
        let (certificate, policy) = (self.certificate, &self.certificate.policy);
        let attackers = 0..=certificate.insiders.len();
        let mut open: BTreeSet<(usize, usize)> = (certificate.quantities.iter().enumerate())
            .filter(|(_, quantity)| quantity.status == Status::Unsafe)
            .flat_map(|(number, _)| attackers.clone().map(move |attacker| (number, attacker)))
            .filter(|(number, attacker)| !self.known[*number].contains(attacker))
            .collect();
        let mut used = BTreeSet::new();
        for proof in &certificate.proofs {
            let (number, against) = (proof.quantity, proof.against.len());
            let ends = [&proof.low, &proof.high];
            let asked = against > 0
                && proof.against.iter().all(|&attacker| open.remove(&(number, attacker)))
                && ends.iter().filter_map(|end| end.witness).all(|witness| witness < refuted.len());
            Reason::Proof.unless(asked, || Place::Certificate)?;
            let (lowest, highest) = self.rooms[number];
            for (end, bound) in ends.into_iter().zip([Some(lowest), highest]) {
                let mut value = i128::from(certificate.quantities[number].count);
                if let Some(witness) = end.witness {
                    let change = certificate.witnesses[witness].iter().find(|change| change.0 == number);
                    value += change.map_or(0, |&(_, by)| i128::from(by));
                    let holds = proof.against.iter().all(|attacker| !refuted[witness].contains(attacker));
                    self.require(holds, self.first(number), Reason::Refuted)?;
                    used.insert(witness);
                }
                let basis = (bound == Some(value)) == (end.basis == Basis::Bound);
                self.require(value == i128::from(end.at) && basis, self.first(number), Reason::Interval)?;
                verdict.exact_ends += if end.basis == Basis::Bound { against } else { 0 };
                verdict.solver_ends += if end.basis == Basis::Solver { against } else { 0 };
            }
            let width = i128::from(proof.high.at) - i128::from(proof.low.at);
            let declared = proof.exception == (width < i128::from(policy.minimum_width));
            let wide = declared && width >= i128::from(policy.least_width);
            self.require(wide, self.first(number), Reason::Narrow)?;
            verdict.intervals += against;
            verdict.exceptions += if proof.exception { against } else { 0 };
            let width = u64::try_from(width).unwrap_or(u64::MAX);
            verdict.narrowest = Some(verdict.narrowest.map_or(width, |narrowest| narrowest.min(width)));
        }
        open.first().map_or(Ok(()), |open| self.require(false, self.first(open.0), Reason::Unproven))?;
        Reason::Witness.unless(used.len() == refuted.len(), || Place::Certificate)
    }

    /// The value of every margin less those of its parts, where any of them is not zero.
    fn residues(&self, values: impl Iterator<Item = (usize, i64)>) -> BTreeMap<Margin, i128> {
        let mut rest = BTreeMap::new();
        for (number, value) in values.filter(|&(_, value)| value != 0) {
            self.visit(number, |margin, sign| {
                *rest.entry(margin).or_default() += i128::from(sign) * i128::from(value);
            });
        }
        rest
    }

    /// Every equation in which a quantity stands: as the margin (+1) or as a part of it (−1).
    fn visit(&self, number: usize, mut meet: impl FnMut(Margin, i64)) {
        for &(table, cell) in &self.places[number] {
            let shape = &self.shapes[table];
            for side in 0..shape.table.dimensions.len() {
                if shape.is_margin(cell, side) {
                    meet((table, side, cell), 1);
                }
                if let Some(margin) = shape.margin(cell, side) {
                    meet((table, side, margin), -1);
                }
            }
        }
    }

    /// Where a quantity stands first.
    fn first(&self, number: usize) -> Margin {
        let (table, cell) = self.places[number][0];
        (table, 0, cell)
    }

    fn require(&self, holds: bool, (table, _, cell): Margin, reason: Reason) -> Result<(), Rejection> {
        reason.unless(holds, || self.shapes[table].place(cell))
    }
}
