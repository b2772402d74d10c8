//! The words that occur often enough to be learnt, commonest first, and each text as their numbers.
//!
//! A rarer word is left out of its text, so its neighbours close up. The device still makes something of it, from
//! the pieces it shares with words that are kept.

use super::tokens::tokens;
use std::collections::HashMap;

/// Words by number.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Each word and how often it occurs, commonest first and then by alphabet.
    pub words: Vec<(String, u32)>,
    numbers: HashMap<String, u32>,
    /// Occurrences of all words, those not kept included.
    pub total: u64,
}

impl Vocabulary {
    /// Keeps the `most` commonest of the words that occur at least `least` times.
    pub fn new(texts: &[&str], least: u32, most: usize) -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        for text in texts {
            tokens(text, |word| match counts.get_mut(word) {
                Some(count) => *count = count.saturating_add(1),
                None => _ = counts.insert(word.to_owned(), 1),
            });
        }
        let total = counts.values().map(|count| *count as u64).sum();
        let mut words: Vec<_> = counts.into_iter().filter(|(_, count)| *count >= least).collect();
        words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(most);
        let numbers = words.iter().zip(0..).map(|((word, _), number)| (word.clone(), number)).collect();
        Vocabulary { words, numbers, total }
    }

    /// The number of a word.
    pub fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// A text as the numbers of its kept words, in order.
    pub fn numbers(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        tokens(text, |word| found.extend(self.number(word)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_the_commonest_first_and_leaves_out_the_rare() {
        let vocabulary = Vocabulary::new(&["tea green tea", "green tea cup", "b a b a"], 2, 4);
        let words: Vec<_> = vocabulary.words.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        assert_eq!(words, [("tea", 3), ("a", 2), ("b", 2), ("green", 2)]);
        assert_eq!(vocabulary.total, 10);
        assert_eq!(vocabulary.numbers("Green cup of TEA"), [3, 0]);
    }
}
