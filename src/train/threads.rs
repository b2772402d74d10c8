//! Work shared between threads without the number of threads showing in the result.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The most threads used; beyond this the serial parts dominate.
const MAX_THREADS: usize = 8;

/// `work(0)..work(count - 1)` in that order, computed by as many threads as the machine has to offer.
///
/// Pieces are the same whatever the machine, and results are returned in order, so a sum over them has
/// the same bits everywhere. `done` is told how many pieces are finished.
pub fn ordered<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync, done: impl Fn(usize) + Sync) -> Vec<T> {
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let run = || {
        let mut mine = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return mine;
            }
            mine.push((index, work(index)));
            done(finished.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    let mut results = on_every_core(count, &run);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn on_every_core<T: Send>(count: usize, run: &(impl Fn() -> Vec<T> + Sync)) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(MAX_THREADS).min(count)).map(|_| scope.spawn(run)).collect();
        let mut results = run();
        for other in others {
            match other.join() {
                Ok(mine) => results.extend(mine),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

/// Cuts `0..length` into `pieces` ranges of nearly equal size.
pub fn piece(length: usize, pieces: usize, index: usize) -> std::ops::Range<usize> {
    length * index / pieces..length * (index + 1) / pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_results_in_order_whatever_thread_made_them() {
        let squares = ordered(1_000, |index| index * index, |_| {});
        assert!(squares.iter().enumerate().all(|(index, square)| *square == index * index));
    }

    #[test]
    fn pieces_cover_everything_once() {
        let all: Vec<usize> = (0..7).flat_map(|index| piece(100, 7, index)).collect();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
    }
}
