//! What a checkout function allows: instructions, memory and bytes, counted in an interpreter, where they never vary.
//!
//! A checkout function gets 11 million instructions, 10 MB of memory and a module of 256 kB. Fuel counts instructions of the
//! interpreter, about one for each of the module's.

use skonto::artefact::Artefact;
use skonto::money::BasisPoints;
use skonto::policy::Arm;
use std::path::Path;
use wasmi::{Config, Engine, ExternType, Instance, Linker, Memory, Module, Store, Val};

/// Lines of the cart.
const LINES: u32 = 200;
const MAX_MODULE: usize = 256 * 1024;
const MAX_MEMORY: usize = 10_000_000;
/// Calls of the page border, as docs/page-border.md numbers them.
const ROOM: i32 = 0;
const LOAD: i32 = 1;
const DECIDE: i32 = 15;
const CART: i32 = 18;

/// The build with carts, run by an interpreter.
struct Host {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
    used: u64,
}

impl Host {
    /// None, and a loud line, where the module was not built.
    fn start() -> Option<(Host, usize)> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/wasm/cart/skonto_cart_bg.wasm");
        let Ok(bytes) = std::fs::read(&path) else {
            eprintln!("SKIPPED: no {}: run .ci/wasm", path.display());
            return None;
        };
        let mut config = Config::default();
        config.consume_fuel(true);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, &bytes[..]).expect("a module");
        let mut store = Store::new(&engine, ());
        store.set_fuel(u64::MAX / 2).expect("fuel is counted");
        let mut linker = Linker::new(&engine);
        for import in module.imports() {
            let ExternType::Func(of) = import.ty() else { panic!("{} is no function", import.name()) };
            let name = import.name().to_string();
            // What JavaScript would do for a page: nothing that a decision needs.
            let stand_in = move |_: wasmi::Caller<'_, ()>, _: &[Val], _: &mut [Val]| match name.contains("throw") {
                true => Err(wasmi::Error::new("the module throws")),
                false => Ok(()),
            };
            linker.func_new(import.module(), import.name(), of.clone(), stand_in).expect("a stand-in");
        }
        let instance = linker.instantiate_and_start(&mut store, &module).expect("an instance");
        let memory = instance.get_memory(&store, "memory").expect("memory");
        Some((Host { store, instance, memory, used: 0 }, bytes.len()))
    }

    fn run(&mut self, name: &str, arguments: &[Val]) -> Val {
        let function = self.instance.get_func(&self.store, name).expect("an export");
        let mut answers: Vec<Val> =
            function.ty(&self.store).results().iter().map(|of| Val::default_for_ty(*of)).collect();
        let before = self.store.get_fuel().expect("fuel is counted");
        function.call(&mut self.store, arguments, &mut answers).expect("no trap");
        self.used = before - self.store.get_fuel().expect("fuel is counted");
        answers.into_iter().next().unwrap_or(Val::I32(0))
    }

    /// A call of the border; what it used is in `used`.
    fn call(&mut self, number: i32, arguments: [f64; 4]) -> f64 {
        let all: Vec<Val> =
            [Val::I32(number)].into_iter().chain(arguments.map(|number| Val::F64(number.into()))).collect();
        match self.run("call", &all) {
            Val::F64(answer) => answer.into(),
            other => panic!("{other:?} is no number"),
        }
    }

    /// Where bytes go, and where the answer lies.
    fn places(&mut self) -> [usize; 5] {
        let Val::I32(at) = self.run("places", &[]) else { panic!("no address") };
        let mut bytes = [0; 20];
        self.memory.read(&self.store, at as usize, &mut bytes).expect("an address");
        core::array::from_fn(|place| u32::from_le_bytes(core::array::from_fn(|byte| bytes[4 * place + byte])) as usize)
    }

    fn tell(&mut self, bytes: &[u8]) {
        self.call(ROOM, [bytes.len() as f64, 0.0, 0.0, 0.0]);
        let at = self.places()[1];
        self.memory.write(&mut self.store, at, bytes).expect("room");
    }

    fn answer(&mut self) -> Vec<f64> {
        let [_, _, _, at, length] = self.places();
        let mut bytes = vec![0; 8 * length];
        self.memory.read(&self.store, at, &mut bytes).expect("an answer");
        bytes.chunks_exact(8).map(|bytes| f64::from_le_bytes(core::array::from_fn(|byte| bytes[byte]))).collect()
    }
}

