//! What readers can find by taking one selection of people from another: differences of few persons.
//!
//! A cell is seldom alone. Whoever knows a larger selection of which the cell is a part, from an
//! earlier answer, from another cell of the same one, or because everybody may ask for it, knows
//! the rest as well. Where the rest is 1 to T−1 persons (the tracker attack: Denning, Denning and
//! Schwartz, ACM TODS 4, 1979), the new cell is withheld, and the equation *larger = cell + rest* is
//! given to disclosure control, so that nothing else in the answer tells the cell again.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Earlier;
use super::sets::{Set, Units, Universe};
use super::tables::{Counts, Draft, Larger, Place};
use super::views::SITE_ID;
use crate::disclosure::{CountTable, Dimension, Node, TOTAL, TableError};

/// Some cell, known or knowable, is the sum of a part and a rest that is few persons.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    pub(super) kind: &'static str,
    whole: Set,
    part: Set,
    /// Whether the whole is taken to be public, whatever was asked.
    pub(super) is_whole_public: bool,
    /// The PUA that knows the part, because the part is its own; by code.
    known_to: Option<String>,
}

/// The differences around a new answer, and the cells withheld because of them.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) differences: Vec<Difference>,
    pub(super) withheld: BTreeSet<Place>,
    seen: BTreeSet<(&'static str, Set, Set)>,
}

/// A non-empty cell, and where it stands if it is one of the new answer.
struct Cell<'a> {
    table: usize,
    set: &'a Set,
    new: Option<Place>,
}

/// A cell by its place in the new answer, if it is of that, its kind of unit and its units.
type Group<'a> = (Option<Place>, &'static str, &'a Set);

/// The search for differences.
pub(super) struct Search<'a> {
    pub(super) universe: &'a Universe,
    /// The threshold T.
    pub(super) threshold: u64,
    /// The PUA of the store, by code.
    pub(super) sites: &'a [String],
    /// Whether each PUA is an attacker as well.
    pub(super) insiders: bool,
}

