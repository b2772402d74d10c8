//! Where a column of amounts is cut into bins: midway between neighbouring distinct values, equally many rows per bin.
//!
//! A cut is a single-precision number where one lies between the two values, so that it takes four bytes in an artefact
//! and still parts them when they are compared in double precision.

/// Rising cuts that part `values` (no NaN; they are sorted in place) into at most `most` bins.
///
/// With at most `most` distinct values every one gets a bin of its own. Otherwise values that make up a whole bin get
/// one, and the rest are filled up evenly.
pub fn choose(values: &mut [f64], most: usize) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let distinct = count_distinct(values);
    match distinct.len() <= most {
        true => distinct.windows(2).map(|pair| between(pair[0].0, pair[1].0)).collect(),
        false => quantiles(&distinct, values.len(), most),
    }
}

fn count_distinct(sorted: &[f64]) -> Vec<(f64, usize)> {
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match distinct.last_mut() {
            Some((last, count)) if *last == *value => *count += 1,
            _ => distinct.push((*value, 1)),
        }
    }
    distinct
}

/// Cuts after which a bin is full: of a value as frequent as a whole bin, or of as many rows as are left per bin.
fn quantiles(distinct: &[(f64, usize)], rows: usize, most: usize) -> Vec<f64> {
    let heavy = |count: usize| count * most >= rows;
    let (mut rest_rows, mut rest_bins) =
        distinct.iter().fold(
            (rows, most),
            |(rows, bins), (_, count)| {
                if heavy(*count) { (rows - count, bins - 1) } else { (rows, bins) }
            },
        );
    let (mut cuts, mut filled) = (Vec::with_capacity(most), 0);
    for pair in distinct.windows(2) {
        let ((value, count), (next, next_count)) = (pair[0], pair[1]);
        filled += count;
        let full = filled * rest_bins.max(1) >= rest_rows;
        if !(heavy(count) || full || heavy(next_count) && 2 * filled * rest_bins.max(1) >= rest_rows) {
            continue;
        }
        cuts.push(between(value, next));
        if !heavy(count) {
            rest_rows = rest_rows.saturating_sub(filled);
            rest_bins = rest_bins.saturating_sub(1);
        }
        filled = 0;
        if cuts.len() + 1 == most {
            break;
        }
    }
    cuts
}

/// A number `cut` with `low <= cut < high`, near the middle, in single precision where there is one.
pub fn between(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    let single = middle as f32;
    [single, single.next_down(), single.next_up()]
        .into_iter()
        .map(f64::from)
        .chain([middle])
        .find(|cut| low <= *cut && *cut < high && cut.is_finite())
        .unwrap_or(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_every_distinct_value_when_there_are_few() {
        assert_eq!(choose(&mut [3.0, 1.0, 1.0, 2.0], 254), [1.5, 2.5]);
        assert!(choose(&mut [7.0; 5], 254).is_empty());
        assert!(choose(&mut [], 254).is_empty());
    }

    #[test]
    fn gives_a_frequent_value_a_bin_of_its_own() {
        let mut values: Vec<f64> = (0..1_000).map(f64::from).chain(vec![500.0; 1_000]).collect();
        let cuts = choose(&mut values, 10);
        assert!(cuts.contains(&499.5) && cuts.contains(&500.5), "{cuts:?}");
        assert!(cuts.len() < 10 && cuts.len() >= 8, "{cuts:?}");
    }

    #[test]
    fn fills_bins_evenly() {
        let mut values: Vec<f64> = (0..10_000).map(f64::from).collect();
        let cuts = choose(&mut values, 100);
        assert_eq!(cuts.len(), 99);
        let widest = cuts.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        assert!(widest <= 102.0, "{widest}");
    }

    proptest! {
        #[test]
        fn a_cut_parts_its_two_values(low in any::<f64>(), step in 1u64..1 << 54) {
            let high = f64::from_bits(low.to_bits().wrapping_add(step));
            prop_assume!(low.is_finite() && high.is_finite());
            let (low, high) = if low < high { (low, high) } else { (high, low) };
            prop_assume!(low < high);
            let cut = between(low, high);
            prop_assert!(low <= cut && cut < high, "{low} {cut} {high}");
        }

        #[test]
        fn never_makes_more_bins_than_allowed(values in proptest::collection::vec(-50i32..50, 1..400), most in 2usize..40) {
            let mut values: Vec<f64> = values.into_iter().map(|value| f64::from(value) / 3.0).collect();
            let cuts = choose(&mut values, most);
            prop_assert!(cuts.len() < most);
            prop_assert!(cuts.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
