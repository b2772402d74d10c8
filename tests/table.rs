//! Plain tables made ready for learning: the rows of other programs, the values of a device, and honest refusals.

mod examples; // every committed settings file, on the real data
