//! Placeholder for the merge with the words part.
/// Dimensions of a [`Meaning`].
pub const DIM: usize = 16;
/// The direction of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meaning(pub [i8; DIM]);
