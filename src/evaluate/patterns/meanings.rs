//! Words that stand in the same company: the nearest of the ten most frequent.

use super::Part;
use super::told::Told;
use crate::error::Result;
use crate::train::words::{Corpus, WordsParams, fit};
use serde::Serialize;

/// Words shown.
const SHOWN: usize = 10;
/// Neighbours of each.
const NEAREST: usize = 5;
/// Letters of a word that says something: `of` and `x` do not.
const LETTERS: usize = 3;

/// The ten most frequent words and their neighbours.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Meanings {
    /// Different titles and queries learnt from.
    pub texts: u64,
    /// Words that were frequent enough.
    pub words: u64,
    /// Most frequent first.
    pub nearest: Vec<Near>,
}

/// A word and its neighbours.
#[derive(Clone, Debug, Serialize)]
pub struct Near {
    /// The word.
    pub word: String,
    /// In how many places it stands.
    pub count: u64,
    /// Nearest first, with their cosines.
    pub neighbours: Vec<(String, f64)>,
}

/// Learns from every different title and query, each once.
pub fn find(told: &Told, params: Option<WordsParams>) -> Result<Part<Meanings>> {
    let params = params.unwrap_or_default().check()?;
    if !["item_name", "search_term"].iter().any(|name| told.mapped.contains(*name)) {
        let why = "The log has no product names and no searches: map item_name or search_term to see which words \
            mean the same.";
        return Ok(Part::Absent(why.into()));
    }
    let corpus = Corpus { texts: told.texts.iter().map(String::as_str).collect(), ..Corpus::default() };
    let Ok((vectors, _)) = fit(&corpus, &params) else {
        let why = format!("Too few words stand together often enough in {} different texts.", told.texts.len());
        return Ok(Part::Absent(why));
    };
    let frequent = vectors.words().iter().filter(|(word, _)| says_something(word)).take(SHOWN);
    let near = |(word, count): &(String, u32)| {
        let nearest = vectors.nearest(word, vectors.words().len()).unwrap_or_default();
        let telling = nearest.into_iter().filter(|(word, _)| says_something(word)).take(NEAREST);
        let neighbours = telling.map(|(word, cosine)| (word.to_string(), cosine)).collect();
        Near { word: word.clone(), count: *count as u64, neighbours }
    };
    let nearest: Vec<Near> = frequent.map(near).collect();
    let (texts, words) = (told.texts.len() as u64, vectors.words().len() as u64);
    Ok(Part::Found(Meanings { texts, words, nearest }))
}

fn says_something(word: &str) -> bool {
    let is_spaced = word.bytes().all(|byte| byte.is_ascii());
    !is_spaced || (word.len() >= LETTERS && word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_very_short_words_are_not_shown() {
        let shown = ["of", "500", "tea", "茶", "4pk"].map(says_something);
        assert_eq!(shown, [false, false, true, true, true]);
    }
}
