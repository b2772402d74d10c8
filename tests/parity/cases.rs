//! Reads `parity/cases.bin`; its format stands beside its writer, in `skonto::evaluate::parity`.

use skonto::artefact::Content;
use skonto::engine::Request;
use skonto::event::{Profile, Timestamp};
use skonto::money::Money;

/// One real question and who asked it.
pub struct Case {
    /// What was known of the shopper.
    pub profile: Profile,
    /// The size of that, stored.
    pub profile_bytes: usize,
    /// What was asked.
    pub request: Request<'static>,
}

/// All cases of a file that `skonto train` wrote; panics at anything else.
pub fn read(file: &[u8], content: &Content) -> Vec<Case> {
    let mut rest = file.strip_prefix(b"SKPC").expect("cases.bin begins with SKPC");
    let count = u32_from(&mut rest);
    let cases = (0..count).map(|_| read_case(&mut rest, content)).collect();
    assert!(rest.is_empty(), "{} bytes after the last case", rest.len());
    cases
}

fn read_case(rest: &mut &[u8], content: &Content) -> Case {
    let length = u16::from_le_bytes(take(rest, 2).try_into().unwrap()) as usize;
    let profile = Profile::decode(take(rest, length), &content.program, &content.schema).unwrap();
    let request = Request {
        group: content.schema.group_at(u32_from(rest)),
        list: Money::new(u32_from(rest) as i64).unwrap(),
        now: Timestamp::from_seconds(u32_from(rest)),
        seed: u32_from(rest) as u64,
        ..Request::default()
    };
    Case { profile, profile_bytes: length, request }
}

fn u32_from(rest: &mut &[u8]) -> u32 {
    u32::from_le_bytes(take(rest, 4).try_into().unwrap())
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}
