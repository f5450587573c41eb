//! How long does something take?

use std::time::{Duration, Instant};

/// In a browser Rust has no clock, and asking for it would end the program.
const HAS_CLOCK: bool = cfg!(not(all(target_arch = "wasm32", target_os = "unknown")));

/// Runs from its start on. Where there is no clock it stands still, and no limit of time ever comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch {
    started: Option<Instant>,
}

impl Stopwatch {
    pub(crate) fn start() -> Stopwatch {
        Stopwatch { started: HAS_CLOCK.then(Instant::now) }
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.started.map_or(Duration::ZERO, |started| started.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopwatch_tells_at_least_the_time_that_was_slept() {
        let stopwatch = Stopwatch::start();
        std::thread::sleep(Duration::from_millis(2));
        assert!(stopwatch.elapsed() >= Duration::from_millis(2));
    }

    #[test]
    fn without_a_clock_a_stopwatch_stands_still() {
        assert_eq!(Stopwatch { started: None }.elapsed(), Duration::ZERO);
    }
}
