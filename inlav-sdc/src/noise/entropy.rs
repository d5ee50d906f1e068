//! The least presuming distribution of a noise: maximum entropy under the moments asked for.
//!
//! Marley and Leaver, *A method for confidentialising user-defined tables* (ISI 2011); Giessing,
//! *Computational issues in the design of transition probabilities* (PSD 2016). Of all
//! distributions on the support with mean 0 and variance at most V, the one of largest entropy is
//! proportional to `exp(-a·v - b·v²)`. Where probabilities must not fall on the way up to noise 0,
//! the exponents are replaced by their isotonic regression (pooled means of neighbours), which is
//! what the multipliers of those constraints do.

/// Halvings of each bracket: as many as a double has digits, and some.
const HALVINGS: u32 = 70;

/// Probabilities of the noises in `support` (ascending): mean 0, variance at most `variance`, of
/// maximum entropy, and not falling from the lowest noise up to noise 0 where that is possible.
///
/// `None` when no distribution is so: no noise of either sign, or none without more variance.
pub(super) fn maximum_entropy(support: &[i32], variance: f64) -> Option<Vec<f64>> {
    let below = support.iter().copied().filter(|&noise| noise < 0).max()?;
    let above = support.iter().copied().filter(|&noise| noise > 0).min()?;
    if !support.contains(&0) && -f64::from(below) * f64::from(above) >= variance {
        return None;
    }
    let chain = support.iter().position(|&noise| noise == 0).map_or(0, |zero| zero + 1);
    let family = Family { noises: support.iter().copied().map(f64::from).collect(), chain };
    let free = family.centred(0.0);
    if family.moment(&free, 2) <= variance {
        return Some(free);
    }
    // The variance falls as b grows.
    let wide = |b: f64| family.moment(&family.centred(b), 2) > variance;
    let highest = (0..60).map(|power| 2_f64.powi(power - 10)).find(|&b| !wide(b))?;
    Some(family.centred(halve(0.0, highest, wide)))
}

/// Distributions on given noises, of which the first `chain` must not fall.
struct Family {
    noises: Vec<f64>,
    chain: usize,
}

impl Family {
    /// The member with this `b` and mean 0.
    fn centred(&self, b: f64) -> Vec<f64> {
        // The mean falls as a grows.
        let heavy = |a: f64| self.moment(&self.member(a, b), 1) > 0.0;
        let reach = |sign: f64| (0..60).map(move |power| sign * 2_f64.powi(power - 4));
        let low = reach(-1.0).find(|&a| heavy(a)).unwrap_or(0.0);
        let high = reach(1.0).find(|&a| !heavy(a)).unwrap_or(0.0);
        self.member(halve(low, high, heavy), b)
    }

    fn member(&self, a: f64, b: f64) -> Vec<f64> {
        let exponents: Vec<f64> = self.noises.iter().map(|noise| a * noise + b * noise * noise).collect();
        let (chain, free) = exponents.split_at(self.chain);
        let pooled: Vec<f64> = falling(chain).into_iter().chain(free.iter().copied()).collect();
        let least = pooled.iter().copied().fold(f64::INFINITY, f64::min);
        let weights: Vec<f64> = pooled.iter().map(|exponent| (least - exponent).exp()).collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    }

    fn moment(&self, probabilities: &[f64], order: i32) -> f64 {
        self.noises.iter().zip(probabilities).map(|(noise, p)| noise.powi(order) * p).sum()
    }
}

/// The value at which `above` turns from true to false, given that it does between the two.
fn halve(mut low: f64, mut high: f64, above: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if above(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The non-increasing sequence nearest to `values` (pool adjacent violators).
fn falling(values: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, u32)> = Vec::new();
    for &value in values {
        let mut pool = (value, 1);
        while let Some(&(sum, count)) = pools.last()
            && sum / f64::from(count) < pool.0 / f64::from(pool.1)
        {
            pool = (pool.0 + sum, pool.1 + count);
            pools.pop();
        }
        pools.push(pool);
    }
    (pools.into_iter()).flat_map(|(sum, count)| (0..count).map(move |_| sum / f64::from(count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_out_of_order_are_pooled() {
        assert_eq!(falling(&[3.0, 2.0, 1.0]), [3.0, 2.0, 1.0]);
        assert_eq!(falling(&[1.0, 2.0, 3.0]), [2.0, 2.0, 2.0]);
        assert_eq!(falling(&[5.0, 1.0, 3.0]), [5.0, 2.0, 2.0]);
        assert!(falling(&[]).is_empty());
    }

    #[test]
    fn moments_hold_and_probabilities_rise_to_noise_zero() {
        for (support, variance) in [
            (&[-2, -1, 0, 1, 2][..], 1.0),
            (&[-1, 0, 1, 2, 3, 4], 2.0),
            (&[-5, -2, -1, 0, 1, 2, 3, 4, 5], 3.0),
        ] {
            let found = maximum_entropy(support, variance).unwrap();
            let moment = |order: i32| -> f64 {
                support.iter().zip(&found).map(|(&noise, p)| f64::from(noise).powi(order) * p).sum()
            };
            assert!((moment(0) - 1.0).abs() < 1e-12);
            assert!(moment(1).abs() < 1e-12);
            assert!(moment(2) < variance + 1e-9);
            let zero = support.iter().position(|&noise| noise == 0).unwrap();
            assert!(found[..=zero].is_sorted());
        }
    }

    #[test]
    fn what_cannot_be_centred_or_is_too_wide_does_not_exist() {
        assert!(maximum_entropy(&[0, 1, 2], 1.0).is_none());
        assert!(maximum_entropy(&[-1, 2, 3], 2.0).is_none(), "-1 and 2 alone have variance 2");
        assert!(maximum_entropy(&[-1, 2, 3], 2.1).is_some());
    }
}
