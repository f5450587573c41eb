//! What would nobody write?

use super::names::type_of_call;
use super::play::{Line, Part, Play};
use super::scene::{Must, Scene};
use crate::kernel::{AccessMask, Arg};
use crate::scenario::tree::{Action, Expr, ExprKind};
use crate::testing::program::process_name;
use crate::testing::stage::{Binding, Deed};
use crate::testing::system::{Filled, Reply, Request};

/// Parameters that take the name of something.
const NAMES: &[&str] = &["lpName", "lpTimerName", "lpFileName"];
/// What a call is about, of its parameters.
const SUBJECTS: &[&str] = &[
    "hObject",
    "hSourceHandle",
    "hProcess",
    "lpName",
    "lpTimerName",
    "hEvent",
    "hMutex",
    "hSemaphore",
    "hHandle",
];

impl Play {
    /// Would nobody write this, here?
    pub(super) fn is_odd(&self, part: Part, scene: &Scene, deed: &Deed, request: &Request) -> bool {
        self.is_repeated(part, scene, deed, request)
            || is_about_itself(deed, request)
            || self.sets_again(deed)
            || self.asks_for_the_unheard_of(request)
            || has_strange_numbers(request)
            || self.uses_strange_values(scene.must, deed, request)
    }

    /// The same again, or about the same thing again where each step shall be about another.
    fn is_repeated(&self, part: Part, scene: &Scene, deed: &Deed, request: &Request) -> bool {
        let own = deed.actor.place.0;
        let last = self.lines.last();
        let makes_another = part == Part::Opening && request.call.starts_with("Create");
        let again = last.is_some_and(|line| line.actor() == own && line.request() == Some(request));
        let again = again && !makes_another;
        let mut others = self.lines.iter().filter(|line| line.part == part && line.call() == request.call);
        let same_subject = |other: &Line| {
            SUBJECTS.iter().any(|param| {
                let theirs = other.request().and_then(|request| request.get(param));
                let by_name = matches!(theirs, Some(Arg::Text(_)));
                theirs.is_some() && theirs == request.get(param) && (by_name || other.actor() == own)
            })
        };
        let same_text = |other: &Line| {
            let text = request.text("lpBuffer");
            text.is_some() && other.request().and_then(|request| request.text("lpBuffer")) == text
        };
        again || others.any(|other| scene.once && same_subject(other) || same_text(other))
    }

    /// Is a name looked for that nobody has spoken of? That it is not there is no surprise.
    fn asks_for_the_unheard_of(&self, request: &Request) -> bool {
        const OPEN_EXISTING: u64 = 3;
        let looks_for = match request.call {
            "CreateFile" => request.number("dwCreationDisposition") == OPEN_EXISTING,
            call => call.starts_with("Open") || call == "DeleteFile",
        };
        let name =
            |request: &Request| NAMES.iter().find_map(|param| request.text(param).map(ToOwned::to_owned));
        let Some(wanted) = name(request).filter(|_| looks_for) else { return false };
        let mut spoken_of = self.lines.iter().filter_map(|line| name(line.request()?));
        !spoken_of.any(|known| known == wanted)
    }

    /// Is a variable set that has a value? It would name two things in one exercise.
    fn sets_again(&self, deed: &Deed) -> bool {
        let process = deed.actor.place.0;
        let mut set = self.lines.iter().filter(|line| line.actor() == process).flat_map(Line::variables);
        set.any(|(_, old)| deed.variables().any(|(_, new)| new.out_name() == old.out_name()))
    }

    /// Is a value used that means something elsewhere? That is a mistake, which only a prediction may have; and one that does
    /// no harm by chance teaches the wrong thing.
    fn uses_strange_values(&self, must: Must, deed: &Deed, request: &Request) -> bool {
        let Action::Call(call) = &deed.line.action else { return false };
        let actor = deed.actor.place.0;
        let values = call.args.iter().enumerate().flat_map(|(place, arg)| match &arg.value.kind {
            ExprKind::List(all) => all.iter().map(|one| (place, one)).collect(),
            _ => vec![(place, &arg.value)],
        });
        values.into_iter().any(|(place, expr)| {
            let Some(binding) = self.binding(actor, expr) else { return false };
            if !binding.variable.kind.is_handle() {
                return binding.process != actor
                    && binding.variable.kind == crate::testing::program::Kind::View;
            }
            let table = match (request.call, place) {
                ("DuplicateHandle", 1) => self.meant(deed, request.number("hSourceProcessHandle")),
                _ => Some(actor),
            };
            let Some(table) = table else { return must == Must::Work };
            if self.is_at_home(binding.process, binding.variable, table) {
                return false;
            }
            let works = self.names_it(table, binding);
            must == Must::Work || works
        })
    }

