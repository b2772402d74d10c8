//! The one public error.
//!
//! Every refusal says what was wrong, the limit, and what was found, so that a person can mend the
//! input. It is not a control-flow tool for the shop: [`Engine::decide`](crate::engine::Engine::decide)
//! never returns one, it answers the base price with a [`Reason`](crate::decision::Reason).

use alloc::borrow::Cow;
use alloc::boxed::Box;
use core::fmt;

/// Why an input was refused. The numbers are part of the page border: append, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// Bytes end before the value they promise.
    Truncated = 1,
    /// The file does not start as a skonto artefact does.
    BadMagic = 2,
    /// A format version this build does not read.
    UnknownVersion = 3,
    /// Bytes remain after the last value.
    TrailingBytes = 4,
    /// A section is missing, doubled, overlapping or out of order.
    BadSection = 5,
    /// An index points outside its table.
    BadIndex = 6,
    /// NaN or an infinity where a number must be finite.
    NotFinite = 7,
    /// A value outside its allowed range.
    OutOfRange = 8,
    /// More elements or bytes than the format allows.
    TooLarge = 9,
    /// Two things carry the same name.
    DuplicateName = 10,
    /// Text that is not UTF-8.
    BadText = 11,
    /// A stored test vector does not reproduce bit for bit.
    GoldenMismatch = 12,
    /// A model older than the one in use.
    OlderModel = 13,
    /// Stored profile bytes that do not belong to this model.
    ForeignProfile = 14,
    /// A feature that names a protected attribute.
    ProtectedAttribute = 15,
    /// An event whose time cannot be true.
    BadTime = 16,
    /// A price that is negative, fractional in minor units, or too large.
    BadPrice = 17,
    /// A quantity that is zero or too large.
    BadQuantity = 18,
    /// An event kind outside the vocabulary.
    UnknownEvent = 19,
    /// A transaction that was already counted.
    DuplicateEvent = 20,
    /// A setting that contradicts another or is missing.
    BadConfig = 21,
    /// Training data that cannot be used.
    BadData = 22,
    /// A file that could not be read or written.
    Io = 23,
    /// Bytes that do not have the checksum they carry.
    BadChecksum = 24,
    /// A model that needs what this build leaves out.
    NotInThisBuild = 25,
}

impl Code {
    /// The stable name that documentation and the npm package use.
    pub fn name(self) -> &'static str {
        match self {
            Code::Truncated => "TRUNCATED",
            Code::BadMagic => "BAD_MAGIC",
            Code::UnknownVersion => "UNKNOWN_VERSION",
            Code::TrailingBytes => "TRAILING_BYTES",
            Code::BadSection => "BAD_SECTION",
            Code::BadIndex => "BAD_INDEX",
            Code::NotFinite => "NOT_FINITE",
            Code::OutOfRange => "OUT_OF_RANGE",
            Code::TooLarge => "TOO_LARGE",
            Code::DuplicateName => "DUPLICATE_NAME",
            Code::BadText => "BAD_TEXT",
            Code::GoldenMismatch => "GOLDEN_MISMATCH",
            Code::OlderModel => "OLDER_MODEL",
            Code::ForeignProfile => "FOREIGN_PROFILE",
            Code::ProtectedAttribute => "PROTECTED_ATTRIBUTE",
            Code::BadTime => "BAD_TIME",
            Code::BadPrice => "BAD_PRICE",
            Code::BadQuantity => "BAD_QUANTITY",
            Code::UnknownEvent => "UNKNOWN_EVENT",
            Code::DuplicateEvent => "DUPLICATE_EVENT",
            Code::BadConfig => "BAD_CONFIG",
            Code::BadData => "BAD_DATA",
            Code::Io => "IO",
            Code::BadChecksum => "BAD_CHECKSUM",
            Code::NotInThisBuild => "NOT_IN_THIS_BUILD",
        }
    }
}

/// A refusal: what, limit, found.
///
/// One pointer wide: every value read from a file comes back as a `Result`, and on a page each byte of it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Refusal>);

#[derive(Clone, Debug, PartialEq)]
struct Refusal {
    code: Code,
    what: Cow<'static, str>,
    bounds: Option<(u64, u64)>,
}

impl Error {
    /// A refusal that a sentence explains in full.
    #[cold]
    #[inline(never)]
    pub fn new(code: Code, what: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(Refusal { code, what: what.into(), bounds: None }))
    }

    /// A refusal with the limit that was set and the value that was found.
    #[cold]
    #[inline(never)]
    pub fn limit(code: Code, what: impl Into<Cow<'static, str>>, limit: u64, found: u64) -> Self {
        Error(Box::new(Refusal { code, what: what.into(), bounds: Some((limit, found)) }))
    }

    /// The kind of refusal.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whether the bytes given were damaged, truncated or made for another version.
    pub fn is_bad_artefact(&self) -> bool {
        let others = [Code::ProtectedAttribute, Code::BadConfig, Code::BadChecksum];
        (self.code() as u8) <= Code::OlderModel as u8 || others.contains(&self.code())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.what)?;
        match self.0.bounds {
            Some((limit, found)) => write!(out, ": limit {limit}, found {found}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Error {}

/// Shorthand used throughout the crate.
pub type Result<T> = core::result::Result<T, Error>;
