//! What is a random program, before anybody runs it?
//!
//! Steps that speak of each other only through variables: a step may use `hEvent1` though nothing has set it (then the
//! next best value is taken, see [`Stage`](super::stage::Stage)), and a step whose actor cannot act is done by somebody
//! else or left out. So every list of steps is a program, whatever is taken away from it, and shrinking never breaks one.
//!
//! A program written by hand, with one step that closes whatever event there is:
//!
//! ```
//! use handlelab::testing::program::{Action, Kind, Operand, Program, Source, Step, Variable, Whose};
//!
//! let event = Variable { kind: Kind::Event, index: 0 };
//! let call = |call, args, keep| Step { actor: (0, 0), instead: true, action: Action::Call { call, args, keep } };
//! let source = Source::Variable { whose: Whose::Own, variable: event, among: &[Kind::Event], plus: 0 };
//! let steps = vec![
//!     call("CreateEvent", vec![], Some(event)),
//!     call("CloseHandle", vec![("hObject", Operand::Value(source))], None),
//! ];
//! let program = Program { steps, ..Program::default() };
//! assert!(program.text("Open and close").contains("a: CloseHandle(hEvent0)"));
//! ```

use crate::kernel::Options;

/// How many processes the steps of a program speak of. Two exist from the start.
pub const PROCESSES: u8 = 6;
/// How many processes a program has at most: when all that it speaks of have been created, new ones get further names.
pub const NAMES: u8 = 26;
/// How many of them exist from the start.
pub const FROM_START: u8 = 2;
/// How many threads a process has at most.
pub const THREADS: u8 = 4;
/// How many variables of each kind a process has.
pub const VARIABLES: u8 = 3;

/// A program.
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::program::{Action, Program, Step, process_name};
/// use handlelab::testing::system::KernelSystem;
///
/// let create = Action::Call { call: "CreateEvent", args: vec![], keep: None };
/// let step = Step { actor: (1, 0), instead: false, action: create };
/// let program = Program { steps: vec![step], ..Program::default() };
/// let mut done = Vec::new();
/// program.run(&mut KernelSystem::new(Options::default()), |deed, _, _, _| done.push(deed.in_words()));
/// assert_eq!(done, [format!("{}: CreateEvent()", process_name(1))]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// What the model shall do where Windows is not settled.
    pub options: Options,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// Somebody does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who shall do it, if it can act: a process and one of its threads.
    pub actor: (u8, u8),
    /// Does somebody else do it, if the actor cannot?
    pub instead: bool,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// A call.
    Call {
        /// Its name.
        call: &'static str,
        /// The arguments that are given, by parameter.
        args: Vec<(&'static str, Operand)>,
        /// The variable that keeps the answer.
        keep: Option<Variable>,
    },
    /// One process learns a value from another: no call is made.
    Copy {
        /// The variable of the actor that gets it.
        to: Variable,
        /// Where it comes from.
        from: Source,
    },
}

/// An argument, as abstract as a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operand {
    /// A number.
    Number(u64),
    /// A name or data.
    Text(&'static str),
    /// Something that a variable holds.
    Value(Source),
    /// Several handles.
    Values(Vec<Source>),
    /// The id of a process.
    ProcessId(u8),
    /// The name of a new process, if it is free.
    NewProcess(u8),
    /// The name of a new thread of the actor's process, if it is free.
    NewThread(u8),
    /// A variable to be filled.
    Out(Variable),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// From a variable.
    Variable {
        /// Whose.
        whose: Whose,
        /// Which.
        variable: Variable,
        /// Kinds that would do as well.
        among: &'static [Kind],
        /// What is added to it: tag bits, mostly none.
        plus: u8,
    },
    /// From GetCurrentProcess or GetCurrentThread.
    Call(&'static str),
    /// From nowhere.
    Number(u64),
}

/// Whose variable is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Whose {
    /// The actor's own, if it holds an open handle; else one that does, of a kind that would do as well. Where a handle
    /// of another process is asked for, as by DuplicateHandle, that process's own.
    Own,
    /// The actor's own, open or not, or another's if it has none.
    OpenOrNot,
    /// Another process's, or the own if there is none.
    Other,
}

