//! A matrix of which only the cells that are not zero are kept, row by row.
//!
//! Products add up in the order of the cells, without fused operations: their bits do not depend on the machine.

/// Rows one after another.
#[derive(Clone, Debug, Default)]
pub struct Sparse {
    /// Number of columns.
    pub columns: usize,
    /// Where each row ends among the cells.
    ends: Vec<usize>,
    cells: Vec<(u32, f64)>,
}

impl Sparse {
    /// A matrix without rows.
    pub fn new(columns: usize) -> Self {
        Sparse { columns, ..Sparse::default() }
    }

    /// Appends a row. Every column must be below [`columns`](Sparse::columns).
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f64)>) {
        self.cells.extend(row);
        self.ends.push(self.cells.len());
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Whether no cell is kept.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cells of each row.
    pub fn iter(&self) -> impl Iterator<Item = &[(u32, f64)]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.cells[*start..*end])
    }

    /// The sum of the squares of all cells.
    pub fn squares(&self) -> f64 {
        crate::math::ordered_sum(self.cells.iter().map(|(_, cell)| cell * cell))
    }

    /// The matrix times a vector of as many numbers as there are columns.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.iter()
            .map(|row| row.iter().fold(0.0, |sum, (column, cell)| sum + cell * vector[*column as usize]))
            .collect()
    }

    /// The transposed matrix times a vector of as many numbers as there are rows.
    pub fn transposed_times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.columns];
        for (row, factor) in self.iter().zip(vector) {
            row.iter().for_each(|(column, cell)| product[*column as usize] += cell * factor);
        }
        product
    }
}

/// The sum of products, in order.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    crate::math::ordered_sum(a.iter().zip(b).map(|(a, b)| a * b))
}

/// Adds `factor` times `b` to `a`.
pub fn add_scaled(a: &mut [f64], factor: f64, b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += factor * b);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_as_the_full_matrix_would() {
        let mut matrix = Sparse::new(3);
        matrix.push([(0, 1.0), (2, 2.0)]);
        matrix.push([]);
        matrix.push([(1, -3.0)]);
        assert_eq!(matrix.rows(), 3);
        assert_eq!(matrix.times(&[1.0, 10.0, 100.0]), [201.0, 0.0, -30.0]);
        assert_eq!(matrix.transposed_times(&[1.0, 10.0, 100.0]), [1.0, -300.0, 2.0]);
    }
}