impl Search<'_> {
    /// Looks for differences of few persons between the cells of a new answer, those of earlier
    /// answers, the larger selections around the new ones, and the PUAs' own parts.
    ///
    /// # Guarantee
    /// Every published cell of the new answer differs from every cell of the record that contains it
    /// or lies within it by nobody or at least T persons, and so do differences of two such cells
    /// from a third. Tests `a_tracker_is_withheld`, `a_tracker_of_three_is_withheld`.
    pub(super) fn run(&self, counts: &Counts, earlier: &[Earlier]) -> Found {
        let mut found = Found::default();
        self.larger(counts, &mut found);
        let kinds: BTreeSet<&'static str> = counts.drafts.iter().map(|draft| draft.kind).collect();
        for kind in kinds {
            let Some(units) = self.universe.known(kind) else { continue };
            let cells = cells(counts, earlier, kind);
            self.pairs(kind, units, &cells, &mut found);
            if self.insiders {
                self.own_parts(kind, units, &cells, &mut found);
            }
        }
        self.further_rows(counts, earlier, &mut found);
        found
    }

    /// Larger selections that anybody may ask for: what is left of them without the cell.
    fn larger(&self, counts: &Counts, found: &mut Found) {
        let nobody = Set::default();
        for larger in &counts.larger {
            let Some(draft) = counts.drafts.get(larger.draft) else { continue };
            let Some(units) = self.universe.known(draft.kind) else { continue };
            let cell = draft.cells.get(&larger.cell).unwrap_or(&nobody);
            let place = (larger.draft, larger.cell.clone());
            if units.is_thin(&larger.set, self.threshold) {
                // A part of few persons, and be it nobody, tells something about them.
                found.withheld.insert(place);
                continue;
            }
            let rest = larger.set.without(cell);
            if units.is_thin(&rest, self.threshold) {
                found.withheld.insert(place);
                let public = !self.is_near_to_larger(units, larger, counts);
                self.add(units, draft.kind, [&larger.set, cell], public, found);
            }
        }
    }

    /// Whether a still larger selection around the same cell differs from this one by few persons:
    /// then this one is withheld whenever it is asked for, and not public.
    fn is_near_to_larger(&self, units: &Units, larger: &Larger, counts: &Counts) -> bool {
        counts.larger.iter().any(|other| {
            (other.draft, &other.cell) == (larger.draft, &larger.cell)
                && larger.set.len() < other.set.len()
                && larger.set.is_within(&other.set)
                && units.is_thin(&other.set.without(&larger.set), self.threshold)
        })
    }

    /// Cells of different tables of which one contains the other, and third cells near to what is
    /// left.
    fn pairs(&self, kind: &'static str, units: &Units, cells: &[Cell<'_>], found: &mut Found) {
        let most = usize::try_from(self.threshold).unwrap_or(usize::MAX);
        let window = most.saturating_mul(units.most_of_a_person());
        let mut by_size: Vec<&Cell<'_>> = cells.iter().collect();
        by_size.sort_by_key(|cell| cell.set.len());
        for whole in cells {
            for part in cells.iter().filter(|part| {
                part.set.len() < whole.set.len()
                    && (part.new.is_some() || whole.new.is_some())
                    && part.set.is_within(whole.set)
            }) {
                let rest = whole.set.without(part.set);
                if units.is_thin(&rest, self.threshold) {
                    if whole.table != part.table {
                        self.add(units, kind, [whole.set, part.set], false, found);
                        found.withhold_newer([part, whole]);
                    }
                    continue;
                }
                let from = by_size.partition_point(|cell| cell.set.len() + window < rest.len());
                let near = by_size.iter().skip(from).take_while(|cell| cell.set.len() < rest.len() + window);
                for third in near {
                    if third.table == whole.table && third.table == part.table {
                        continue;
                    }
                    let (large, small) =
                        if third.set.len() < rest.len() { (&rest, third.set) } else { (third.set, &rest) };
                    if small.len() < large.len()
                        && small.is_within(large)
                        && units.is_thin(&large.without(small), self.threshold)
                    {
                        found.add(kind, whole.set, part.set, false, None);
                        self.add(units, kind, [large, small], false, found);
                        found.withhold_newer([part, whole, third]);
                    }
                }
            }
        }
    }

    /// A PUA takes its own persons off a total: few may be left.
    fn own_parts(&self, kind: &'static str, units: &Units, cells: &[Cell<'_>], found: &mut Found) {
        for cell in cells {
            let Some(place) = &cell.new else { continue };
            let sites = units.sites_of(cell.set);
            let knows_all = |site: &usize| units.at(cell.set, *site) == *cell.set;
            if units.is_thin(cell.set, self.threshold) || sites.iter().any(knows_all) {
                continue;
            }
            for site in sites {
                let own = units.at(cell.set, site);
                if units.is_thin(&cell.set.without(&own), self.threshold) {
                    found.withheld.insert(place.clone());
                    // With one person of its own a PUA would know the others' number from the threshold
                    // alone, whatever is withheld; there it is kept from the public.
                    let knows = self.sites.get(site).filter(|_| own.len() > 1).cloned();
                    found.add(kind, cell.set, &own, false, knows);
                }
            }
        }
    }

    /// Adds *whole = part + rest* unless the part is few persons as well: that it stays unknown is
    /// looked after anyway, and the rest is as unknown as the part.
    fn add(
        &self,
        units: &Units,
        kind: &'static str,
        [whole, part]: [&Set; 2],
        public: bool,
        found: &mut Found,
    ) {
        if !units.is_thin(part, self.threshold) {
            found.add(kind, whole, part, public, None);
        }
    }

    /// Rows and persons of the same group: their difference is the persons with more than one row.
    fn further_rows(&self, counts: &Counts, earlier: &[Earlier], found: &mut Found) {
        let mut all: Vec<(&'static str, Option<Place>, &Set)> = Vec::new();
        for (at, draft) in counts.drafts.iter().enumerate() {
            all.extend(draft.cells.iter().map(|(cell, set)| (draft.kind, Some((at, cell.clone())), set)));
        }
        for answer in earlier {
            all.extend(answer.known().map(|(_, set)| (answer.draft.kind, None, set)));
        }
        let mut rows: BTreeMap<BTreeSet<u64>, Vec<Group<'_>>> = BTreeMap::new();
        let mut persons = rows.clone();
        for (kind, place, set) in all {
            let Some(units) = self.universe.known(kind) else { continue };
            let side = if units.most_of_a_person() == 1 { &mut persons } else { &mut rows };
            side.entry(units.persons(set)).or_default().push((place, kind, set));
        }
        for (group, rows) in rows {
            for (as_persons, _, _) in persons.get(&group).into_iter().flatten() {
                for (as_rows, kind, set) in &rows {
                    let Some(units) = self.universe.known(kind) else { continue };
                    let further = units.further(set);
                    if units.is_thin(&further, self.threshold) {
                        self.add(units, kind, [set, &set.without(&further)], false, found);
                        found.withheld.extend(as_rows.clone().or_else(|| as_persons.clone()));
                    }
                }
            }
        }
    }
}