/// A variable of a process. Its kind is what such a variable is meant for; it may hold anything.
///
/// ```
/// use handlelab::testing::program::{Kind, Variable};
///
/// let child = Variable { kind: Kind::ChildProcess, index: 0 };
/// assert_eq!((child.name(), child.out_name()), ("pi0.hProcess".to_owned(), "pi0".to_owned()));
/// assert!(child.kind.is_handle() && !Kind::ThreadId.is_handle());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variable {
    /// What it is meant for.
    pub kind: Kind,
    /// Which of its kind.
    pub index: u8,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $Kind:ident = $before:literal $after:literal,)+) => {
        /// What a variable is meant for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[doc = $doc])+ $Kind,)+ }

        impl Variable {
            /// Its name in a scenario: `hEvent1`, `pi0.hProcess`.
            pub fn name(self) -> String {
                match self.kind { $(Kind::$Kind => format!("{}{}{}", $before, self.index, $after),)+ }
            }
        }
    };
}

kinds! {
    /// A handle to an event.
    Event = "hEvent" "",
    /// A handle to a mutex.
    Mutex = "hMutex" "",
    /// A handle to a semaphore.
    Semaphore = "hSemaphore" "",
    /// A handle to a timer.
    Timer = "hTimer" "",
    /// A handle to a process that was opened.
    Process = "hProcess" "",
    /// A handle to a thread that was opened, or created by CreateThread.
    Thread = "hThread" "",
    /// The handle to a process that CreateProcess gave.
    ChildProcess = "pi" ".hProcess",
    /// The handle to its first thread.
    ChildThread = "pi" ".hThread",
    /// The id of its first thread.
    ChildThreadId = "pi" ".dwThreadId",
    /// The id of a thread.
    ThreadId = "tid" "",
    /// A handle to a file.
    File = "hFile" "",
    /// A handle to the end of a pipe that is read from.
    ReadEnd = "hRead" "",
    /// A handle to the end that is written to.
    WriteEnd = "hWrite" "",
    /// A handle to a file mapping.
    Mapping = "hMapping" "",
    /// The address of a view.
    View = "view" "",
    /// A handle to a job.
    Job = "hJob" "",
    /// A number that is looked at and forgotten.
    Number = "n" "",
    /// Data that is looked at and forgotten.
    Data = "data" "",
}

impl Kind {
    /// The kinds that are meant for handles. Those that only CreateProcess fills come last.
    pub const HANDLES: &[Kind] = &[
        Kind::Event,
        Kind::Mutex,
        Kind::Semaphore,
        Kind::Timer,
        Kind::Process,
        Kind::Thread,
        Kind::File,
        Kind::ReadEnd,
        Kind::WriteEnd,
        Kind::Mapping,
        Kind::Job,
        Kind::ChildProcess,
        Kind::ChildThread,
    ];

    /// Is it meant for handles?
    pub fn is_handle(self) -> bool {
        Kind::HANDLES.contains(&self)
    }
}

impl Variable {
    /// The variable as an out parameter is written: a structure is filled as a whole.
    pub fn out_name(self) -> String {
        self.name().split('.').next().unwrap_or_default().to_owned()
    }
}

/// What a process is called: `a`, `b`, ...
pub fn process_name(process: u8) -> String {
    char::from(b'a' + process % 26).to_string()
}

/// What a thread is called: `a` for the first of a process, then `a.t1`, `a.t2`, ...
///
/// ```
/// use handlelab::testing::program::thread_name;
///
/// assert_eq!([thread_name(1, 0), thread_name(1, 2)], ["b", "b.t2"], "a process stands for its first thread");
/// ```
pub fn thread_name(process: u8, thread: u8) -> String {
    let process = process_name(process);
    if thread == 0 { process } else { format!("{process}.t{thread}") }
}
