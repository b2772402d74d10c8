//! The two borders to JavaScript. The only modules that name `wasm_bindgen`; they hold no rules.

#[cfg(all(feature = "page", not(any(feature = "edge", feature = "train", test)), target_arch = "wasm32"))]
mod bare;
#[cfg(feature = "edge")]
mod edge;
#[cfg(feature = "page")]
mod page;
