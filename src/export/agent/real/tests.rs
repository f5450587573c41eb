//! Does a real system speak to its agent as it must? Here the agent is a list of what it says.

use super::*;
use crate::kernel::Arg;
use std::sync::Arc;

/// What it is told must begin with the first, and is answered with the second.
#[derive(Clone)]
struct Script(Arc<Mutex<Vec<(&'static str, &'static str)>>>);

impl Wire for Script {
    fn ask(&mut self, line: &str) -> Result<String, Lost> {
        let mut left = self.0.lock().unwrap();
        if left.is_empty() {
            return Err(Lost(format!("nothing is left to say to {line:?}")));
        }
        let (start, answer) = left.remove(0);
        assert!(line.starts_with(start), "it was told {line:?} instead of {start:?}");
        Ok(answer.to_owned())
    }
}

/// What every program begins with.
const BEGUN: [(&str, &str); 2] = [("begin 0 0", "begun 20 24 28 2c"), ("ask 0 5000 0 Hold", "holds 4 8")];

/// Plays with an agent that says this and nothing else.
fn with(says: &[(&'static str, &'static str)], play: impl FnOnce(&mut Real<'_, Script>)) -> Vec<Lost> {
    let script = Script(Arc::new(Mutex::new([&BEGUN, says].concat())));
    let left = script.clone();
    let agents = Agents::new(move || script.clone());
    play(&mut agents.system());
    assert!(left.0.lock().unwrap().is_empty(), "it was never told {:?}", left.0.lock().unwrap());
    agents.lost()
}

#[test]
fn handles_are_the_systems_own_and_closed_in_the_end() {
    let says = [
        ("ask 0 5000 0 CreateEvent bInheritHandle=1", "answered c 0"),
        ("ask 0 20000 0 Look handles=c", "saw Event,1f0003,1,1,0,0"),
        ("same 20 c", "same 0"),
        ("ask 0 5000 0 Hold", "holds 4 8 c"),
        ("ask 0 5000 0 Tidy handles=c", "tidied"),
    ];
    let lost = with(&says, |real| {
        assert_eq!(real.create(0, true), Ok(0xC));
        let about = real.query(0, 0xC).unwrap();
        assert_eq!((about.access, about.inherit, about.handle_count), (Some(0x1F_0003), Some(true), Some(1)));
    });
    assert_eq!(lost, []);
}

#[test]
fn what_a_process_has_open_for_itself_is_nobodys() {
    let says = [
        ("ask 0 5000 0 CloseHandle hObject=fffff0", "answered 0 6"),
        ("ask 0 5000 6 CloseHandle hObject=10", "answered 0 6"),
        ("ask 0 5000 0 Hold", "holds 4 8"),
    ];
    with(&says, |real| {
        assert_eq!(real.query(0, 8), Err(Refusal::INVALID_HANDLE));
        assert_eq!(real.close(0, 8), Err(Refusal::INVALID_HANDLE));
        assert_eq!(real.close(0, 0x10), Err(Refusal::INVALID_HANDLE));
    });
}

#[test]
fn two_handles_to_one_object_tell_the_same_number() {
    let says = [
        ("ask 0 5000 0 CreateEvent", "answered c 0"),
        ("ask 0 5000 0 DuplicateHandle", "answered 1 0 lpTargetHandle=10"),
        ("ask 0 20000 0 Look handles=c,10", "saw Event,1f0003,0,2,0,0 Event,1f0003,0,2,1,0"),
        ("same 20 c", "same 0"),
        ("same 20 10 20 c", "same 1"),
        ("ask 0 5000 0 Hold", "holds 4 8"),
    ];
    with(&says, |real| {
        let source = real.create(0, false).unwrap();
        let duplicate = real.duplicate(0, source, Duplicate { options: 2, ..Duplicate::default() }).unwrap();
        let objects = [source, duplicate].map(|handle| real.query(0, handle).unwrap().object);
        assert!(objects[0].is_some() && objects[0] == objects[1], "{objects:?}");
    });
}

#[test]
fn nobody_sleeps_and_what_takes_time_takes_an_hour() {
    let says = [
        ("ask 0 5000 0 WaitForSingleObject hHandle=40 dwMilliseconds=36ee80", "answered 102 0"),
        ("ask 0 5000 0 Hold", "holds 4 8"),
    ];
    with(&says, |real| {
        let thread = Thread { process: 0, thread: 0 };
        let sleep = Request { call: "Sleep", args: vec![("dwMilliseconds", Arg::Number(50))] };
        assert_eq!(real.call(thread, &sleep), Err(Refusal::NotOffered));
        let args = vec![("hHandle", Arg::Number(0x40)), ("dwMilliseconds", Arg::Number(50))];
        let waited = real.call(thread, &Request { call: "WaitForSingleObject", args });
        assert!(matches!(waited, Ok(Outcome::Returned(Returned { value: 0x102, .. }))), "{waited:?}");
    });
}

#[test]
fn without_its_agent_it_offers_nothing_and_says_so() {
    let lost = with(&[("ask 0 5000 0 CreateEvent", "what?")], |real| {
        assert_eq!(real.create(0, false), Err(Refusal::NotOffered));
        assert_eq!(real.close(0, 4), Err(Refusal::NotOffered));
    });
    assert_eq!(lost.len(), 1, "{lost:?}");
}
