//! Gains that never fall as an offer deepens.

/// Gains by arm made to rise with depth: the closest in squares that do (pool adjacent violators; Barlow et al. 1972), none
/// below 0, the gain of no offer. Arms of one depth get one gain.
///
/// `gain` and `depth` are by arm; the first, none, is left at 0. Cutting the fit at 0 gives the closest among those that are
/// also not below 0.
pub fn rising(gain: &mut [f64], depth: &[f64]) {
    let mut order: Vec<usize> = (1..gain.len()).collect();
    order.sort_by(|one, other| depth[*one].total_cmp(&depth[*other]));
    // Blocks of arms: their sum and how many. A block is pooled with the one before while it lies below it.
    let mut blocks: Vec<(f64, usize)> = Vec::with_capacity(order.len());
    for same in order.chunk_by(|one, other| depth[*one] == depth[*other]) {
        blocks.push((same.iter().map(|arm| gain[*arm]).sum(), same.len()));
        while let [.., before, last] = blocks[..] {
            if before.0 / before.1 as f64 <= last.0 / last.1 as f64 {
                break;
            }
            blocks.pop();
            blocks.pop();
            blocks.push((before.0 + last.0, before.1 + last.1));
        }
    }
    let fitted = blocks.into_iter().flat_map(|(sum, count)| std::iter::repeat_n((sum / count as f64).max(0.0), count));
    order.into_iter().zip(fitted).for_each(|(arm, fitted)| gain[arm] = fitted);
    gain[0] = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_what_falls_and_nothing_else() {
        let check = |gain: &[f64], depth: &[f64], expected: &[f64]| {
            let mut gain = gain.to_vec();
            rising(&mut gain, depth);
            assert_eq!(gain, expected);
        };
        check(&[0.0, 1.0, 2.0, 3.0], &[0.0, 0.1, 0.2, 0.3], &[0.0, 1.0, 2.0, 3.0]);
        check(&[0.0, 3.0, 1.0, 5.0], &[0.0, 0.1, 0.2, 0.3], &[0.0, 2.0, 2.0, 5.0]);
        check(&[0.0, 5.0, 3.0, 1.0], &[0.0, 0.3, 0.2, 0.1], &[0.0, 5.0, 3.0, 1.0]);
        check(&[0.0, -1.0, 2.0, 1.0], &[0.0, 0.1, 0.2, 0.3], &[0.0, 0.0, 1.5, 1.5]);
        check(&[0.0, 4.0, 2.0, 1.0], &[0.0, 0.1, 0.1, 0.2], &[0.0, 7.0 / 3.0, 7.0 / 3.0, 7.0 / 3.0]);
        check(&[0.0, -1.0], &[0.0, 0.1], &[0.0, 0.0]);
        check(&[0.0], &[0.0], &[0.0]);
    }
}
