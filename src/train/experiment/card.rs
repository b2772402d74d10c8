//! The words about a model of an experiment that travel in its file.

use crate::train::table::Prepared;

/// What the model is, from what rows, and what it is not for.
pub fn card(prepared: &Prepared, sentence: &str, rows: &str) -> String {
    format!(
        "{shop}: which arm brings most, its cost taken off? Learnt from {train} {rows} of an experiment whose arms were given \
         by chance; {test} others were held out. {sentence} Not for: prices above list, credit, insurance, or any decision \
         about a person other than an offer.",
        shop = prepared.shop,
        train = prepared.train.rows(),
        test = prepared.test.rows(),
    )
}