impl Found {
    fn add(
        &mut self,
        kind: &'static str,
        whole: &Set,
        part: &Set,
        is_public: bool,
        known_to: Option<String>,
    ) {
        if self.seen.insert((kind, whole.clone(), part.clone())) || known_to.is_some() {
            let (whole, part) = (whole.clone(), part.clone());
            self.differences.push(Difference { kind, whole, part, is_whole_public: is_public, known_to });
        }
    }

    /// Withholds the cells of the new answer. Earlier ones are out already; of cells of one answer
    /// disclosure control chooses.
    fn withhold_newer<const N: usize>(&mut self, cells: [&Cell<'_>; N]) {
        if cells.iter().any(|cell| cell.new.is_none()) {
            self.withheld.extend(cells.iter().filter_map(|cell| cell.new.clone()));
        }
    }
}

impl Difference {
    /// The equation as a table for disclosure control. Nothing of it is displayed but a whole that is
    /// public anyway.
    pub(super) fn table(
        &self,
        id: String,
        universe: &Universe,
        sites: &[String],
    ) -> Result<CountTable, TableError> {
        let Some(units) = universe.known(self.kind) else {
            return CountTable::tally(id, self.kind, Vec::new(), [], |_| false);
        };
        let Some(own) = &self.known_to else {
            let mut dimensions = vec![Dimension::flat("difference", ["part", "rest"])?];
            // Where all are of one PUA, it knows them all, and their difference too.
            let knows = (0..sites.len()).find(|site| units.at(&self.whole, *site) == self.whole);
            if let Some(site) = knows.and_then(|site| sites.get(site)) {
                dimensions.push(Dimension::flat(SITE_ID, [site])?.with_insiders());
            }
            let sides = dimensions.len();
            let leaf = |place: usize| {
                let side = if self.part.contains(place) { 1 } else { 2 };
                std::iter::once(side).chain((sides > 1).then_some(1)).collect()
            };
            let rows = units.rows(&self.whole, leaf);
            return CountTable::tally(id, self.kind, dimensions, rows, |cell| {
                self.is_whole_public && cell.iter().all(|node| *node == 0)
            });
        };
        // The PUA's own, and all others, each of which knows itself.
        let mut nodes = vec![
            Node { code: TOTAL.to_owned(), parent: None },
            Node { code: own.clone(), parent: Some(0) },
            Node { code: "others".to_owned(), parent: Some(0) },
        ];
        let others: Vec<usize> = (0..sites.len()).filter(|at| sites.get(*at) != Some(own)).collect();
        nodes.extend(
            others
                .iter()
                .filter_map(|at| sites.get(*at))
                .map(|site| Node { code: site.clone(), parent: Some(2) }),
        );
        let dimension = Dimension::tree("difference", nodes)?.with_insiders();
        let leaf = |place: usize| {
            let of_other = others.iter().position(|site| units.is_seen_at(place, *site));
            vec![if self.part.contains(place) { 1 } else { 3 + of_other.unwrap_or(0) }]
        };
        CountTable::tally(id, self.kind, vec![dimension], units.rows(&self.whole, leaf), |_| false)
    }
}

/// The cells of one kind of unit, new and earlier.
fn cells<'a>(counts: &'a Counts, earlier: &'a [Earlier], kind: &str) -> Vec<Cell<'a>> {
    let mut all = Vec::new();
    let of_kind = |draft: &&Draft| draft.kind == kind && draft.proof.is_none();
    for (at, draft) in counts.drafts.iter().enumerate().filter(|(_, draft)| of_kind(draft)) {
        all.extend(draft.cells.iter().map(|(cell, set)| Cell {
            table: at,
            set,
            new: Some((at, cell.clone())),
        }));
    }
    for (at, answer) in earlier.iter().enumerate().filter(|(_, answer)| of_kind(&&answer.draft)) {
        let table = counts.drafts.len() + at;
        all.extend(answer.known().map(|(_, set)| Cell { table, set, new: None }));
    }
    all
}
