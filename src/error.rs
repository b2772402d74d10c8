//! The one public error.
//!
//! Every refusal says what was wrong, the limit, and what was found, so that a person can mend the
//! input. It is not a control-flow tool for the shop: [`Engine::decide`](crate::engine::Engine::decide)
//! never returns one, it answers the base price with a [`Reason`](crate::decision::Reason).

use alloc::borrow::Cow;
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

/// What a build without the feature `full` leaves out. The numbers are part of the page border: append, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Part {
    /// Offers beyond shares off a product, floors of products, and whole carts.
    Offers = 0,
    /// Models that compare with remembered rows.
    Kernels = 1,
    /// Models with scorers of each arm.
    Effects = 2,
    /// Groups of similar shoppers.
    Clusters = 3,
    /// Rules of what goes with what.
    Rules = 4,
    /// What texts are about.
    Words = 5,
    /// Sessions, searches, the cart, brands and uses of offers in the profile, and features that read them.
    Memory = 6,
    /// Files of format 1.
    FirstFormat = 7,
}

/// The parts in words, by number.
pub const PARTS: [&str; 8] =
    ["offers", "kernels", "effects of arms", "clusters", "rules", "words", "sessions, carts or brands", "format 1"];

/// A refusal: what, limit, found.
///
/// With the feature `messages` it is one pointer wide: every value read from a file comes back as a `Result`. A page does
/// without the words, which would be a fifth of its bytes, and an error there is its code.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Told);

#[cfg(feature = "messages")]
type Told = alloc::boxed::Box<Refusal>;
#[cfg(not(feature = "messages"))]
type Told = Refusal;

#[derive(Clone, Debug, PartialEq)]
struct Refusal {
    code: Code,
    absent: Option<Part>,
    #[cfg(feature = "messages")]
    what: Cow<'static, str>,
    #[cfg(feature = "messages")]
    bounds: Option<(u64, u64)>,
}

#[cfg(feature = "messages")]
impl Error {
    /// A refusal that a sentence explains in full.
    #[cold]
    #[inline(never)]
    pub fn new(code: Code, what: impl Into<Cow<'static, str>>) -> Self {
        Error(Told::new(Refusal { code, absent: None, what: what.into(), bounds: None }))
    }

    /// A refusal with the limit that was set and the value that was found.
    #[cold]
    #[inline(never)]
    pub fn limit(code: Code, what: impl Into<Cow<'static, str>>, limit: u64, found: u64) -> Self {
        Error(Told::new(Refusal { code, absent: None, what: what.into(), bounds: Some((limit, found)) }))
    }
}

#[cfg(not(feature = "messages"))]
impl Error {
    /// A refusal; its sentence is left out.
    pub fn new(code: Code, _: impl Into<Cow<'static, str>>) -> Self {
        Error(Refusal { code, absent: None })
    }

    /// A refusal; its sentence and its numbers are left out.
    pub fn limit(code: Code, _: impl Into<Cow<'static, str>>, _: u64, _: u64) -> Self {
        Error(Refusal { code, absent: None })
    }
}

impl Error {
    /// A file that needs what this build leaves out.
    pub fn absent(part: Part) -> Self {
        let mut error = Error::new(Code::NotInThisBuild, PARTS[part as usize]);
        error.0.absent = Some(part);
        error
    }

    /// What this build leaves out and the file needs, if that is what was wrong.
    pub fn part(&self) -> Option<Part> {
        self.0.absent
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
    #[cfg(feature = "messages")]
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.what)?;
        match self.0.bounds {
            Some((limit, found)) => write!(out, ": limit {limit}, found {found}"),
            None => Ok(()),
        }
    }

    #[cfg(not(feature = "messages"))]
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code().name())
    }
}

impl core::error::Error for Error {}

/// Shorthand used throughout the crate.
pub type Result<T> = core::result::Result<T, Error>;
