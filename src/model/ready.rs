//! A model made ready to score a menu's arms: its forests as [masks](super::masks), where they fit.
//!
//! Made once, when a file is loaded. Scores have the same bits with it and without.

use super::masks::Masks;
use super::{Forest, MAX_ARMS, Model, Scorer, Values};
use alloc::vec::Vec;

/// The masks of a model's forests: of its one forest, or by arm those of its gain and its cost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ready {
    forests: Vec<Option<Masks>>,
}

impl Ready {
    /// For a checked model and the depths of the menu's arms, as fractions of one.
    pub(crate) fn new(model: &Model, depths: &[f64]) -> Ready {
        let offer = model.offer.map(usize::from);
        let masks = |scorer: &Scorer| match scorer {
            Scorer::Forest(forest) => Masks::new(forest, offer, depths),
            _ => None,
        };
        let forests = match &model.scorer {
            Scorer::Arms(effects) => effects.iter().flat_map(|effect| [&effect.gain, &effect.cost]).map(masks).collect(),
            scorer => Vec::from([masks(scorer)]),
        };
        Ready { forests }
    }

    /// What a scorer that knows no offer says, where `number` counts forests as [`Ready`] does.
    pub(super) fn one(&self, number: usize, scorer: &Scorer, values: &impl Values) -> f64 {
        match (scorer, self.masks(number)) {
            (Scorer::Forest(forest), Some(masks)) => masks.raw(forest, values)[0],
            _ => scorer.raw(values, 0.0),
        }
    }

    /// What a forest says under each depth of the offer.
    pub(super) fn all(&self, forest: &Forest, offer: Option<u8>, values: &impl Values, depths: &[f64], out: &mut [f64]) {
        let Some(offer) = offer.map(usize::from) else {
            let raw = match self.masks(0) {
                Some(masks) => masks.raw(forest, values)[0],
                None => forest.raw(values),
            };
            return out[..depths.len()].fill(raw);
        };
        let Some((masks, places)) = self.masks(0).and_then(|masks| Some((masks, masks.places(forest, offer, depths)?)))
        else {
            return forest.raw_of(values, offer, depths, out);
        };
        let raw = masks.raw(forest, values);
        out.iter_mut().zip(&places[..depths.len()]).for_each(|(out, place)| *out = raw[*place as usize]);
    }

    #[cfg(test)]
    pub(super) fn has_masks(&self) -> bool {
        self.forests.iter().all(Option::is_some)
    }

    fn masks(&self, number: usize) -> Option<&Masks> {
        self.forests.get(number)?.as_ref()
    }
}

/// By arm, the place of its score among those of the masks.
pub(super) type Places = [u8; MAX_ARMS];
