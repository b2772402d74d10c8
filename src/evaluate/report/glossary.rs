//! The words of the report, explained.

use super::panel::section;
use maud::{Markup, html};

const WORDS: [(&str, &str); 17] = [
    ("Arm", "One thing that can be offered: none, or a discount of a certain depth."),
    ("Baseline", "A simpler model on the same examples. What it reaches, personalisation cannot take credit for."),
    ("Brier score", "Mean squared distance between the predicted probability and what happened. Lower is better."),
    ("Calibration error", "How far predicted rates are from observed ones, on average over 20 bins of equal count."),
    ("Decision", "One shopper, one product group, one moment: which arm?"),
    (
        "Depth",
        "How much of the shelf price a discount takes off. Depth from usual: against the group’s mean in training.",
    ),
    (
        "Direct method",
        "Values a policy by what the model predicts for each decision it would take. It is right as far as the model is.",
    ),
    (
        "Expected profit",
        "Predicted probability of a purchase times what is left of the price after goods and discount.",
    ),
    (
        "Group",
        "Products whose discounts move together, within a category. The model has one response per group and shopper.",
    ),
    (
        "Interval (95\u{202f}%)",
        "Where the figure lies in 95 of 100 repetitions with other shoppers drawn from the same ones (bootstrap). \
        Weeks are not resampled and the model is not fitted again, so for whatever rests on the response to depth it is \
        too narrow; nor does it cover errors of the assumptions.",
    ),
    ("Learned policy", "Picks, for every decision, the allowed arm with the greatest expected profit."),
    ("Lift", "Purchases divided by those predicted had the depth been the usual one."),
    ("Log loss", "How surprised the model is by what happened. Lower is better; zero is certainty that proved right."),
    (
        "Margin",
        "What is left of the shelf price after the goods are paid, as a fraction of it. Assumed, by department.",
    ),
    (
        "PR-AUC",
        "Average share of buyers among those picked, over all list lengths. A random pick reaches the purchase rate.",
    ),
    ("ROC-AUC", "Chance that a purchase is ranked above a non-purchase. A half is guessing, one is perfect."),
    (
        "Slope",
        "Rise of the log-odds of a purchase per whole unit of depth. With 2, \
            a depth of 10\u{202f}% lifts the odds by about a fifth.",
    ),
];

/// The section.
pub fn draw() -> Markup {
    let body = html! {
        dl.glossary { @for (word, meaning) in WORDS { div { dt { (word) } dd { (meaning) } } } }
    };
    section("glossary", "Words", "What the terms on this page mean.", body)
}
