//! A policy tree in words: the way to every leaf, and the arm at its end.

use super::shares::said;
use super::trials::Trials;
use crate::evaluate::report::number;
use crate::train::policy_tree::{Ask, PolicyTree};
use std::collections::BTreeMap;

/// A tree with more leaves is not told.
const MOST_LEAVES: usize = 8;

/// Every way through the tree, in one sentence; empty for a large tree. `words` are the words of levels, by feature.
pub fn told(tree: &PolicyTree, trials: &Trials, words: &BTreeMap<String, Vec<String>>) -> String {
    let leaves = tree.nodes.iter().filter(|node| node.question.is_none()).count();
    if leaves > MOST_LEAVES {
        return format!(" {leaves} leaves.");
    }
    let names = Names { features: &trials.train.features.names, arms: &trials.train.arms, words };
    let mut ways = Vec::new();
    names.walk(tree, 0, &mut Vec::new(), &mut ways);
    format!(" {}.", ways.join("; "))
}

struct Names<'a> {
    features: &'a [String],
    arms: &'a [String],
    words: &'a BTreeMap<String, Vec<String>>,
}

impl Names<'_> {
    fn walk(&self, tree: &PolicyTree, at: usize, way: &mut Vec<String>, ways: &mut Vec<String>) {
        let node = &tree.nodes[at];
        let Some((ask, right)) = node.question else {
            let way = if way.is_empty() { "everybody".into() } else { way.join(" and ") };
            let arm = &self.arms[node.arm as usize];
            return ways.push(format!("{way}: {arm} ({} rows)", number::count(node.rows)));
        };
        for (side, child) in [(true, at + 1), (false, right)] {
            way.push(self.asked(ask, side));
            self.walk(tree, child, way, ways);
            way.pop();
        }
    }

    fn asked(&self, ask: Ask, holds: bool) -> String {
        match ask {
            Ask::AtMost { feature, amount } => {
                let sign = if holds { "at most" } else { "above" };
                format!("{} {sign} {}", self.features[feature], number::amount(amount))
            }
            Ask::Is { feature, level } => {
                let not = if holds { "is" } else { "is not" };
                format!("{} {not} {}", self.features[feature], self.word(feature, level))
            }
        }
    }

    fn word(&self, feature: usize, level: Option<u16>) -> String {
        let Some(level) = level else { return "missing".into() };
        let words = self.words.get(&self.features[feature]).map_or(&[][..], Vec::as_slice);
        said(level, words)
    }
}
