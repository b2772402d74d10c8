//! Learns what words mean from the shop's own titles and queries.
//!
//! ```text
//! texts -> tokens -> vocabulary -> cooccurrence -> svd -> WordVectors -> buckets -> Words
//! ```
//!
//! It is not a language model: it knows no grammar, no order of words and nothing beyond the texts it is given.

mod buckets;
mod cooccurrence;
mod params;
mod sparse;
mod svd;
mod tokens;
mod vectors;
mod vocabulary;

pub use params::{CheckedWordsParams, WordsParams};
pub use tokens::tokens;
pub use vectors::{WordVectors, cosine};

use crate::error::{Code, Error, Result};
use crate::words::{DIM, Meaning, Words};
use cooccurrence::Counts;
use sparse::Sparse;
use vocabulary::Vocabulary;

/// What is learnt from.
#[derive(Clone, Debug, Default)]
pub struct Corpus<'a> {
    /// Titles and queries, each as often as it should count.
    pub texts: Vec<&'a str>,
    /// The titles of each product group of the schema; empty, or one list for each.
    pub groups: Vec<Vec<&'a str>>,
    /// The titles of each category of the schema; empty, or one list for each.
    pub categories: Vec<Vec<&'a str>>,
}

/// Fits the vectors and, from them, what the device gets.
pub fn fit(corpus: &Corpus, params: &CheckedWordsParams) -> Result<(WordVectors, Words)> {
    let params = params.params();
    let vocabulary = Vocabulary::new(&corpus.texts, params.min_count, params.max_words);
    let information = information(corpus, &vocabulary, params);
    if information.is_empty() {
        return Err(Error::new(Code::BadData, "words: no two words that stand together more often than by chance"));
    }
    let vectors = WordVectors::new(vocabulary, &svd::truncated(&information, params.dimensions, params.seed));
    let mut words = Words::new(params.buckets)?;
    buckets::quantise(&buckets::distil(&vectors, params.buckets, params.ridge), &mut words);
    words.groups = corpus.groups.iter().map(|texts| centre(&words, texts)).collect();
    words.categories = corpus.categories.iter().map(|texts| centre(&words, texts)).collect();
    Ok((vectors, words))
}

/// What each word's neighbours say of it: the words beside it, and the groups of its titles.
fn information(corpus: &Corpus, vocabulary: &Vocabulary, params: &WordsParams) -> Sparse {
    let mut counts = Counts::new(params.window);
    corpus.texts.iter().for_each(|text| counts.text(&vocabulary.numbers(text)));
    let mut neighbours = vocabulary.words.len();
    for texts in &corpus.groups {
        texts.iter().for_each(|text| counts.label(&vocabulary.numbers(text), neighbours as u32));
        neighbours += 1;
    }
    counts.information(vocabulary.words.len(), neighbours, params.shift)
}

/// What texts have in common as the device sees them, so that whatever its buckets get wrong they get wrong alike.
fn centre(words: &Words, texts: &[&str]) -> Meaning {
    let mut sum = [0.0; DIM];
    for meaning in texts.iter().filter_map(|text| words.embed(text)) {
        let length = meaning.0.iter().map(|cell| (*cell as f64).powi(2)).sum::<f64>().sqrt();
        sum.iter_mut().zip(meaning.0).for_each(|(total, cell)| *total += cell as f64 / length);
    }
    let largest = sum.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    // Of no texts nothing is known.
    let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    Meaning(sum.map(|value| (value * scale).round() as i8))
}
