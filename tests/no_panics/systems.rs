//! Implementations that lie, and real systems that babble: the suite reports them, and goes on.

use handlelab::export::agent::{Agents, Lost, Wire};
use handlelab::testing::conformance::{Outcome, Suite};
use handlelab::testing::foresight::Foresight;
use handlelab::testing::handle_system::{
    About, Answer, Duplicate, HandleSystem, Outcome as Made, Part, Refusal, Returned, Thread,
};
use handlelab::testing::system::{Filled, Request};

/// Says whatever comes next.
struct Liar(u64);

impl Liar {
    fn next(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn number(&mut self) -> u64 {
        let numbers = [0, 1, 4, 8, 12, 100, u64::MAX, u64::MAX - 1, 0xFFFF_FFFF, 1 << 63];
        numbers[self.next(numbers.len() as u64) as usize]
    }

    fn answer<T>(&mut self, value: T) -> Answer<T> {
        match self.next(6) {
            0 => Err(Refusal::NotOffered),
            1 => Err(Refusal::Error(self.number() as u32)),
            2 if self.next(8) == 0 => panic!("an implementation may do that"),
            _ => Ok(value),
        }
    }

    fn some<T>(&mut self, value: T) -> Option<T> {
        (self.next(2) == 0).then_some(value)
    }

    fn returned(&mut self) -> Returned {
        let filled = [
            Filled::Number(self.number()),
            Filled::Handle(self.number(), None),
            Filled::Text("\u{0}".to_owned()),
            Filled::Record(Vec::new()),
            Filled::Record(vec![(self.number(), None); 9]),
        ];
        let names = ["lpTargetHandle", "lpProcessInformation", "lpBuffer", "pdwHandleCount", "nothing"];
        let outs = names.into_iter().zip(filled.into_iter().cycle().skip(self.next(5) as usize));
        Returned { value: self.number(), error: self.number() as u32, outs: outs.collect() }
    }

    fn thread(&mut self) -> Thread {
        Thread { process: self.number() as u32, thread: self.number() as u32 }
    }
}

impl HandleSystem for Liar {
    fn create(&mut self, _: u32, _: bool) -> Answer<u64> {
        let value = self.number();
        self.answer(value)
    }

    fn duplicate(&mut self, _: u32, _: u64, _: Duplicate) -> Answer<u64> {
        let value = self.number();
        self.answer(value)
    }

    fn close(&mut self, _: u32, _: u64) -> Answer<()> {
        self.answer(())
    }

    fn query(&mut self, _: u32, _: u64) -> Answer<About> {
        let number = self.number();
        let about = About {
            object: self.some(number),
            access: self.some(number as u32),
            inherit: self.some(true),
            protect: self.some(true),
            handle_count: self.some(number as u32),
        };
        self.answer(about)
    }

    fn offers(&self, part: Part) -> bool {
        part == Part::Rights
    }

    fn start_process(&mut self) -> Answer<()> {
        self.answer(())
    }

    fn create_process(&mut self, _: u32, _: bool) -> Answer<(u64, u64)> {
        let pair = (self.number(), self.number());
        self.answer(pair)
    }

    fn call(&mut self, _: Thread, _: &Request) -> Answer<Made> {
        let made = match self.next(4) {
            0 => Made::Blocked,
            1 => Made::Ended,
            _ => self.returned().into(),
        };
        self.answer(made)
    }

    fn differs(&mut self, next: &Foresight<'_>) -> Option<String> {
        let _ = (next.threads(), next.after(), next.scenario());
        (self.next(20) == 0).then(|| "It lies.".to_owned())
    }

    fn released(&mut self) -> Vec<(Thread, Returned)> {
        (0..self.next(3)).map(|_| (self.thread(), self.returned())).collect()
    }
}

#[test]
fn an_implementation_may_say_anything() {
    // What it panics with is told by the report; the hook would tell it once more for each.
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = 0;
    for seed in 0..4 {
        let report = Suite::new().seed(seed).cases(1).calls(8).check(|| Liar(seed));
        failed += report.failed().count();
        assert!(report.to_string().contains("failed"));
    }
    let _ = std::panic::take_hook();
    assert!(failed > 20, "only {failed} lies were noticed");
}

#[test]
fn the_suite_may_be_turned_anyhow() {
    let none = Suite::new().cases(0).calls(0).check(|| Liar(1));
    assert!(
        !none
            .entries
            .iter()
            .any(|entry| entry.group.is_none() && matches!(entry.outcome, Outcome::Passed { .. }))
    );
    let report = Suite::new().cases(1).calls(usize::MAX).property("no such property", || Liar(1));
    assert!(report.entries.is_empty() && !report.is_good());
}

/// An agent that has lost its mind.
struct Babble(usize);

impl Wire for Babble {
    fn ask(&mut self, line: &str) -> Result<String, Lost> {
        const WORDS: &[&str] = &[
            "begun 20 24 28 2c",
            "begun",
            "answered 40 0",
            "answered 1 0 lpTargetHandle=44 lpBuffer=6x9 lpProcessInformation=",
            "waits",
            "saw Event,1f0003,0,1,0,1",
            "saw",
            "holds 4 8 c",
            "same 7fffffffffffffff",
            "same",
            "ids 30 34",
            "ids",
            "there",
            "watching",
            "running 1",
            "keeps",
            "tidied",
            "",
            "😀",
        ];
        // Mostly what belongs there, so that it goes on.
        let fitting = WORDS.iter().filter(|word| match line.split(' ').next() {
            Some("begin") => word.starts_with("begun "),
            Some("ask") if line.contains("Hold") => word.starts_with("holds"),
            Some("ask") if line.contains("Look") => word.starts_with("saw"),
            Some("ask" | "hear") => word.starts_with("answered") || **word == "waits",
            Some("same" | "kept") => word.starts_with("same"),
            _ => true,
        });
        let fitting: Vec<_> = fitting.collect();
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        let place = self.0 >> 16;
        if place.is_multiple_of(50) {
            return Err(Lost("it is gone".to_owned()));
        }
        Ok(fitting[place % fitting.len()].to_string())
    }
}

#[test]
fn a_real_system_may_babble() {
    let agents = Agents::new(|| Babble(1)).of_wine();
    let report = Suite::new().cases(2).calls(8).check(|| agents.system());
    assert!(!report.is_good(), "{report}");
    assert!(!agents.lost().is_empty() && agents.lost().is_empty());
}
