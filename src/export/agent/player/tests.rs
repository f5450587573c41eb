//! Do the player and an agent understand each other? Here the agent is a list of what it says.

use super::*;
use crate::export::agent::Wire;
use crate::testing::program::{Action, Kind, Operand, Source, Variable, Whose};

const PATIENCE: Patience = Patience { answer: 7, glance: 3 };

/// What it is told must begin with the first, and is answered with the second.
struct Script(Vec<(&'static str, &'static str)>);

impl Wire for Script {
    fn ask(&mut self, line: &str) -> Result<String, Lost> {
        if self.0.is_empty() {
            return Err(Lost(format!("nothing is left to say to {line:?}")));
        }
        let (start, answer) = self.0.remove(0);
        assert!(line.starts_with(start), "it was told {line:?} instead of {start:?}");
        Ok(answer.to_owned())
    }
}

const EVENT: Variable = Variable { kind: Kind::Event, index: 0 };
const BEGUN: (&str, &str) = ("begin 1 0", "begun 20 24 28 2c");
const CREATED: (&str, &str) = ("ask 0 7 0 CreateEvent", "answered 40 0");

fn call(call: &'static str, args: Vec<(&'static str, Operand)>, keep: Option<Variable>) -> Step {
    Step { actor: (0, 0), instead: true, action: Action::Call { call, args, keep } }
}

fn create() -> Step {
    let numbers = [("bManualReset", 1), ("bInitialState", 0)];
    call("CreateEvent", numbers.map(|(name, number)| (name, Operand::Number(number))).to_vec(), Some(EVENT))
}

/// A call with the event's handle.
fn with_event(name: &'static str, param: &'static str) -> Step {
    let own = Source::Variable { whose: Whose::Own, variable: EVENT, among: &[Kind::Event], plus: 0 };
    call(name, vec![(param, Operand::Value(own))], None)
}

fn play_with(steps: Vec<Step>, says: &[(&'static str, &'static str)]) -> Result<Trial, Lost> {
    let program = Program { steps, ..Program::default() };
    let mut script = Script(says.to_vec());
    let trial = play(&program, &mut script, PATIENCE, [true, false]);
    assert!(trial.is_err() || script.0.is_empty(), "it was never told {:?}", script.0);
    trial
}

#[test]
fn handles_are_told_by_their_real_values() {
    let says = [
        BEGUN,
        CREATED,
        ("ask 0 7 0 SetEvent hEvent=40", "answered 1 0"),
        ("ask 0 20000 0 Look handles=40", "saw Event,1f0003,0,1,0,1"),
        ("ask 0 7 0 Tidy handles=40", "tidied"),
    ];
    let trial = play_with(vec![create(), with_event("SetEvent", "hEvent")], &says).unwrap();
    assert_eq!(trial.difference, None);
    assert_eq!((trial.asked, trial.clean), (2, [true, true]));
    assert!(trial.compared >= 9, "only {} things were compared", trial.compared);
}

#[test]
fn an_answer_that_is_not_the_models_is_a_difference() {
    let trial =
        play_with(vec![create(), with_event("SetEvent", "hEvent")], &[BEGUN, ("ask", "answered 0 5")])
            .unwrap();
    let difference = trial.difference.unwrap();
    assert!(difference.line.contains("CreateEvent"), "{difference:?}");
    let found: Vec<_> = difference.unlike.iter().map(|unlike| unlike.what.as_str()).collect();
    assert_eq!(found, ["answer", "last error"]);
    assert_eq!(trial.clean, [false; 2]);
}

#[test]
fn a_state_that_is_not_the_models_is_a_difference_at_the_end() {
    let says = [BEGUN, CREATED, ("ask 0 20000 0 Look handles=40", "saw Event,1f0003,0,1,0,1")];
    let difference = play_with(vec![create()], &says).unwrap().difference.unwrap();
    assert_eq!((difference.line.as_str(), difference.unlike.len()), ("the end", 1));
    assert!(difference.unlike[0].what.starts_with("state of a's"), "{difference:?}");
}

#[test]
fn who_should_wait_is_only_glanced_at_and_looked_after_again_at_the_end() {
    let waits = [
        BEGUN,
        CREATED,
        ("ask 0 3 0 WaitForSingleObject hHandle=40", "waits"),
        ("hear 0 0", "waits"),
        ("hear 0 3", "waits"),
    ];
    let mut wait = with_event("WaitForSingleObject", "hHandle");
    if let Action::Call { args, .. } = &mut wait.action {
        args.push(("dwMilliseconds", Operand::Number(0xFFFF_FFFF)));
    }
    let trial = play_with(vec![create(), wait.clone()], &waits).unwrap();
    assert_eq!((trial.difference, trial.clean), (None, [false, true]));
    let goes_on = [BEGUN, CREATED, ("ask 0 3 0 WaitForSingleObject", "answered 0 0")];
    let difference = play_with(vec![create(), wait], &goes_on).unwrap().difference.unwrap();
    assert_eq!(difference.unlike[0].simulator, "Blocked");
}

#[test]
fn what_wine_does_otherwise_is_not_asked_but_counted() {
    let args = vec![("lpName", Operand::Text("A")), ("dwDesiredAccess", Operand::Number(0))];
    let trial = play_with(vec![call("OpenEvent", args, None)], &[("begin", "begun 20 24 28 2c")]).unwrap();
    assert_eq!((trial.asked, trial.unasked.get("opening without any wish")), (0, Some(&1)));
}

#[test]
fn an_agent_that_falls_silent_is_lost() {
    assert!(play_with(vec![create()], &[BEGUN]).is_err());
}
