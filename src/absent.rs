//! What a build without the feature `full` leaves out: stand-ins of which there is no value, or only an empty one, so that
//! the compiler drops all that would be done with them. Reading one from a file is refused, or finds that the file has none.

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Error, Part, Result};
use crate::feature::{FeatureVector, MAX_FEATURES, Program, Schema};
use crate::model::{Scorer, Values};
use core::ops::{Deref, DerefMut};

/// Reads `lists` lists, all of which must be empty.
pub(crate) fn read_none(r: &mut Reader, lists: usize, part: Part) {
    for _ in 0..lists {
        if r.u16() != 0 {
            r.fail(Error::absent(part));
        }
    }
}

/// Similarity to remembered rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Kernel {}

impl Kernel {
    pub(crate) fn raw(&self, _: &impl Values) -> f64 {
        match *self {}
    }

    pub(crate) fn parts(&self, _: &FeatureVector, _: &mut [f64; MAX_FEATURES]) -> f64 {
        match *self {}
    }

    pub(crate) fn range(&self, _: usize) -> Option<(f64, f64)> {
        match *self {}
    }

    pub(crate) fn check(&self, _: &Program) -> Result<()> {
        match *self {}
    }

    pub(crate) fn write(&self, _: &mut Writer) {
        match *self {}
    }

    pub(crate) fn read_scorer(r: &mut Reader) -> Scorer {
        r.fail(Error::absent(Part::Kernels));
        Scorer::default()
    }
}

/// What an arm changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub(crate) gain: Scorer,
    pub(crate) cost: Scorer,
    none: Effects,
}

/// The effect of every arm but the first.
#[derive(Clone, Debug, PartialEq)]
pub enum Effects {}

impl Deref for Effects {
    type Target = [Effect];

    fn deref(&self) -> &[Effect] {
        match *self {}
    }
}

impl DerefMut for Effects {
    fn deref_mut(&mut self) -> &mut [Effect] {
        match *self {}
    }
}

impl Effect {
    pub(crate) fn scorers(&self) -> [&Scorer; 2] {
        match self.none {}
    }

    pub(crate) fn check(&self, _: &Program, _: &Schema) -> Result<()> {
        match self.none {}
    }

    pub(crate) fn write(&self, _: &mut Writer) {
        match self.none {}
    }

    pub(crate) fn read_scorer(r: &mut Reader) -> Scorer {
        r.fail(Error::absent(Part::Effects));
        Scorer::default()
    }
}

/// Groups of similar shoppers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters;

impl Clusters {
    pub(crate) fn check(&self, _: usize) -> Result<()> {
        Ok(())
    }

    /// Whether one of the features that tell clusters apart stands at `position` or after it.
    pub(crate) fn look_from(&self, _: usize) -> bool {
        false
    }

    pub(crate) fn assign(&self, _: impl Fn(usize) -> Option<f64>) -> Option<(u8, f64)> {
        None
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        (0..4).for_each(|_| w.u16(0));
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        read_none(r, 4, Part::Clusters);
        Clusters
    }
}

/// What goes with what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules;

impl Rules {
    pub(crate) fn check(&self, _: usize) -> Result<()> {
        Ok(())
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.u16(0);
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        read_none(r, 1, Part::Rules);
        Rules
    }
}

/// What texts are about.
#[derive(Clone, Debug, PartialEq)]
pub enum Words {}

impl Words {
    pub(crate) fn check(&self) -> Result<()> {
        match *self {}
    }

    pub(crate) fn check_counts(&self, _: &Schema) -> Result<()> {
        match *self {}
    }

    pub(crate) fn embed_characters(&self, _: impl Iterator<Item = char>) -> Option<Meaning> {
        match *self {}
    }

    pub(crate) fn encode(&self, _: &mut Writer) {
        match *self {}
    }

    pub(crate) fn read(r: &mut Reader) -> Option<Self> {
        r.fail(Error::absent(Part::Words));
        None
    }
}

/// The direction of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {}

/// An offer of a menu.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {}

/// What a product is never sold below.
#[derive(Clone, Debug, PartialEq)]
pub enum Floor {}

/// How offers stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stacking;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::Artefact;
    use crate::engine::Engine;
    use crate::error::Code;

    /// What is refused when `read` reads these bytes.
    fn refused(bytes: &[u8], read: impl FnOnce(&mut Reader)) -> Option<Part> {
        let mut reader = Reader::new(bytes);
        read(&mut reader);
        reader.finish(()).err().and_then(|error| error.part())
    }

    #[test]
    fn refuses_each_part_that_this_build_leaves_out_by_its_name() {
        let one = [1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(refused(&one, |r| drop(Kernel::read_scorer(r))), Some(Part::Kernels));
        assert_eq!(refused(&one, |r| drop(Effect::read_scorer(r))), Some(Part::Effects));
        assert_eq!(refused(&one, |r| drop(Clusters::read(r))), Some(Part::Clusters));
        assert_eq!(refused(&one, |r| drop(Rules::read(r))), Some(Part::Rules));
        assert_eq!(refused(&one, |r| drop(Words::read(r))), Some(Part::Words));
        assert_eq!(refused(&one, |r| read_none(r, 2, Part::Offers)), Some(Part::Offers));
    }

    #[test]
    fn accepts_a_file_without_clusters_and_rules() {
        assert_eq!(Reader::new(&[0; 8]).finish(()).map_err(|error| error.code()), Err(Code::TrailingBytes));
        assert_eq!(refused(&[0; 8], |r| drop(Clusters::read(r))), None);
        assert_eq!(refused(&[0; 2], |r| drop(Rules::read(r))), None);
    }

    #[test]
    fn refuses_files_of_the_first_format_and_programs_that_keep_more_than_counters() {
        let part = |bytes: &[u8]| Engine::load(bytes).err().and_then(|error| error.part());
        assert_eq!(part(include_bytes!("../data/compat/v1/grocery.skonto")), Some(Part::FirstFormat));
        assert_eq!(part(include_bytes!("../data/compat/v2/offers.skonto")), Some(Part::Offers));
        let mut content = Artefact::decode(crate::BUNDLED).map(Artefact::into_content).expect("the bundled model");
        content.program.memory.cart_lines = 8;
        assert_eq!(Artefact::new(content).err().and_then(|error| error.part()), Some(Part::Memory));
    }
}
