//! Pieces of work on several threads whose results are taken in order, few at a time.
//!
//! Unlike [`threads::ordered`](crate::train::threads::ordered), results do not pile up: whoever finishes the next
//! piece in line hands it on, and nobody runs far ahead. There is no thread of its own for taking.

use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard};

/// Pieces that may wait, for every thread.
const AHEAD: usize = 4;

struct State<T> {
    next: usize,
    taken: usize,
    taking: bool,
    waiting: BTreeMap<usize, T>,
    failure: Option<(usize, Error)>,
}

struct Line<'a, T, W, S> {
    count: usize,
    ahead: usize,
    work: &'a W,
    sink: Mutex<S>,
    state: Mutex<State<T>>,
    moved: Condvar,
}

/// Runs `work(0)..work(count - 1)` and hands the results to `sink` in that order. The error returned is that of the
/// first piece that failed, whichever failed first.
pub fn in_order<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
    sink: impl FnMut(T) -> Result<()> + Send,
) -> Result<()> {
    let state = State { next: 0, taken: 0, taking: false, waiting: BTreeMap::new(), failure: None };
    let (sink, state, ahead) = (Mutex::new(sink), Mutex::new(state), AHEAD * threads.max(1));
    let line = Line { count, ahead, work: &work, sink, state, moved: Condvar::new() };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(count) {
            scope.spawn(|| line.run());
        }
        line.run();
    });
    match line.state().failure.take() {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

impl<T, W: Fn(usize) -> Result<T>, S: FnMut(T) -> Result<()>> Line<'_, T, W, S> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn run(&self) {
        // A panic must not leave the others waiting for a piece that will never come.
        let _guard = WakeOnPanic(self);
        while let Some(index) = self.claim() {
            let result = (self.work)(index);
            self.deliver(index, result);
        }
    }

    /// The next piece, once the line is short enough; none when all are claimed or one has failed.
    fn claim(&self) -> Option<usize> {
        let mut state = self.state();
        while state.failure.is_none() && state.next < self.count && state.next >= state.taken + self.ahead {
            state = self.moved.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        let free = state.failure.is_none() && state.next < self.count;
        free.then(|| std::mem::replace(&mut state.next, 0)).inspect(|index| state.next = index + 1)
    }

    fn deliver(&self, index: usize, result: Result<T>) {
        let mut state = self.state();
        match result {
            Ok(piece) => drop(state.waiting.insert(index, piece)),
            Err(error) => state.fail(index, error),
        }
        while !state.taking && state.failure.as_ref().is_none_or(|(failed, _)| state.taken < *failed) {
            let turn = state.taken;
            let Some(piece) = state.waiting.remove(&turn) else { break };
            state.taking = true;
            drop(state);
            let taken = self.take(piece);
            state = self.state();
            state.taking = false;
            state.taken += 1;
            if let Err(error) = taken {
                state.fail(turn, error);
            }
            self.moved.notify_all();
        }
        self.moved.notify_all();
    }

    fn take(&self, piece: T) -> Result<()> {
        match self.sink.lock() {
            Ok(mut sink) => sink(piece),
            Err(_) => Err(Error::new(Code::BadData, "another thread failed")),
        }
    }
}

impl<T> State<T> {
    fn fail(&mut self, index: usize, error: Error) {
        if self.failure.as_ref().is_none_or(|(failed, _)| index < *failed) {
            self.failure = Some((index, error));
        }
    }
}

struct WakeOnPanic<'a, 'b, T, W: Fn(usize) -> Result<T>, S: FnMut(T) -> Result<()>>(&'a Line<'b, T, W, S>);

impl<T, W: Fn(usize) -> Result<T>, S: FnMut(T) -> Result<()>> Drop for WakeOnPanic<'_, '_, T, W, S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().fail(0, Error::new(Code::BadData, "a thread failed"));
            self.0.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_on_every_piece_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let mut seen = Vec::new();
            let work = |index: usize| {
                std::thread::sleep(std::time::Duration::from_micros((index as u64 * 7_919) % 300));
                Ok(index)
            };
            in_order(threads, 200, work, |index| {
                seen.push(index);
                Ok(())
            })
            .unwrap();
            assert_eq!(seen, (0..200).collect::<Vec<_>>());
        }
        in_order(4, 0, Ok, |_: usize| Ok(())).unwrap();
    }

    #[test]
    fn returns_the_error_of_the_first_piece_that_failed_and_stops() {
        let fail = |index: usize| Error::limit(Code::BadData, "piece", 0, index as u64);
        for threads in [1, 2, 8] {
            let work = |index: usize| if index == 30 || index == 31 { Err(fail(index)) } else { Ok(index) };
            let mut last = 0;
            let error = in_order(threads, 10_000, work, |index| {
                last = index;
                Ok(())
            });
            assert_eq!(error.unwrap_err(), fail(30));
            assert!(last < 30, "{last}");
            let sink = |index: usize| if index == 5 { Err(fail(5)) } else { Ok(()) };
            assert_eq!(in_order(threads, 10_000, Ok, sink).unwrap_err(), fail(5));
        }
    }
}
