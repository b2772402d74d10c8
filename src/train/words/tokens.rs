//! Cuts a text into the words that training counts: English and other spaced scripts by runs of letters, digits apart
//! from letters (`500ml` is `500` and `ml`, as is `500 ml`), Chinese by dictionary.
//!
//! Folding and runs are the device's own ([`crate::words`]), so a word is never something that the device would cut
//! elsewhere. No word is left out here: neither numbers nor units nor the commonest; what is common weighs little
//! later. There is no stemming.

use crate::words::{Kind, runs};
use jieba_rs::Jieba;
use std::sync::OnceLock;

/// Shows the words of a text in order.
pub fn tokens(text: &str, mut visit: impl FnMut(&str)) {
    runs(text.chars(), |run, kind| {
        let run: String = run.iter().collect();
        match kind {
            Kind::Ideograph => dictionary().cut(&run, true).iter().for_each(|token| visit(token.word)),
            _ => visit(run.trim_matches(['<', '>'])),
        }
    });
}

/// Unpacking it takes a tenth of a second, which a shop without Chinese does not pay.
fn dictionary() -> &'static Jieba {
    static DICTIONARY: OnceLock<Jieba> = OnceLock::new();
    DICTIONARY.get_or_init(Jieba::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_numbers_units_and_both_languages() {
        let rows: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("Tata Sampann Chana Dal 500g", &["tata", "sampann", "chana", "dal", "500", "g"]),
            ("Women's T-Shirt (Pack of 2)", &["womens", "t", "shirt", "pack", "of", "2"]),
            ("Saft 1,5 l für Käse", &["saft", "1", "5", "l", "fur", "kase"]),
            // No shared data set is Chinese; these titles were written for this test.
            ("西湖龙井绿茶 250克", &["西湖", "龙井", "绿茶", "250", "克"]),
            ("红烧牛肉方便面 5包", &["红烧", "牛肉", "方便面", "5", "包"]),
            ("iPhone15 透明手机壳", &["iphone", "15", "透明", "手机", "壳"]),
            ("ＵＳＢ充电器", &["usb", "充电器"]),
        ];
        for (text, expected) in rows {
            let mut found = Vec::new();
            tokens(text, |word| found.push(word.to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
