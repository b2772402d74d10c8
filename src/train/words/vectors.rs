//! Words as vectors in full precision: for the report, and as the teacher of the device's buckets.
//!
//! A text is the sum of its words' vectors, a common word weighing less (Arora, Liang and Ma, ICLR 2017). A word that
//! training did not keep has no vector and adds nothing; only the buckets cope with new words.

use super::sparse::{add_scaled, dot};
use super::svd::Svd;
use super::vocabulary::Vocabulary;
use crate::math;

/// A word's share of all words at which its weight is one half.
const HALF_WEIGHT: f64 = 1e-3;
/// Power of the singular values, between the directions alone (0) and the full product (1), as good as either.
const STRETCH: f64 = 0.5;

/// The vectors of the words that were kept.
#[derive(Clone, Debug)]
pub struct WordVectors {
    vocabulary: Vocabulary,
    /// By word; less the mean over all text, which says nothing of any one text.
    vectors: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

impl WordVectors {
    pub(super) fn new(vocabulary: Vocabulary, svd: &Svd) -> Self {
        let factors: Vec<f64> = svd.values.iter().map(|value| stretched(*value)).collect();
        let scaled = |word| svd.vectors.iter().zip(&factors).map(|(vector, factor)| vector[word] * factor).collect();
        let vectors: Vec<Vec<f64>> = (0..vocabulary.words.len()).map(scaled).collect();
        let share = |count: u32| count as f64 / vocabulary.total as f64;
        let weights: Vec<f64> =
            vocabulary.words.iter().map(|(_, count)| HALF_WEIGHT / (HALF_WEIGHT + share(*count))).collect();
        let mut words = WordVectors { vocabulary, vectors, weights };
        words.centre();
        words
    }

    fn centre(&mut self) {
        let mut mean = vec![0.0; self.dimensions()];
        let mut whole = 0.0;
        for (number, vector) in self.vectors.iter().enumerate() {
            let weight = self.weights[number] * self.vocabulary.words[number].1 as f64;
            add_scaled(&mut mean, weight, vector);
            whole += weight;
        }
        self.vectors.iter_mut().for_each(|vector| add_scaled(vector, -1.0 / whole, &mean));
    }

    /// The words kept, commonest first, and how often each occurs.
    pub fn words(&self) -> &[(String, u32)] {
        &self.vocabulary.words
    }

    pub(super) fn dimensions(&self) -> usize {
        self.vectors.first().map_or(0, Vec::len)
    }

    /// What a word adds to a text, by its place in [`words`](WordVectors::words).
    pub(super) fn weighted(&self, number: usize) -> Vec<f64> {
        self.vectors[number].iter().map(|value| self.weights[number] * value).collect()
    }

    /// The `count` words nearest to a word, nearest first, with their cosines; none if the word was not kept.
    pub fn nearest(&self, word: &str, count: usize) -> Option<Vec<(&str, f64)>> {
        let number = *self.vocabulary.numbers(word).first()? as usize;
        let mut others: Vec<(usize, f64)> = (0..self.vectors.len())
            .filter(|other| *other != number)
            .map(|other| (other, cosine(&self.vectors[number], &self.vectors[other])))
            .collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1));
        others.truncate(count);
        Some(others.into_iter().map(|(other, cosine)| (self.vocabulary.words[other].0.as_str(), cosine)).collect())
    }

    /// The direction of a text, of length 1; none if no word of it was kept.
    pub fn embed(&self, text: &str) -> Option<Vec<f64>> {
        let numbers = self.vocabulary.numbers(text);
        let mut sum = vec![0.0; self.dimensions()];
        numbers.iter().for_each(|number| {
            add_scaled(&mut sum, self.weights[*number as usize], &self.vectors[*number as usize]);
        });
        unit(sum)
    }

    /// The direction of many texts together, each counting the same; none if no word of them was kept.
    pub fn embed_all(&self, texts: &[&str]) -> Option<Vec<f64>> {
        let mut sum = vec![0.0; self.dimensions()];
        texts.iter().filter_map(|text| self.embed(text)).for_each(|direction| add_scaled(&mut sum, 1.0, &direction));
        unit(sum)
    }

    /// From -1 to 1, how much two texts are about the same; 0 if nothing is known of one of them.
    pub fn relevance(&self, query: &str, text: &str) -> f64 {
        match (self.embed(query), self.embed(text)) {
            (Some(query), Some(text)) => cosine(&query, &text),
            _ => 0.0,
        }
    }
}

fn stretched(value: f64) -> f64 {
    if value > 0.0 { math::exp(STRETCH * math::ln(value)) } else { 0.0 }
}

fn unit(mut vector: Vec<f64>) -> Option<Vec<f64>> {
    let length = dot(&vector, &vector).sqrt();
    vector.iter_mut().for_each(|value| *value /= length);
    (length > 0.0).then_some(vector)
}

/// From -1 to 1; 0 if a vector is all zeros.
pub fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let norms = (dot(a, a) * dot(b, b)).sqrt();
    if norms > 0.0 { (dot(a, b) / norms).clamp(-1.0, 1.0) } else { 0.0 }
}
