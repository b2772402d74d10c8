//! The kinds of feature that look into a session, a cart, searches or rules.

use super::{Arguments, View, choice};
use crate::event::GroupId;
use alloc::vec::Vec;

/// Minutes since the session began; missing outside of one.
pub(super) fn session_minutes(view: &View, _: Arguments) -> Option<f64> {
    let session = view.profile.session(view.program, view.context.now)?;
    Some((view.context.now.days_since(session.start) * 1_440.0).max(0.0))
}

pub(super) fn cart(view: &View, a: Arguments) -> Option<f64> {
    let cart = view.profile.cart();
    let count = |wanted: &dyn Fn(&crate::event::CartLine) -> bool| cart.lines().iter().filter(|l| wanted(l)).count();
    Some(match choice(a, 0) {
        0 => cart.value(),
        1 => cart.units(),
        2 => cart.lines().len() as f64,
        3 => count(&|line| line.discount.minor() > 0) as f64,
        _ => count(&|line| line.group.is_some() && line.group == view.context.group) as f64,
    })
}

/// How near the nearest of the latest searches is to the product's name, its group or its category, −1 to 1.
pub(super) fn relevance(view: &View, a: Arguments) -> Option<f64> {
    let words = view.program.tables.words.as_ref()?;
    let about = match choice(a, 0) {
        0 => view.context.name?,
        1 => *words.group(view.context.group?)?,
        _ => *words.category(view.category?)?,
    };
    view.profile.searches().iter().map(|search| search.cosine(&about)).reduce(f64::max)
}

/// The surest rule from the groups in the cart to the product's group; 0 where no rule leads there.
pub(super) fn rule(view: &View, a: Arguments) -> Option<f64> {
    let groups = view.profile.cart().lines().iter().filter_map(|line| line.group);
    // Put in where they belong: a sort would weigh more than all kinds of feature, for at most 32 lines.
    let mut basket: Vec<u16> = Vec::new();
    for GroupId(group) in groups {
        if let Err(place) = basket.binary_search(&group) {
            basket.insert(place, group);
        }
    }
    let rule = view.program.tables.rules.best(&basket, view.context.group?.0);
    Some(rule.map_or(0.0, |rule| if choice(a, 0) == 0 { rule.confidence } else { rule.lift } as f64))
}
