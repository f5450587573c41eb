//! Is it known that Wine does something else than Windows with the next call?

use crate::export::agent::mirror::Mirror;
use crate::export::agent::question::Question;
use crate::export::agent::unasked;
use crate::export::known;
use crate::kernel::calls::Kind;
use crate::kernel::{Arg, CallSpec};
use crate::scenario::tree;
use crate::testing::foresight::Foresight;
use crate::testing::program::thread_name;
use crate::testing::stage::{Act, Deed, Living};
use crate::testing::system::Request;

/// What is no pseudohandle of Windows.
const RELIC: u64 = 0x7FFF_FFFF;

/// In one sentence; nothing, if it is not known.
pub(super) fn sentence(next: &Foresight<'_>, mirror: &mut Mirror) -> Option<String> {
    let rule = rule(next, mirror);
    let request = next.request();
    if let Some(name) = request.text("lpName").filter(|_| request.call == "CreateJobObject") {
        mirror.note_job(name);
    }
    // Only who is told real values can meet this one.
    let relic = looks_up_relic(request)
        .then_some(("1.09", "0x7FFFFFFF names nothing; Wine takes it for the caller."));
    let known = next.scenario().and_then(|(file, mut statements)| {
        let (all, file) = (known::all().ok()?, format!("facts/{file}.hlab"));
        statements.find_map(|statement| known::about(all, &file, statement))
    });
    let found = known.map(|known| (known.fact.as_str(), known.about.as_str())).or(relic);
    let (fact, about) = found.or(rule.map(|rule| (rule.fact, rule.about)))?;
    Some(if fact.is_empty() { about.to_owned() } else { format!("{about} (fact {fact})") })
}

/// Does the call ask what 0x7FFFFFFF names? To close it is refused everywhere.
fn looks_up_relic(request: &Request) -> bool {
    let Some(spec) = CallSpec::find(request.call) else { return false };
    let is_relic = |(name, arg): &(&str, Arg)| {
        let kind = spec.param(name).map(|place| spec.params[place].kind);
        match (kind, arg) {
            (Some(Kind::Handle { .. } | Kind::AnyHandle), Arg::Number(value)) => *value == RELIC,
            (Some(Kind::Handles { .. }), Arg::List(values)) => values.contains(&RELIC),
            _ => false,
        }
    };
    !["CloseHandle", "NtClose"].contains(&request.call) && request.args.iter().any(is_relic)
}

fn rule(next: &Foresight<'_>, mirror: &Mirror) -> Option<&'static unasked::Rule> {
    let (caller, request) = (next.caller(), next.request());
    let spec = CallSpec::find(request.call)?;
    let place = (u8::try_from(caller.process).ok()?, u8::try_from(caller.thread).ok()?);
    let process = next.before().threads.get(&next.number())?.process;
    let pid = next.before().processes.get(&process).map_or(0, |process| process.pid);
    let actor = Living { place, process, thread: next.number(), pid };
    let path = tree::Path::new(thread_name(place.0, place.1));
    let name = tree::Name::new(request.call);
    let action =
        tree::Action::Call(tree::Call { name, args: Box::default(), comments: tree::Comments::default() });
    let line = tree::Step { actor: path, variable: None, action, expect: None };
    let act = Act::Call { request: request.clone(), keep: None, outs: Vec::new(), creates: None };
    let deed = Deed { actor, line, act };
    let (before, after, expected) = (next.before(), next.after(), next.happening());
    unasked::difference(&Question { deed: &deed, request, spec, before, after, expected }, mirror)
}
