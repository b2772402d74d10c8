//! The words about a model of an experiment that travel in its file.

use crate::train::table::Prepared;

/// What the model is, from what rows, and what it is not for. `observational`: nobody drew the arms of those rows.
pub fn card(prepared: &Prepared, sentence: &str, rows: &str, observational: bool) -> String {
    let learnt = match observational {
        true => format!(
            "Observational, not causal: learnt from {} {rows} whose arms nobody drew; their probabilities were fitted",
            prepared.train.rows()
        ),
        false => {
            format!("Learnt from {} {rows} of an experiment whose arms were given by chance", prepared.train.rows())
        }
    };
    format!(
        "{shop}: which arm brings most, its cost taken off? {learnt}; {test} others were held out. {sentence} Not for: prices \
         above list, credit, insurance, or any decision about a person other than an offer.",
        shop = prepared.shop,
        test = prepared.test.rows(),
    )
}
