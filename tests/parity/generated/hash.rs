//! A hash that is quick in Rust and in JavaScript: two lanes of 32 bits. Each step can be undone when the word is known, so two
//! streams that differ in one word never get the same lane. Its twin is `pkg/test/parity/generated/hash.mjs`.

use skonto::decision::Decision;
use skonto::explain::{Change, Explanation, Lever};

pub struct Hash {
    left: u32,
    right: u32,
}

impl Default for Hash {
    fn default() -> Self {
        Hash { left: 0x736b_6f6e, right: 0x746f_6b73 }
    }
}

impl Hash {
    fn word(&mut self, word: u32) {
        self.left = (self.left ^ word).rotate_left(13).wrapping_mul(0x9e37_79b1);
        self.right = self.right.wrapping_add(word).rotate_left(17).wrapping_mul(0x85eb_ca77);
    }

    /// Everything a decision says.
    pub fn decision(&mut self, decision: &Decision) {
        decision.numbers(|number| self.number(number));
    }

    /// The decision and its reasons, in the order of the page's output block.
    pub fn explanation(&mut self, told: &Explanation) {
        self.decision(&told.decision);
        self.number(told.contributions.len() as f64);
        for part in &told.contributions {
            let value = part.value.unwrap_or(f64::NAN);
            [part.feature as f64, part.amount, value, part.cost].into_iter().for_each(|number| self.number(number));
        }
        self.number(told.changes.len() as f64);
        told.changes.iter().flat_map(numbers_of).for_each(|number| self.number(number));
    }

    fn number(&mut self, number: f64) {
        let bits = number.to_bits();
        self.word(bits as u32);
        self.word((bits >> 32) as u32);
    }

    pub fn text(self) -> String {
        format!("{:08x}{:08x}", self.left, self.right)
    }
}

fn numbers_of(change: &Change) -> [f64; 5] {
    let (kind, index) = match change.lever {
        Lever::Feature(feature) => (0, feature),
        Lever::Margin => (1, 0),
        Lever::BudgetPrice => (2, 0),
        Lever::Cost(arm) => (3, arm),
    };
    [kind as f64, index as f64, change.from.unwrap_or(f64::NAN), change.to, change.arm as f64]
}
