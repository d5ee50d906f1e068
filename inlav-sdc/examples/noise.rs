//! What noise costs at the size of the programme: 1,200 made-up persons, 12 sites, tables with all
//! their margins. Prints mean absolute errors, which `docs/NOISE.md` quotes.
//!
//! `cargo run --release -p inlav-sdc --example noise`
//!
//! The seeds are fixed so that the output is always the same. Whoever publishes takes them from the
//! operating system.
#![expect(clippy::print_stdout, reason = "an example talks on standard output")]

use std::error::Error;

use inlav_sdc::noise::{
    Budget, Decision, Flow, Loss, NoisyTable, PerturbationKey, PerturbationTable, Question, Shares, measure,
    perturb,
};
use inlav_sdc::{BoundedTable, Dimension, KeyedTable, Node, Row};
use inlav_statistics::Confidence;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const PERSONS: u64 = 1_200;
const TRIALS: u64 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    println!("{PERSONS} persons; mean absolute error of all cells, of the total, of the margins by site");
    for (name, sides) in tables()? {
        let cells: usize = sides.iter().map(|side| side.nodes().len()).product();
        println!("\n{name}: {cells} cells");
        for (bound, variance, js) in [(2, 1.0, 0), (5, 3.0, 0), (5, 3.0, 2), (9, 10.0, 4)] {
            let noise = PerturbationTable::new(bound, variance, js)?;
            let errors = average(
                |trial| {
                    let key = PerturbationKey::new(&[u8::try_from(trial)?; 32]);
                    let record = |row: Row| {
                        let record = key.record_key("person", &row.person.to_be_bytes());
                        (row, record)
                    };
                    let rows = persons(&sides, 1).into_iter().map(record);
                    let table = KeyedTable::tally("t", "person", sides.clone(), rows, |_| true)?;
                    Ok(perturb(&table, &noise))
                },
                &sides,
            )?;
            println!("  cell key D {bound} V {variance:<4} js {js}            {errors}");
        }
        for rho in ["0.05", "0.1", "0.5", "1", "2"] {
            let rows = persons(&sides, 1).into_iter().map(|row| (1, row));
            let flow = Flow { after: None, until: 30 };
            let table = BoundedTable::tally("t", "person", sides.clone(), rows, |_| true, flow, 1)?;
            let question = Question::new(&table, "all", rho.parse()?, Shares::Equal)?;
            let errors = average(|trial| answer(&table, &question, trial), &sides)?;
            let epsilon = question.rho().epsilon(1e-6);
            let expected = question.expected_error(&table)?;
            println!(
                "  rho {rho:<4} (eps {epsilon:>5.2} at 1e-6)     {errors}   least squares {expected:.2}"
            );
        }
    }
    a_year_of_flows()
}

/// Twelve monthly flows of 100 persons each at a twelfth of the budget, added up, against one
/// measurement of everybody at the whole budget.
fn a_year_of_flows() -> Result<(), Box<dyn Error>> {
    let (_, sides) = tables()?.into_iter().next().ok_or("there is a first table")?;
    let everybody = persons(&sides, 1);
    let budget = "1.2";
    let mut sum = 0.0;
    for trial in 0..TRIALS {
        let mut total = 0_u64;
        let mut kept = Budget::new(budget.parse()?);
        for month in 0..12_i64 {
            let flow = Flow { after: (month > 0).then_some(month), until: month + 1 };
            // A hundred persons arrive every month, which is what a day stands for here.
            let month_of = |row: &Row| i64::try_from(row.person / 100).unwrap_or(0) + 1;
            let rows = everybody.iter().map(|row| (month_of(row), row.clone()));
            let table = BoundedTable::tally("t", "person", sides.clone(), rows, |_| true, flow, 1)?;
            let question = Question::new(&table, "all", "0.1".parse()?, Shares::Equal)?;
            let Decision::Charged(charged, permit) = kept.charge(&question)? else { continue };
            let mut rng = ChaCha20Rng::seed_from_u64(trial * 12 + month.unsigned_abs());
            let (noisy, _) = measure(&table, "all", permit, Confidence::NINETY_FIVE, &mut rng)?;
            kept = charged.answered(&question, &noisy)?;
            total += noisy.cells().first().map_or(0, |cell| cell.value);
        }
        sum += as_f64(total.abs_diff(PERSONS));
    }
    println!(
        "\nthe total after twelve monthly flows at rho 0.1 each: mean absolute error {:.1}",
        sum / as_f64(TRIALS)
    );
    Ok(())
}

