//! A model made ready to score a menu's arms: its forests as [masks](super::masks), where they fit.
//!
//! Made once, when a file is loaded. Scores have the same bits with it and without.

use super::masks::Masks;
use super::{Effect, Forest, Model, Scorer};
use crate::feature::FeatureVector;
use alloc::vec::Vec;

/// The masks of a model's forests: of its one forest, or by arm those of its gain and its cost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ready {
    forests: Vec<Option<Masks>>,
    depths: Vec<f64>,
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
            Scorer::Arms(effects) => effects.iter().flat_map(Effect::scorers).map(masks).collect(),
            scorer => Vec::from([masks(scorer)]),
        };
        Ready { forests, depths: depths.to_vec() }
    }

    /// What a scorer that knows no offer says, where `number` counts forests as [`Ready`] does.
    pub(super) fn one(&self, number: usize, scorer: &Scorer, features: &FeatureVector) -> f64 {
        match (scorer, self.masks(number)) {
            (Scorer::Forest(forest), Some(masks)) => masks.raw(forest, features)[0],
            _ => scorer.raw(features, 0.0),
        }
    }

    /// What a forest says under each depth of the offer.
    pub(super) fn all(
        &self,
        forest: &Forest,
        offer: Option<u8>,
        features: &FeatureVector,
        depths: &[f64],
        out: &mut [f64],
    ) {
        let Some(offer) = offer.map(usize::from) else {
            let raw = match self.masks(0) {
                Some(masks) => masks.raw(forest, features)[0],
                None => forest.raw(features),
            };
            return out[..depths.len()].fill(raw);
        };
        let Some(masks) = self.masks(0) else { return forest.raw_of(features, offer, depths, out) };
        if depths == self.depths {
            out.copy_from_slice(&masks.raw(forest, features)[..depths.len()]);
        } else if let Some(places) = masks.places(forest, offer, depths) {
            let raw = masks.raw(forest, features);
            out.iter_mut().zip(&places[..depths.len()]).for_each(|(out, place)| *out = raw[*place as usize]);
        } else {
            forest.raw_of(features, offer, depths, out);
        }
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn has_masks(&self) -> bool {
        self.forests.iter().all(Option::is_some)
    }

    fn masks(&self, number: usize) -> Option<&Masks> {
        self.forests.get(number)?.as_ref()
    }
}
