//! What a fit costs: time by the clock, processor time of all threads, the most memory of the process.

use std::hint::black_box;
use std::time::Instant;

/// Ticks of the kernel's clock for processes; 100 a second on every Linux there is a build for.
const TICKS: f64 = 100.0;

/// Costs of the best of some fits.
pub struct Cost {
    pub seconds: f64,
    pub cpu_seconds: f64,
    pub peak_kib: u64,
    pub growth_kib: u64,
}

/// Fits until `seconds` are spent, at most `fits` times; memory is that of the first fit.
pub fn of<T>(seconds: f64, fits: u32, mut fit: impl FnMut() -> T) -> (T, Cost) {
    let (before, processor) = (memory("VmRSS:"), processor_seconds());
    let (mut best, mut spent, mut peak, mut count) = (f64::INFINITY, 0.0, 0, 0);
    loop {
        let start = Instant::now();
        let result = black_box(fit());
        let took = start.elapsed().as_secs_f64();
        peak = if count == 0 { memory("VmHWM:") } else { peak };
        (best, spent, count) = (best.min(took), spent + took, count + 1);
        if spent >= seconds || count >= fits {
            let cpu_seconds = (processor_seconds() - processor) / f64::from(count);
            return (
                result,
                Cost { seconds: best, cpu_seconds, peak_kib: peak, growth_kib: peak.saturating_sub(before) },
            );
        }
    }
}

/// KiB, by the process's own status; 0 where there is none.
fn memory(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(which));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// Of all threads, also those that have ended; NaN where the system does not say.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold spaces; user and system time are the 12th and 13th field after it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / TICKS
}
