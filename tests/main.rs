//! One binary for all integration tests; each module is one area.
#![allow(missing_docs, reason = "a test is documented by its name")]

mod allocation; // what a decision costs in memory
mod artefact; // the file: round trip, damage, foreign numbers
mod cart; // a whole cart: its arm, its offers, its price
mod changes; // what would alter an offer, tried
mod choice; // what is chosen at which price, beside another program
mod compete; // learners on a plain table: who wins, what is packed
mod decision; // menu, guard, money, reasons, propensities
mod docs; // what the documentation says is true
mod effects; // models of an experiment, budgets
mod envelope; // what a checkout function allows
mod experiment; // policies learnt from an experiment
mod explanation; // contributions and counterfactuals
mod feature; // counters and kinds, worked out by hand
mod fixture; // a small planted model
mod fold; // a log in any pieces gives the same events
mod hostile; // impossible events, prices and profiles
mod hostile_files; // damaged and malicious logs
mod import; // models of other libraries predict here as there
mod inspect; // every example reads its data
mod learn_trees; // fitted forests in a file
mod learned_log; // a bandit learns from a log of decisions
mod model; // forests, links and targets
mod offer; // what offers come to in a basket, and why not
mod optimum; // plans within a budget, against an integer solver
mod parity; // what training recorded, decided again
mod patterns; // clusters, itemsets and rules, against what other programs found
mod patterns_page; // what a merchandiser sees of a log
mod pricing; // prices of budgets: found, judged, packed
mod profile; // events -> counters -> features
mod replay; // a history in one go, in pieces, natively and in wasm
mod report_experiment; // the page of an experiment, its words on a terminal
mod report_learned; // the page of learned models, its comparison, tracking
mod table; // plain tables made ready for learning
mod tidy; // the rules of the house
mod words; // meanings of texts: the rule, the learning, real listings
