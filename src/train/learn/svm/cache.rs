//! Rows of similarities that were computed before, as many as a bound on memory allows; the one unused for longest goes first.
//!
//! A row computed again has the same bits, so the bound never shows in a result.

use std::rc::Rc;

/// Not a row.
const NOBODY: u32 = u32::MAX;

/// The rows kept.
pub struct Cache {
    rows: Vec<Option<Rc<[f32]>>>,
    /// A ring of kept rows from the latest used to the one unused for longest; its knot is the last place.
    after: Vec<u32>,
    before: Vec<u32>,
    kept: usize,
    most: usize,
}

impl Cache {
    /// For `length` rows of that length, in at most `bytes`, but two rows in any case.
    pub fn new(length: usize, bytes: usize) -> Cache {
        let knot = length as u32;
        let mut ring = vec![NOBODY; length + 1];
        ring[length] = knot;
        let most = (bytes / (4 * length.max(1))).max(2);
        Cache { rows: vec![None; length], after: ring.clone(), before: ring, kept: 0, most }
    }

    /// A row, computed by `compute` if it is not kept.
    pub fn row(&mut self, row: usize, compute: impl FnOnce(&mut [f32])) -> Rc<[f32]> {
        match self.rows[row].clone() {
            Some(found) => {
                self.unlink(row);
                self.link(row);
                found
            }
            None => {
                if self.kept == self.most {
                    self.forget();
                }
                let mut made: Rc<[f32]> = std::iter::repeat_n(0.0, self.rows.len()).collect();
                compute(Rc::get_mut(&mut made).expect("nobody else knows it yet"));
                self.rows[row] = Some(made.clone());
                self.kept += 1;
                self.link(row);
                made
            }
        }
    }

    /// The same rows with fewer columns: `places` are those that stay, rising.
    pub fn narrowed(self, places: &[usize], bytes: usize) -> Cache {
        let mut narrow = Cache::new(places.len(), bytes);
        let mut new_place = vec![NOBODY; self.rows.len()];
        places.iter().enumerate().for_each(|(new, old)| new_place[*old] = new as u32);
        let knot = self.rows.len();
        let mut at = self.before[knot] as usize;
        while at != knot {
            if let (Some(row), true) = (&self.rows[at], new_place[at] != NOBODY) {
                narrow.row(new_place[at] as usize, |out| {
                    out.iter_mut().zip(places).for_each(|(out, place)| *out = row[*place]);
                });
            }
            at = self.before[at] as usize;
        }
        narrow
    }

    fn forget(&mut self) {
        let oldest = self.before[self.rows.len()] as usize;
        self.unlink(oldest);
        self.rows[oldest] = None;
        self.kept -= 1;
    }

    fn unlink(&mut self, row: usize) {
        let (after, before) = (self.after[row], self.before[row]);
        self.after[before as usize] = after;
        self.before[after as usize] = before;
    }

    /// As the latest.
    fn link(&mut self, row: usize) {
        let knot = self.rows.len();
        let next = self.after[knot];
        (self.after[row], self.before[row]) = (next, knot as u32);
        self.before[next as usize] = row as u32;
        self.after[knot] = row as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_rows_used_last_and_computes_the_others_again() {
        let mut cache = Cache::new(4, 4 * 4 * 2);
        let mut ask = |row: usize| {
            let mut computed = false;
            let found = cache.row(row, |out| {
                computed = true;
                out.fill(row as f32);
            });
            assert_eq!(found[3], row as f32);
            computed
        };
        let asked = [0, 1, 0, 2, 0, 1, 3, 1];
        assert_eq!(asked.map(&mut ask), [true, true, false, true, false, true, true, false]);
    }

    #[test]
    fn a_narrowed_cache_holds_the_columns_that_stay() {
        let mut cache = Cache::new(4, 1 << 10);
        for row in 0..4 {
            cache
                .row(row, |out| out.iter_mut().enumerate().for_each(|(column, out)| *out = (10 * row + column) as f32));
        }
        let mut narrow = cache.narrowed(&[1, 3], 1 << 10);
        assert_eq!(*narrow.row(1, |_| panic!("it was kept")), [31.0, 33.0]);
    }
}
