//! What is said to the agent, and how does it answer?
//!
//! A line there, a line back. How lines get to the agent is for the roof to know.

use std::fmt;

/// The way to an agent.
///
/// ```no_run
/// use handlelab::export::agent::{Agents, Lost, Wire};
/// use std::io::{BufRead, BufReader, Write};
/// use std::process::{ChildStdin, ChildStdout, Command, Stdio};
///
/// /// An agent that was compiled to agent.exe and speaks through its pipes.
/// struct Agent(ChildStdin, BufReader<ChildStdout>);
///
/// impl Wire for Agent {
///     fn ask(&mut self, line: &str) -> Result<String, Lost> {
///         let mut heard = String::new();
///         let asked = writeln!(self.0, "{line}").and_then(|()| self.1.read_line(&mut heard));
///         asked.map(|_| heard.trim_end().to_owned()).map_err(|error| Lost(error.to_string()))
///     }
/// }
///
/// let start = || {
///     let mut command = Command::new("agent.exe");
///     let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
///     Agent(child.stdin.expect("a pipe"), BufReader::new(child.stdout.expect("a pipe")))
/// };
/// let agents = Agents::new(start);
/// assert!(agents.lost().is_empty());
/// ```
pub trait Wire {
    /// Says a line and hears the answer.
    ///
    /// # Errors
    /// The agent is gone, or says nothing.
    fn ask(&mut self, line: &str) -> Result<String, Lost>;
}

/// The agent cannot be heard any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost(pub String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What became of a request, as far as the agent can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The call returned.
    Answered(Answer),
    /// It has not returned yet.
    Waits,
}

/// What a call answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) value: u64,
    /// What GetLastError gave behind the call.
    pub(super) error: u32,
    /// What was written to its out parameters, in hexadecimal digits.
    pub(super) outs: Vec<(String, String)>,
}

impl Answer {
    /// What was written to an out parameter.
    pub(super) fn out(&self, param: &str) -> Option<&str> {
        self.outs.iter().find(|(name, _)| name == param).map(|(_, value)| value.as_str())
    }

    /// The same as numbers: one, or the fields of a structure.
    pub(super) fn numbers(&self, param: &str) -> Vec<u64> {
        let parts = self.out(param).into_iter().flat_map(|value| value.split(','));
        parts.filter_map(hexadecimal).collect()
    }
}

/// What a handle looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    /// The type's name, as NT has it.
    pub(super) of_type: String,
    pub(super) access: u32,
    /// HANDLE_FLAG_INHERIT and HANDLE_FLAG_PROTECT_FROM_CLOSE
    pub(super) flags: u32,
    /// How many handles the object has.
    pub(super) handles: u32,
    /// Does it name the same object as the handle before?
    pub(super) same: bool,
    /// The object's state as a number, if the handle allows to ask.
    pub(super) state: Option<i64>,
}