fn answer(
    table: &BoundedTable,
    question: &Question,
    trial: u64,
) -> Result<(NoisyTable, Loss), Box<dyn Error>> {
    match Budget::new(question.rho()).charge(question)? {
        Decision::Charged(_, permit) => {
            let mut rng = ChaCha20Rng::seed_from_u64(trial);
            Ok(measure(table, "all", permit, Confidence::NINETY_FIVE, &mut rng)?)
        }
        Decision::Answered(_) => Err("a new budget has no answers".into()),
    }
}

/// Runs trials and says how wrong they were on average.
fn average(
    mut trial: impl FnMut(u64) -> Result<(NoisyTable, Loss), Box<dyn Error>>,
    sides: &[Dimension],
) -> Result<String, Box<dyn Error>> {
    let truth = CountsOfSites::of(&persons(sides, 1), sides);
    let (mut all, mut total, mut sites, mut largest) = (0.0, 0.0, 0.0, 0);
    for number in 0..TRIALS {
        let (noisy, loss) = trial(number)?;
        all += loss.mean_absolute_error;
        largest = largest.max(loss.largest_error);
        let value = |site: usize| {
            let at: Vec<usize> = (0..sides.len()).map(|side| if side == 0 { site } else { 0 }).collect();
            noisy.cell(&at).map_or(0, |cell| cell.value)
        };
        total += as_f64(value(0).abs_diff(PERSONS));
        let errors = truth.0.iter().zip(1..).map(|(&count, site)| as_f64(value(site).abs_diff(count)));
        sites += errors.sum::<f64>() / as_f64(truth.0.len() as u64);
    }
    let of = |sum: f64| sum / as_f64(TRIALS);
    Ok(format!("all {:5.2}  total {:5.1}  sites {:5.2}  largest {largest:>2}", of(all), of(total), of(sites)))
}

/// True persons of each site.
struct CountsOfSites(Vec<u64>);

impl CountsOfSites {
    fn of(rows: &[Row], sides: &[Dimension]) -> Self {
        let sites = sides.first().map_or(0, |side| side.nodes().len().saturating_sub(1));
        let at = |row: &Row, site| row.leaves.first() == Some(&site);
        Self((1..=sites).map(|site| rows.iter().filter(|row| at(row, site)).count() as u64).collect())
    }
}

/// What a table is called, and its sides.
type Named = (&'static str, Vec<Dimension>);

fn tables() -> Result<Vec<Named>, Box<dyn Error>> {
    let flat =
        |name: &str, leaves: u32| Dimension::flat(name, (1..=leaves).map(|leaf| format!("{name} {leaf}")));
    Ok(vec![
        ("12 sites x 8 sectors", vec![flat("site", 12)?, flat("sector", 8)?]),
        ("12 sites x 8 sectors x 6 ages", vec![flat("site", 12)?, flat("sector", 8)?, flat("age", 6)?]),
        ("12 sites x 60 countries in 6 areas", vec![flat("site", 12)?, countries()?]),
    ])
}

/// Areas of ten countries each.
fn countries() -> Result<Dimension, Box<dyn Error>> {
    let mut nodes = vec![Node { code: "world".to_owned(), parent: None }];
    for area in 1..=6 {
        nodes.push(Node { code: format!("area {area}"), parent: Some(0) });
        let parent = Some(nodes.len() - 1);
        nodes.extend((1..=10).map(|country| Node { code: format!("{area}.{country}"), parent }));
    }
    Ok(Dimension::tree("country", nodes)?)
}

/// Persons spread unevenly: of two draws the smaller, so that some categories are rare.
fn persons(sides: &[Dimension], seed: u64) -> Vec<Row> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut leaf = |side: &Dimension| {
        let leaves: Vec<usize> = (0..side.nodes().len()).filter(|&node| side.is_leaf(node)).collect();
        let mut draw = || usize::try_from(rng.next_u64() % leaves.len() as u64).unwrap_or(0);
        let at = draw().min(draw());
        leaves.get(at).copied().unwrap_or(0)
    };
    let row = |person| Row { unit: person, person, leaves: sides.iter().map(&mut leaf).collect() };
    (0..PERSONS).map(row).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
