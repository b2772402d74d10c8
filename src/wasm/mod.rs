//! The two borders to JavaScript. The only modules that name `wasm_bindgen`; they hold no rules.

#[cfg(feature = "edge")]
mod edge;
#[cfg(feature = "page")]
mod page;