pub(super) fn hexadecimal(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

fn not_understood(line: &str) -> Lost {
    Lost(format!("the agent said what nobody understands: {line:?}"))
}

/// Says a line that must be answered with a word, and gives what stands behind it.
pub(super) fn command(wire: &mut dyn Wire, line: &str, word: &str) -> Result<String, Lost> {
    let answer = wire.ask(line)?;
    match answer.strip_prefix(word) {
        Some(rest) => Ok(rest.trim().to_owned()),
        None => Err(Lost(format!("the agent answered {answer:?} to {line:?}"))),
    }
}

/// The same for an answer that consists of numbers.
pub(super) fn numbers(wire: &mut dyn Wire, line: &str, word: &str) -> Result<Vec<u64>, Lost> {
    let rest = command(wire, line, word)?;
    rest.split_whitespace().map(|number| hexadecimal(number).ok_or_else(|| not_understood(&rest))).collect()
}

/// Hands an actor a request and waits so many milliseconds for what comes of it.
pub(super) fn call(
    wire: &mut dyn Wire,
    place: usize,
    limit: u32,
    last_error: u32,
    request: &str,
) -> Result<Heard, Lost> {
    heard(&wire.ask(&format!("ask {place} {limit} {last_error:x} {request}"))?)
}

/// Waits so many milliseconds for what comes of a request that was handed over before.
pub(super) fn hear(wire: &mut dyn Wire, place: usize, limit: u32) -> Result<Heard, Lost> {
    heard(&wire.ask(&format!("hear {place} {limit}"))?)
}

fn heard(line: &str) -> Result<Heard, Lost> {
    if line == "waits" {
        return Ok(Heard::Waits);
    }
    let mut words = line.split(' ');
    let mut next = || words.next().ok_or_else(|| not_understood(line));
    if next()? != "answered" {
        return Err(not_understood(line));
    }
    let mut number = || next().and_then(|word| hexadecimal(word).ok_or_else(|| not_understood(line)));
    let (value, error) = (number()?, number()? as u32);
    let outs = words.filter_map(|word| word.split_once('='));
    let outs = outs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(Heard::Answered(Answer { value, error, outs }))
}

/// Asks an actor what some handles look like.
pub(super) fn look(wire: &mut dyn Wire, place: usize, handles: &[u64]) -> Result<Vec<Sight>, Lost> {
    let written: Vec<String> = handles.iter().map(|handle| format!("{handle:x}")).collect();
    let line = format!("ask {place} {LOOKING} 0 Look handles={}", written.join(","));
    let answer = command(wire, &line, "saw")?;
    let sights = answer.split_whitespace().map(|sight| {
        let parts: Vec<&str> = sight.split(',').collect();
        let [of_type, access, flags, handles, same, state] = parts[..] else { return None };
        Some(Sight {
            of_type: of_type.to_owned(),
            access: hexadecimal(access)? as u32,
            flags: hexadecimal(flags)? as u32,
            handles: handles.parse().ok()?,
            same: same == "1",
            state: state.parse().ok(),
        })
    });
    sights.collect::<Option<Vec<_>>>().ok_or_else(|| not_understood(&answer))
}

/// Milliseconds in which somebody who can act has surely looked.
const LOOKING: u32 = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// Says the same whatever it is told.
    struct Says(&'static str);

    impl Wire for Says {
        fn ask(&mut self, _: &str) -> Result<String, Lost> {
            Ok(self.0.to_owned())
        }
    }

    #[test]
    fn an_answer_is_a_value_an_error_and_what_was_written() {
        let heard = call(&mut Says("answered 1 b7 lpBuffer=6869 r=40,44"), 0, 9, 0, "ReadFile").unwrap();
        let Heard::Answered(answer) = heard else { panic!("it waits") };
        assert_eq!((answer.value, answer.error), (1, 183));
        assert_eq!((answer.out("lpBuffer"), answer.out("nothing")), (Some("6869"), None));
        assert_eq!(answer.numbers("r"), [0x40, 0x44]);
    }

    #[test]
    fn who_waits_says_so() {
        assert_eq!(hear(&mut Says("waits"), 0, 9), Ok(Heard::Waits));
    }

    #[test]
    fn an_answer_to_something_else_is_a_lost_agent() {
        for line in ["", "answered", "answered 1", "answered x 0", "saw Event,1,0,1,0,-", "absent"] {
            assert!(hear(&mut Says(line), 0, 9).is_err(), "{line:?} was understood");
        }
    }

    #[test]
    fn a_sight_has_a_state_only_where_the_handle_shows_it() {
        let sights = look(&mut Says("saw Event,1f0003,1,2,0,1 Job,4,0,1,1,-"), 0, &[4, 8]).unwrap();
        assert_eq!((sights[0].state, sights[1].state), (Some(1), None));
        assert_eq!((sights[0].access, sights[0].flags, sights[0].handles), (0x1F_0003, 1, 2));
        assert!(sights[1].same && sights[1].of_type == "Job");
        assert!(look(&mut Says("saw Event,1f0003,1"), 0, &[4]).is_err());
    }
}
