//! Content → artefact bytes, with golden vectors computed by the engine that will have to reproduce them.

use crate::artefact::{Artefact, Content, Golden};
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::event::{GroupId, Profile, Timestamp};

/// A held-out case worth remembering.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was known of the shopper.
    pub profile: Profile,
    /// Group of the product.
    pub group: GroupId,
    /// List price in minor units.
    pub price: u32,
    /// When.
    pub now: Timestamp,
    /// What the shop said.
    pub attributes: Vec<Option<f64>>,
}

/// Checks `content`, records `cases` as golden vectors, and proves that the file loads again.
pub fn pack(content: Content, cases: &[Case]) -> Result<Vec<u8>> {
    let engine = Engine::new(Artefact::new(content)?);
    let golden = cases.iter().map(|case| record(&engine, case)).collect::<Result<_>>()?;
    let content = Content { golden, ..engine.content().clone() };
    let bytes = Artefact::new(content)?.encode();
    let again = Engine::load(&bytes)?;
    match again.content().golden.len() == cases.len() {
        true => Ok(bytes),
        false => Err(Error::new(Code::GoldenMismatch, "the packed file lost a golden vector")),
    }
}

fn record(engine: &Engine, case: &Case) -> Result<Golden> {
    let profile = case.profile.encode(&engine.content().program);
    let (group, price, now) = (case.group.0, case.price, case.now.seconds());
    let attributes = case.attributes.clone();
    let golden = Golden { profile, group, price, now, attributes, ..Golden::default() };
    Ok(Golden { hash: engine.golden_hash(&golden)?, ..golden })
}
