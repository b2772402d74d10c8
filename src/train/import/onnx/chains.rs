//! Sets of levels that an exporter wrote as chains of comparisons.
//!
//! `level in {2, 5}` becomes `level == 2`, else `level == 5`, and both lead to one node: no tree, until the chain is one
//! question again.

use super::super::tree::{Question, RawNode, RawSplit};
use std::collections::BTreeSet;

/// Joins chains; returns the nodes that are no longer needed.
pub(super) fn join(nodes: &mut [RawNode]) -> BTreeSet<usize> {
    let mut absorbed = BTreeSet::new();
    for at in 0..nodes.len() {
        while let Some((next, joined)) = longer(nodes, at) {
            nodes[at].split = Some(joined);
            absorbed.insert(next);
        }
    }
    absorbed
}

/// The question at a node joined with the one that follows a no, if both ask the same column and share their yes.
fn longer(nodes: &[RawNode], at: usize) -> Option<(usize, RawSplit)> {
    let first = nodes[at].split.as_ref()?;
    let second = nodes.get(first.no)?.split.as_ref()?;
    let (Question::Among(levels), Question::Among(more)) = (&first.question, &second.question) else { return None };
    let is_chain = first.column == second.column && first.yes == second.yes && first.no != at;
    // A level that is asked twice would make a chain without end.
    if !is_chain || more.iter().any(|level| levels.contains(level)) {
        return None;
    }
    let mut together = [&levels[..], &more[..]].concat();
    together.sort_unstable();
    let missing_yes = first.missing_yes || second.missing_yes;
    let question = Question::Among(together.into());
    Some((first.no, RawSplit { question, missing_yes, no: second.no, ..first.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(level: u32, yes: usize, no: usize) -> RawNode {
        let split = RawSplit { column: 0, question: Question::Among([level].into()), missing_yes: false, yes, no };
        RawNode { value: 0.0, cover: 1.0, split: Some(split) }
    }

    #[test]
    fn a_chain_becomes_one_question() {
        let leaf = RawNode { value: 1.0, cover: 1.0, split: None };
        let mut nodes = [asks(5, 3, 1), asks(2, 3, 2), asks(9, 3, 4), leaf.clone(), leaf];
        assert_eq!(join(&mut nodes), BTreeSet::from([1, 2]));
        let split = nodes[0].split.as_ref().unwrap();
        assert_eq!((&split.question, split.no), (&Question::Among([2, 5, 9].into()), 4));
    }

    #[test]
    fn a_ring_of_comparisons_is_left_as_it_is() {
        let mut nodes = [asks(5, 2, 1), asks(5, 2, 0), RawNode { value: 1.0, cover: 1.0, split: None }];
        assert!(join(&mut nodes).is_empty());
    }
}
