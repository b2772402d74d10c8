//! What std would bring along, for a page that goes without it: memory, and an end for what must not happen.

use core::panic::PanicInfo;
use lol_alloc::{FreeListAllocator, LockedAllocator};

/// Free memory in one list sorted by address, neighbours joined: slower than std's where very much is freed, which a page
/// never does, and a tenth of its bytes.
#[global_allocator]
static MEMORY: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

/// A trap without a word: JavaScript drops the instance and starts another (`pkg/src/engine.ts`).
#[panic_handler]
fn stop(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
