//! `[fairness]`: which columns are read to audit and never to learn, and which limits stop a release.
//!
//! Only what the file may say, and whether it makes sense by itself. A limit that is not set is shown with its usual value and
//! stops nothing.

use super::{Derivation, DerivedParams};
use crate::error::{Code, Error, Result};
use crate::evaluate::fairness::{CheckedFairness, FairnessParams, Finding, Test};
use serde::Deserialize;

/// `[fairness]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditParams {
    /// Columns whose groups are compared; no feature reads one.
    pub watch: Vec<String>,
    /// Parts of names that no feature may carry, besides those that no feature of any shop may.
    pub deny: Vec<String>,
    /// The column of how much a row's shopper bought before, or for how long.
    pub history: Option<String>,
    /// The column within whose words those of more and of less history are compared.
    pub strata: Option<String>,
    /// Limit of offer-rate gaps; a fraction.
    pub offer_rate_gap: Option<f64>,
    /// Limit of mean-discount gaps; a fraction of the price.
    pub discount_gap: Option<f64>,
    /// Limit of the area under the ROC curve with which a group can be told.
    pub proxy_auc: Option<f64>,
    /// How negative the rank correlation of offers and history may be.
    pub loyalty: Option<f64>,
    /// Whether an unclear finding fails too.
    pub strict: bool,
    /// Probability with which intervals cover.
    pub confidence: f64,
}

impl Default for AuditParams {
    fn default() -> Self {
        AuditParams {
            watch: Vec::new(),
            deny: Vec::new(),
            history: None,
            strata: None,
            offer_rate_gap: None,
            discount_gap: None,
            proxy_auc: None,
            loyalty: None,
            strict: false,
            confidence: FairnessParams::default().confidence,
        }
    }
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

impl AuditParams {
    /// Whether there is anything to audit.
    pub fn is_asked(&self) -> bool {
        !self.watch.is_empty() || self.history.is_some()
    }

    /// Limits and the bootstrap.
    ///
    /// # Errors
    /// [`Code::BadConfig`] for limits that make no sense, and strata without a history.
    pub fn check(&self, resamples: usize, seed: u64) -> Result<CheckedFairness> {
        if self.strata.is_some() && self.history.is_none() {
            return Err(bad("fairness.strata: is for `history`, the file has none".into()));
        }
        if let Some(word) = self.deny.iter().find(|word| word.trim().is_empty()) {
            return Err(bad(format!("fairness.deny: `{word}` is a part of every name")));
        }
        let usual = FairnessParams::default();
        let params = FairnessParams {
            offer_rate_gap: self.offer_rate_gap.unwrap_or(usual.offer_rate_gap),
            discount_gap: self.discount_gap.unwrap_or(usual.discount_gap),
            proxy_auc: self.proxy_auc.unwrap_or(usual.proxy_auc),
            loyalty: self.loyalty.unwrap_or(usual.loyalty),
            strict: self.strict,
            confidence: self.confidence,
            resamples,
            seed,
        };
        params.check().map_err(|error| Error::new(error.code(), format!("fairness: {error}")))
    }

    /// The finding, which fails only where its limit was set.
    pub fn limited(&self, finding: Finding) -> Finding {
        let limit = match finding.test {
            Test::OfferRate => self.offer_rate_gap,
            Test::Discount => self.discount_gap,
            Test::Proxy => self.proxy_auc,
            Test::Loyalty => self.loyalty,
        };
        Finding { fails: finding.fails && limit.is_some(), ..finding }
    }

    /// Refuses a name that carries a denied part, whatever its case, or that is a watched column's.
    ///
    /// # Errors
    /// [`Code::ProtectedAttribute`] with the name.
    pub fn refuse(&self, name: &str) -> Result<()> {
        let refused = |why: String| Err(Error::new(Code::ProtectedAttribute, why));
        if self.watch.iter().any(|watched| watched == name) {
            return refused(format!("`{name}` is watched by [fairness]; nothing may be learnt from it"));
        }
        let lower = name.to_lowercase();
        match self.deny.iter().find(|word| lower.contains(&word.to_lowercase())) {
            Some(word) => refused(format!("`{name}` carries `{word}`, which [fairness] denies")),
            None => Ok(()),
        }
    }

    /// Refuses columns made of a watched one that are not watched themselves. `drop` are columns that nobody learns from.
    ///
    /// # Errors
    /// [`Code::ProtectedAttribute`] with the column.
    pub fn refuse_derived(&self, columns: &[DerivedParams], drop: &[String]) -> Result<()> {
        for column in columns.iter().filter(|column| !self.watch.contains(&column.name) && !drop.contains(&column.name))
        {
            let sources = match column.derivation()? {
                Derivation::Nothing => Vec::new(),
                Derivation::Take(of, _) | Derivation::Prefix(of, _) | Derivation::Until(of, _) => vec![of],
                Derivation::Since(of, other) => vec![of, other],
                Derivation::Ratio(pair) | Derivation::Difference(pair) | Derivation::Sum(pair) => {
                    vec![pair.of.as_str(), pair.to.as_str()]
                }
            };
            let from = |error: Error| Error::new(error.code(), format!("column `{}`: {error}", column.name));
            sources.into_iter().try_for_each(|name| self.refuse(name)).map_err(from)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::fairness::Standing;

    #[test]
    fn a_limit_that_was_not_set_stops_nothing() {
        let params: AuditParams = toml::from_str("watch = ['newbie']\noffer_rate_gap = 0.1").unwrap();
        let found = |test: Test| {
            params.limited(Finding { test, fails: true, standing: Standing::Beyond, ..Finding::default() }).fails
        };
        assert!(found(Test::OfferRate));
        assert!(![Test::Discount, Test::Proxy, Test::Loyalty].into_iter().any(found));
    }

    #[test]
    fn refuses_names_that_are_watched_or_denied_and_what_is_made_of_them() {
        let params: AuditParams = toml::from_str("watch = ['newbie', 'age band']\ndeny = ['Zip']").unwrap();
        let message = |name: &str| params.refuse(name).unwrap_err().to_string();
        assert!(message("newbie").contains("watched") && message("home_zip").contains("carries `Zip`"));
        assert!(params.refuse("recency").is_ok());
        let made = |name: &str, of: &str| {
            let column: DerivedParams =
                toml::from_str(&format!("name = '{name}'\nof = '{of}'\ntake = 'length'")).unwrap();
            params.refuse_derived(&[column], &["unused".into()])
        };
        assert!(made("how new", "newbie").unwrap_err().to_string().contains("column `how new`: `newbie` is watched"));
        assert!(made("age band", "newbie").is_ok() && made("unused", "zip").is_ok() && made("days", "recency").is_ok());
    }

    #[test]
    fn refuses_settings_that_make_no_sense() {
        let rows = [
            ("strata = 'channel'", "fairness.strata: is for `history`"),
            ("deny = ['']", "a part of every name"),
            ("proxy_auc = 0.4", "`proxy_auc` is 0.5 to 1"),
            ("offer_rate_gap = -0.1", "at least 0"),
        ];
        for (settings, expected) in rows {
            let params: AuditParams = toml::from_str(settings).unwrap();
            let message = params.check(200, 1).unwrap_err().to_string();
            assert!(message.contains(expected), "{settings}: {message}");
        }
        assert!(toml::from_str::<AuditParams>("watched = []").is_err());
    }
}