    /// The variable that an expression names.
    fn binding(&self, actor: u8, expr: &Expr) -> Option<&Binding> {
        let ExprKind::Path(path) = &expr.kind else { return None };
        let (first, rest) = path.text.split_once('.').unwrap_or((&path.text, ""));
        let other = (0..26).find(|place| process_name(*place) == first);
        let (process, raw) = other.map_or((actor, path.text.as_str()), |place| (place, rest));
        self.stage
            .bindings()
            .iter()
            .find(|binding| binding.process == process && binding.variable.name() == raw)
    }

    /// The process that a handle means which the actor has.
    fn meant(&self, deed: &Deed, value: u64) -> Option<u8> {
        if value == u64::MAX {
            return Some(deed.actor.place.0);
        }
        let table = self.now.processes.get(&deed.actor.process)?.table.as_ref()?;
        let object = table.get(&value)?.object;
        self.stage.cast().iter().find(|living| living.process == object).map(|living| living.place.0)
    }

    fn names_it(&self, place: u8, binding: &Binding) -> bool {
        let living = self.stage.cast().iter().find(|living| living.place == (place, 0));
        let process = living.and_then(|living| self.now.processes.get(&living.process));
        let entry = process.and_then(|process| process.table.as_ref()?.get(&binding.value));
        entry.is_some_and(|entry| Some(entry.object) == binding.object)
    }
}

/// A handle that nobody ever had, or flags that the mask leaves out.
fn has_strange_numbers(request: &Request) -> bool {
    let is_null = |(param, arg): &(&str, Arg)| {
        param.starts_with('h') && (*arg == Arg::Number(0) || *arg == Arg::List(vec![0]))
    };
    let flags = request.dword("dwFlags") & !request.dword("dwMask");
    request.args.iter().any(is_null) || (request.call == "SetHandleInformation" && flags != 0)
}

/// A process that does something to itself from outside, or waits for the same thing twice.
fn is_about_itself(deed: &Deed, request: &Request) -> bool {
    let outside = ["TerminateProcess", "GetExitCodeProcess", "AssignProcessToJobObject"];
    let pid = Some(&Arg::Number(deed.actor.pid.into()));
    let on_itself = outside.contains(&request.call) && request.number("hProcess") == u64::MAX
        || request.call == "OpenProcess" && request.get("dwProcessId") == pid
        || request.call == "WaitForSingleObject" && request.number("hHandle") > u64::MAX - 16;
    let twice = match request.get("lpHandles") {
        Some(Arg::List(handles)) => {
            handles.len() < 2 || (1..handles.len()).any(|at| handles[..at].contains(&handles[at]))
        }
        _ => false,
    };
    on_itself || twice
}

/// Does a call answer something that teaches nothing, or makes nothing new where something new is meant?
pub(super) fn is_dull(line: &Line, must: Must) -> bool {
    const INVALID_PARAMETER: u32 = 87;
    const ALREADY_EXISTS: u32 = 183;
    let error = line.reply().and_then(|reply| reply.error);
    match must {
        Must::Anything => error == Some(INVALID_PARAMETER),
        _ => error == Some(ALREADY_EXISTS) && line.call() != "CreateFile" || tells_still_active(line),
    }
}

/// Was the exit code asked for too early?
fn tells_still_active(line: &Line) -> bool {
    const STILL_ACTIVE: u64 = 259;
    let mut outs = line.reply().into_iter().flat_map(|reply| &reply.outs);
    line.call() == "GetExitCodeProcess" && outs.any(|(_, filled)| *filled == Filled::Number(STILL_ACTIVE))
}

/// Are the rights that are asked for such as the type has names for?
pub(super) fn rights_have_names(line: &Line) -> bool {
    let Some(request) = line.request().filter(|request| request.call != "CreateFile") else { return true };
    let object = line.reply().and_then(|reply| reply.object.or(handle_out(reply)));
    let of = object.and_then(|object| line.behind.objects.get(&object)).map(|view| view.object_type);
    // A call that fails gives no object; which type it looked for its name says.
    let of = of.or_else(|| type_of_call(line.call()));
    let asked = request.dword("dwDesiredAccess");
    let (Some(of), true) = (of, asked != 0) else { return true };
    !of.access_in_words(AccessMask(asked)).contains("0x")
}

/// The object of a handle that was filled into an out parameter.
pub(super) fn handle_out(reply: &Reply) -> Option<u32> {
    reply.outs.iter().find_map(|(_, filled)| match filled {
        Filled::Handle(_, object) => *object,
        _ => None,
    })
}
