//! How high the right answer stands when all are ranked by relevance.

/// Place of the right answer, from 1; whatever scores the same stands above it, so a constant earns nothing.
pub fn place(scores: &[f64], right: usize) -> usize {
    scores.iter().filter(|score| **score >= scores[right]).count()
}

/// Over many questions.
#[derive(Clone, Copy, Debug)]
pub struct Ranking {
    pub top1: f64,
    pub top5: f64,
    /// Mean of one over the place.
    pub reciprocal: f64,
}

impl Ranking {
    pub fn new(places: &[usize]) -> Self {
        let count = places.len() as f64;
        let within = |limit| places.iter().filter(|place| **place <= limit).count() as f64 / count;
        let reciprocal = places.iter().map(|place| 1.0 / *place as f64).sum::<f64>() / count;
        Ranking { top1: within(1), top5: within(5), reciprocal }
    }

    /// What drawing lots among `answers` is expected to give.
    pub fn random(answers: usize) -> Self {
        Ranking::new(&(1..=answers).collect::<Vec<_>>())
    }

    pub fn print(&self, name: &str) {
        println!("{name:<44} top1 {:.3}  top5 {:.3}  reciprocal {:.3}", self.top1, self.top5, self.reciprocal);
    }
}
