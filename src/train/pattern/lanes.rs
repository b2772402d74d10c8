//! Distances from one row to several centres at once, a lane per centre.
//!
//! Lanes are independent and each sums its columns in order, so the compiler can put lanes side by side in a register
//! without changing a bit of any sum.

/// Up to `K` centres, column by column.
pub(super) struct Lanes<const K: usize> {
    columns: Vec<[f64; K]>,
}

impl<const K: usize> Lanes<K> {
    /// Of at most `K` centres; lanes that are left over are infinitely far from everything.
    pub(super) fn new<'a>(centers: impl Iterator<Item = &'a [f64]>, columns: usize) -> Self {
        let mut lanes = Lanes { columns: vec![[f64::INFINITY; K]; columns] };
        for (lane, center) in centers.take(K).enumerate() {
            for (column, value) in lanes.columns.iter_mut().zip(center) {
                column[lane] = *value;
            }
        }
        lanes
    }

    /// The squared distance from `row` to each centre.
    #[inline(always)]
    pub(super) fn squared_distances(&self, row: &[f64]) -> [f64; K] {
        let mut sums = [0.0; K];
        for (value, column) in row.iter().zip(&self.columns) {
            for (sum, center) in sums.iter_mut().zip(column) {
                let difference = value - center;
                *sum += difference * difference;
            }
        }
        sums
    }
}