/// So many lines of different prices, laid out as `src/wasm/page/cart.rs` reads a question.
fn cart(lines: u32) -> Vec<u8> {
    let (mut bytes, unknown) = (Vec::new(), f64::NAN.to_bits().to_le_bytes());
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.bytes());
    };
    bytes.extend(b"USD\0");
    bytes.extend(unknown); // shipping, and its tax
    bytes.extend([0; 4]);
    bytes.extend([unknown, unknown].concat()); // the instant and past orders
    bytes.extend([0; 8]); // referred, eco, segments, tier, channel, uses
    bytes.extend((lines as u16).to_le_bytes());
    for line in 0..lines {
        bytes.extend([line % 100, line + 1, 1].map(u32::to_le_bytes).concat()); // group, item, brand
        text(&mut bytes, "");
        text(&mut bytes, &format!("sku{line}"));
        bytes.extend(1u16.to_le_bytes());
        text(&mut bytes, "category");
        bytes.extend((200.0 + line as f64).to_bits().to_le_bytes());
        bytes.extend([1u32, 0].map(u32::to_le_bytes).concat()); // quantity, tax
        bytes.extend([unknown, unknown].concat()); // floor and cost
    }
    bytes
}

/// The demo's model with two more arms, as a file.
fn of_eight_arms() -> Vec<u8> {
    let mut content = Artefact::decode(skonto::BUNDLED).map(Artefact::into_content).expect("the bundled model");
    for depth in [3_500, 4_000] {
        let depth = BasisPoints::new(depth).expect("a share");
        content.menu.arms.push(Arm { id: format!("pct{}", depth.get() / 100), depth });
        content.locales.iter_mut().for_each(|locale| locale.arms.push("more off".into()));
    }
    assert_eq!(content.menu.arms.len(), 8);
    content.golden.clear();
    content.version += 1;
    Artefact::new(content).expect("a sound model").encode()
}

/// What a cart of [`LINES`] lines takes; it must be decided.
fn decide_cart(host: &mut Host) -> u64 {
    host.tell(&cart(LINES));
    host.call(CART, [1.51e12, 1.0, 0.0, 0.0]);
    let (used, answer) = (host.used, host.answer());
    let list: f64 = (0..LINES).map(|line| 200.0 + line as f64).sum();
    assert_eq!(answer[3] + answer[4], list, "discount and price make the list price: {:?}", &answer[..8]);
    used
}

#[test]
fn a_large_cart_is_decided_within_a_checkout_function() {
    let Some((mut host, module)) = Host::start() else { return };
    assert!(module <= MAX_MODULE, "the module has {module} bytes, limit {MAX_MODULE}");
    // The first finds memory for its answer.
    host.call(DECIDE, [0.0, 1_000.0, 1.51e12, 1.0]);
    host.call(DECIDE, [0.0, 1_000.0, 1.51e12, 1.0]);
    let decided = host.used;
    let of_six = decide_cart(&mut host);
    host.tell(&of_eight_arms());
    assert_eq!(host.call(LOAD, [0.0; 4]), 0.0, "the model of eight arms is refused");
    let of_eight = decide_cart(&mut host);
    let memory = host.memory.data_size(&host.store);
    println!(
        "fuel: {decided} for a product; for a cart of {LINES} lines {of_six} with six arms, {of_eight} with eight; {memory} bytes"
    );
    assert!(memory <= MAX_MEMORY, "{memory} bytes of memory, limit {MAX_MEMORY}");
    assert!(decided <= MOST_OF_A_PRODUCT, "{decided} fuel, bound {MOST_OF_A_PRODUCT}");
    assert!(of_six <= MOST_OF_SIX_ARMS, "{of_six} fuel, bound {MOST_OF_SIX_ARMS}");
    assert!(of_eight <= MOST_OF_EIGHT_ARMS, "{of_eight} fuel, bound {MOST_OF_EIGHT_ARMS}");
}

/// Bounds that keep figures from growing unseen; a checkout function allows 11 million.
const MOST_OF_A_PRODUCT: u64 = 60_000;
const MOST_OF_SIX_ARMS: u64 = 10_000_000;
const MOST_OF_EIGHT_ARMS: u64 = 11_000_000;
