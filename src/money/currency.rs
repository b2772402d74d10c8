//! Currencies: how many decimals each has, and amounts as exact decimal text.
//!
//! Decimals are the minor units of ISO 4217 (list one, as published by its maintenance agency SIX). Only the
//! currencies that differ from two decimals are listed; every other code of three capital letters has two, which
//! holds for all of them but `CLF` and `UYW` (four): those two are refused. *Not* here: exchange rates, symbols, and the
//! grouping or marks of a locale.
//!
//! ```
//! use skonto::money::{Currency, Money};
//! let (yen, dinar) = (Currency::new("JPY").unwrap(), Currency::new("KWD").unwrap());
//! let amount = Money::new(12_345).unwrap();
//! assert_eq!((yen.format(amount).as_str(), dinar.format(amount).as_str()), ("12345", "12.345"));
//! ```

use super::Money;
use crate::error::{Code, Error, Result};
use alloc::format;
use alloc::string::String;
use core::fmt;

/// Currencies without a minor unit in ISO 4217.
const NO_DECIMALS: [&[u8; 3]; 17] = [
    b"BIF", b"CLP", b"DJF", b"GNF", b"ISK", b"JPY", b"KMF", b"KRW", b"PYG", b"RWF", b"UGX", b"UYI", b"VND", b"VUV",
    b"XAF", b"XOF", b"XPF",
];
/// Currencies whose minor unit is a thousandth.
const THREE_DECIMALS: [&[u8; 3]; 7] = [b"BHD", b"IQD", b"JOD", b"KWD", b"LYD", b"OMR", b"TND"];
/// Units of account with four decimals, in which nothing is sold over a counter.
const FOUR_DECIMALS: [&[u8; 3]; 2] = [b"CLF", b"UYW"];

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

impl Currency {
    /// No currency in particular (`XXX` of ISO 4217): offers that name amounts do not exist in it.
    pub const NONE: Currency = Currency { code: *b"XXX", decimals: 2 };

    /// The currency of a three-letter code in capitals; refuses anything else and the two codes with four decimals.
    pub fn new(code: &str) -> Result<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().map_err(|_| not_a_code())?;
        if !letters.iter().all(u8::is_ascii_uppercase) {
            return Err(not_a_code());
        }
        if FOUR_DECIMALS.contains(&&letters) {
            return Err(Error::limit(Code::OutOfRange, "decimals of a currency", 3, 4));
        }
        let decimals = match &letters {
            code if NO_DECIMALS.contains(&code) => 0,
            code if THREE_DECIMALS.contains(&code) => 3,
            _ => 2,
        };
        Ok(Currency { code: letters, decimals })
    }

    /// Its code, e.g. `EUR`.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// Digits after the point: 0, 2 or 3.
    pub fn decimals(self) -> u8 {
        self.decimals
    }

    /// Minor units in one major unit: 1, 100 or 1,000.
    pub fn scale(self) -> i64 {
        [1, 10, 100, 1_000][self.decimals.min(3) as usize]
    }

    /// Exact decimal text with a point and all the currency's decimals: `12.30`, `1230`, `1.230`.
    pub fn format(self, amount: Money) -> String {
        let (whole, part) = (amount.minor() / self.scale(), amount.minor() % self.scale());
        match self.decimals {
            0 => format!("{whole}"),
            digits => format!("{whole}.{part:0width$}", width = digits as usize),
        }
    }

    /// Reads exact decimal text; refuses signs, exponents, grouping, and more decimals than the currency has.
    pub fn parse(self, text: &str) -> Result<Money> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let is_number = !whole.is_empty() && whole.len() <= 13 && [whole, part].iter().all(|digits| all_digits(digits));
        if !is_number || text.ends_with('.') {
            return Err(Error::new(Code::BadPrice, "amount is not decimal text such as 12.34"));
        }
        if part.len() > self.decimals as usize {
            let what = "decimals of an amount in its currency";
            return Err(Error::limit(Code::BadPrice, what, self.decimals as u64, part.len() as u64));
        }
        let padding = "000"[..self.decimals as usize - part.len()].bytes();
        let digits = whole.bytes().chain(part.bytes()).chain(padding);
        Money::new(digits.fold(0, |number, digit| number * 10 + (digit - b'0') as i64))
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_a_code() -> Error {
    Error::new(Code::OutOfRange, "currency is not a code of three capital letters")
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// An amount that knows its currency. Two of them are compared, never converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// What it is an amount of.
    pub currency: Currency,
    /// How much, in minor units of it.
    pub money: Money,
}

impl Amount {
    /// The money if it is in `currency`; refused otherwise, never converted.
    pub fn in_currency(self, currency: Currency) -> Result<Money> {
        match self.currency == currency {
            true => Ok(self.money),
            false => Err(Error::new(Code::BadConfig, format!("amount is in {}, wanted in {currency}", self.currency))),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.currency.format(self.money), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_amounts_with_the_decimals_of_their_currency() {
        let rows = [("JPY", 1_230, "1230"), ("KRW", 0, "0"), ("USD", 1_230, "12.30"), ("EUR", 5, "0.05")];
        let more = [("BHD", 1_230, "1.230"), ("KWD", 7, "0.007"), ("EUR", 1_000_000_000_000, "10000000000.00")];
        for (code, minor, text) in rows.into_iter().chain(more) {
            let currency = Currency::new(code).unwrap();
            let amount = Money::new(minor).unwrap();
            assert_eq!(currency.format(amount), text);
            assert_eq!(currency.parse(text).unwrap(), amount);
        }
    }

    #[test]
    fn reads_short_decimals_and_refuses_what_is_not_exact() {
        let euro = Currency::new("EUR").unwrap();
        assert_eq!(euro.parse("12.3").unwrap().minor(), 1_230);
        assert_eq!(euro.parse("12").unwrap().minor(), 1_200);
        for text in ["", ".", "12.", ".5", "-1", "1e3", "1,000", "12.345", "99999999999999", " 1", "٣"] {
            assert!(euro.parse(text).is_err(), "{text} was read");
        }
    }

    #[test]
    fn refuses_codes_that_are_none() {
        for code in ["", "eur", "EU", "EURO", "E1R", "CLF", "€"] {
            assert!(Currency::new(code).is_err(), "{code} was accepted");
        }
    }

    #[test]
    fn an_amount_is_never_taken_for_another_currency() {
        let (euro, dollar) = (Currency::new("EUR").unwrap(), Currency::new("USD").unwrap());
        let amount = Amount { currency: euro, money: Money::new(500).unwrap() };
        assert_eq!(amount.in_currency(euro).unwrap().minor(), 500);
        assert_eq!(amount.in_currency(dollar).unwrap_err().code(), Code::BadConfig);
        assert_eq!(format!("{amount}"), "5.00 EUR");
    }
}
