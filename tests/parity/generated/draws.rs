//! Numbers that look random and are the same in Rust and in JavaScript: sfc32 (Doty-Humphrey, PractRand), which needs nothing
//! but 32-bit additions and shifts. Its twin is `pkg/test/parity/generated/draws.mjs`.

/// Rounds after which the seeds are mixed, as its author does it.
const WARM_UP: usize = 12;

/// The stream of one case.
pub struct Draws {
    a: u32,
    b: u32,
    c: u32,
    counter: u32,
}

impl Draws {
    /// Any case can be drawn without those before it.
    pub fn new(world: u32, case: u32) -> Self {
        let mut draws = Draws { a: world, b: case, c: 0x5eed_5eed, counter: 1 };
        for _ in 0..WARM_UP {
            draws.draw();
        }
        draws
    }

    pub fn draw(&mut self) -> u32 {
        let drawn = self.a.wrapping_add(self.b).wrapping_add(self.counter);
        self.counter = self.counter.wrapping_add(1);
        self.a = self.b ^ self.b >> 9;
        self.b = self.c.wrapping_add(self.c << 3);
        self.c = self.c.rotate_left(21).wrapping_add(drawn);
        drawn
    }

    /// From 0 to below `limit`. Not quite even, which nobody needs here.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.draw() % limit
    }

    /// From 0 to below 1, a multiple of 2⁻³², so nothing is rounded.
    pub fn share(&mut self) -> f64 {
        self.draw() as f64 / 4_294_967_296.0
    }

    /// One of these.
    pub fn one_of(&mut self, numbers: &[f64]) -> f64 {
        numbers[self.below(numbers.len() as u32) as usize]
    }
}
