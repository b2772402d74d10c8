//! Histories in a file: the native tests write real ones, the wasm suite tells them again. The last eight bytes are
//! the fingerprint that the native build came to.

use skonto::event::{Event, EventKind, GroupId, Line, Profile, Timestamp};
use skonto::feature::{Context, Program, Schema, extract};
use skonto::money::Money;

/// Where they are, below the crate's folder.
pub const FOLDER: &str = "target/replay";
#[cfg(target_arch = "wasm32")]
/// Households of Complete Journey and sessions of REES46.
pub const FILES: [&str; 2] = ["complete_journey.bin", "rees46.bin"];

/// What a history is told to.
pub fn listener(file: &str) -> (Program, Schema) {
    match file {
        "complete_journey.bin" => {
            let engine = skonto::engine::Engine::load(skonto::BUNDLED).expect("the bundled model");
            (engine.content().program.clone(), engine.content().schema.clone())
        }
        _ => (super::everything::program(), super::everything::schema()),
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn write(histories: &[Vec<Event>]) -> Vec<u8> {
    let mut bytes = (histories.len() as u32).to_le_bytes().to_vec();
    for history in histories {
        bytes.extend((history.len() as u32).to_le_bytes());
        for event in history {
            bytes.push(event.kind.index());
            for number in [event.time.seconds(), event.transaction, event.lines.len() as u32] {
                bytes.extend(number.to_le_bytes());
            }
            for line in &event.lines {
                let group = line.group.map_or(u32::MAX, |group| group.0 as u32);
                let money = [line.net.minor() as u32, line.discount.minor() as u32];
                for number in [group, line.item, line.brand, money[0], money[1], line.quantity] {
                    bytes.extend(number.to_le_bytes());
                }
            }
        }
    }
    bytes
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn number(&mut self) -> u32 {
        let (four, rest) = self.0.split_at(4);
        self.0 = rest;
        u32::from_le_bytes(four.try_into().unwrap())
    }

    fn event(&mut self) -> Event {
        let kind = EventKind::new(self.0[0]).unwrap();
        self.0 = &self.0[1..];
        let (time, transaction, lines) = (Timestamp::from_seconds(self.number()), self.number(), self.number());
        let lines = (0..lines).map(|_| self.line()).collect();
        Event { kind, time, transaction, query: None, lines }
    }

    fn line(&mut self) -> Line {
        let [group, item, brand, net, discount, quantity] = [(); 6].map(|_| self.number());
        let group = u16::try_from(group).ok().map(GroupId);
        Line::new(group, net as f64, discount as f64, quantity as f64).unwrap().of(item, brand)
    }
}

/// One number for all histories: after every event the features of its first product and of one other are hashed, and
/// every few events the profile is stored and read again.
pub fn fingerprint(file: &str, bytes: &[u8]) -> u64 {
    let (program, schema) = listener(file);
    let mut cursor = Cursor(bytes);
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut add = |bits: u64| hash = (hash ^ bits).wrapping_mul(0x0000_0100_0000_01b3);
    for _ in 0..cursor.number() {
        let mut profile = Profile::new();
        for index in 0..cursor.number() {
            let event = cursor.event();
            add(profile.observe(&program, &event).is_ok() as u64);
            if index % 7 == 6 {
                profile = Profile::decode(&profile.encode(&program), &program, &schema).expect("its own bytes");
            }
            let other = GroupId((index as usize * 31 % schema.groups.len()) as u16);
            let first = event.lines.first().and_then(|line| line.group).unwrap_or(other);
            for group in [first, other] {
                let price = Money::new(199).ok();
                let context = Context { price, ..Context::of_group(group, event.time) };
                let vector = extract(&program, &schema, &profile, &context);
                (0..vector.len()).for_each(|at| add(vector.get(at).map_or(u64::MAX, f64::to_bits)));
            }
        }
    }
    hash
}
