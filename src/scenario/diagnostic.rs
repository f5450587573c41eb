//! What is wrong with a file, where, and what to do next?
//!
//! A [`Diagnostic`] is data: a code, a sentence, places and help. It is drawn elsewhere.
//!
//! ```
//! use handlelab::scenario::Document;
//! use handlelab::scenario::diagnostic::Code;
//!
//! let text = "process p\np: h = CreateEvnt()\n";
//! let mistakes = Document::read(text).expect_err("there is no such call");
//! let mistake = &mistakes[0];
//! assert_eq!(mistake.code, Code::UnknownCall);
//! assert_eq!(mistake.span().text(text), "CreateEvnt");
//! assert_eq!(mistake.help, ["Did you mean `CreateEvent`?"]);
//! assert!(Code::UnknownCall.explanation().contains("handlelab explain"));
//! ```

use super::span::Span;
use serde::Serialize;

/// One mistake in a file.
///
/// ```
/// use handlelab::scenario::Span;
/// use handlelab::scenario::diagnostic::{Code, Diagnostic};
///
/// let text = "process p, p\n";
/// let mistake = Diagnostic::new(Code::Expected, Span::new(11, 12), "there are two `p`", "the second one")
///     .also(Span::new(8, 9), "the first one")
///     .help("Give each process a name of its own.");
/// assert_eq!(mistake.labels.len(), 2);
/// assert_eq!((mistake.span().start, mistake.span().text(text)), (11, "p"), "where the mistake is");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Which kind of mistake.
    pub code: Code,
    /// One sentence without a full stop: what is wrong.
    pub message: String,
    /// The places, the first one being where the mistake is.
    pub labels: Vec<Label>,
    /// What to do next; each a sentence.
    pub help: Vec<String>,
}

/// A place and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A mistake at `span`; `label` says what is there or what was expected.
    pub fn new(code: Code, span: Span, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            labels: vec![Label { span, text: label.into() }],
            help: Vec::new(),
        }
    }

    /// Adds a second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a sentence of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// The place of the mistake.
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal $title:literal;)+) => {
        /// The kinds of mistakes that a file can have. A code, once given out, keeps its meaning.
        ///
        /// ```
        /// use handlelab::scenario::diagnostic::Code;
        ///
        /// let code = Code::ALL.iter().find(|code| code.name() == "HL008").expect("a code");
        /// assert_eq!((*code, code.title()), (Code::Unclosed, "a parenthesis that is never closed"));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// Its name as users see it: `HL012`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => concat!("HL", $number),)+ }
            }

            /// The mistake in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)+ }
            }

            /// What it means and what to do, for somebody who meets it for the first time.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc, "\n",)+),)+ }
            }
        }
    };
}

codes! {
    /// The file is not UTF-8 text. Save it as UTF-8 in your editor (in Windows Notepad: "Save as", encoding UTF-8).
    NotText = "001" "the file is not UTF-8 text";
    /// The file is larger than a scenario may be (256 MiB).
    TooLarge = "002" "the file is too large";
    /// A character that the language does not use, such as # or a backslash outside a string.
    UnexpectedCharacter = "003" "a character that has no meaning here";
    /// A string that has no closing quote on its line, or an escape in it that C does not know.
    BadString = "004" "a string that is not well formed";
    /// A number that cannot be read, or that does not fit into 64 bits. Numbers are written as in C: 4, 0x1F0003.
    BadNumber = "005" "a number that cannot be read";
    /// The line is none of the forms that the language knows: a step `process: Call(...)`, `check`, `process`, ...
    UnknownLine = "006" "a line that is no step and no keyword";
    /// Something else was expected at this place. Often what is missing stands just before it: a comma, a parenthesis, a value.
    Expected = "007" "something else was expected";
    /// A parenthesis or bracket that is never closed. The place shown is where it opens.
    Unclosed = "008" "a parenthesis that is never closed";
    /// Parentheses or operators are nested deeper than anybody could read (64 levels, 256 operators).
    TooDeep = "009" "an expression that is nested too deep";
    /// `handlelab N` names a version of the format that this program does not know.
    UnknownVersion = "010" "a format version that is not known";
    /// Every step says who does it: the process (or `process.thread`), a colon, then the call. Write
    /// `parent: CloseHandle(hEvent)`, not `CloseHandle(hEvent)` or `parent CloseHandle(hEvent)`.
    MissingActor = "011" "a step without `process:` in front";
    /// An operator of another language, or of another place. `=` gives a variable its value, `==` compares, `=>` stands
    /// in front of an expected answer; `&&`, `||` and `!` are and, or and not.
    WrongOperator = "012" "an operator that is written differently";
    /// Strings stand in straight double quotes: "Ready". Word processors like to replace them by curly ones.
    WrongQuotes = "013" "a string in other quotes than \"";
    /// C (or another language) has it, a scenario does not: declarations, casts, `if` and `for`, `/* */`. A scenario tells
    /// one run, step by step.
    ForeignSyntax = "014" "something that belongs to another language";
    /// Keywords are written in small letters (`check`), C's constants in capitals (`TRUE`, `NULL`).
    WrongCase = "015" "a word in the wrong letters";
    /// `task`, `allow`, `forbid`, `require`, `limit`, `hint`, `goal`, `hidden goal` and `every order` stand directly below a
    /// line `exercise`, with nothing but comments and empty lines between them.
    ClauseOutside = "016" "a line of an exercise outside any exercise";
    /// The file has so many mistakes that the rest of them is only counted. Often one of the first is the cause of many.
    TooManyMistakes = "017" "too many mistakes to show";
    /// A file needs at least one process, or nobody can do anything: `process parent`.
    NoProcess = "050" "a file without a process";
    /// A process exists from its `process` line on, or from the CreateProcess that creates it; a thread from its
    /// CreateThread on. The name that is used here belongs to none at this point. (In an exercise, goals and lines behind the gap may
    /// use the name of one that only the gap creates.)
    UnknownActor = "051" "a process or thread that does not exist at this point";
    /// A variable gets its value from `x = …` or as an out parameter `&x`, on an earlier line. It belongs to one process;
    /// others read it as `process.x`.
    UnknownVariable = "052" "a variable that has no value at this point";
    /// In `check`, `always`, `finally` and `goal` a bare name is a process or a constant. Variables are written with their
    /// process: `parent.hEvent`.
    UnknownName = "053" "a name that means nothing";
    /// The call is none of those that the model has. `handlelab explain` lists them.
    UnknownCall = "054" "a call that the model does not have";
    /// The call has no parameter of this name. Parameters have Win32's names; fields of structures are written without the
    /// structure.
    UnknownParameter = "055" "a parameter that the call does not have";
    /// A parameter that cannot be left out is not written. Handles and timeouts are always written; what callers usually leave
    /// NULL, 0 or FALSE may be left out.
    MissingArgument = "056" "an argument that is missing";
    /// The call has no parameter left for this argument. Fields of structures, and everything but the name in CreateProcess
    /// and CreateThread, are written by name: `bInheritHandles: TRUE`.
    TooManyArguments = "057" "an argument too many";
    /// Something else is needed in this place: a number where a text stands, a process where a thread stands, and so on.
    WrongKind = "058" "something of the wrong kind";
    /// The same thing is given twice: a title, a task, an argument of a call. Leave one of them out.
    Twice = "059" "something that is there twice";
    /// Processes, threads and variables never share a name, so that it is always clear who or what is meant.
    NameTaken = "060" "a name that is taken";
    /// The word has a meaning already, in the language or in Win32, and cannot be a name. Choose another one.
    ReservedWord = "061" "a name that has a meaning already";
    /// Names consist of letters, digits and _, and do not start with a digit.
    BadName = "062" "a name that cannot be one";
    /// An option stands before the first step; the model does not change while it runs.
    OptionTooLate = "063" "an option behind the first step";
    /// There is no such option, or it has no such value. `handlelab explain` lists the options, and `handlelab explain NAME` the
    /// values of one.
    UnknownOption = "064" "an option that does not exist";
    /// The call gives nothing back, or does not return at all, so there is nothing to expect and nothing to keep.
    NoAnswer = "065" "an answer expected of a call that gives none";
    /// The step computes a value and does nothing with it.
    NothingDone = "066" "a step that does nothing";
    /// Behind `=>` stand an answer that the call can give and, if one likes, an error.
    UnknownExpectation = "067" "an expectation that no answer can meet";
    /// A call with an effect needs a step of its own, so that its answer can be seen. Only calls that merely tell something,
    /// such as GetCurrentProcess(), stand inside others.
    NestedCall = "068" "a call inside a call";
    /// The kernel's eye does not know the question. It can be asked `handles(…)`, `alive(…)`, `signaled(…)` and more:
    /// `handlelab explain` lists the questions.
    UnknownQuestion = "069" "a question that the kernel's eye does not know";
    /// The question takes another number of arguments.
    WrongCount = "070" "the wrong number of arguments";
    /// An exercise has one gap, between a line `begin` and a line `end`.
    GapMisplaced = "071" "a gap that is not where it should be";
    /// `misuse` names kinds of misuse that the simulator does not know. `handlelab explain` lists them: use-after-close,
    /// reused-value, foreign-value, ...
    UnknownMisuse = "072" "a kind of misuse that does not exist";
    /// `misuse use-after-close` says of the step directly below that it misuses a handle, and is meant to. There is no such
    /// step.
    MisuseOfNothing = "073" "a misuse without a step";
    /// The step is for a process or thread that was never created, because the call that should have created it failed.
    NeverCreated = "080" "a step for somebody who was never created";
    /// The step is for a process or thread that has ended.
    HasEnded = "081" "a step for somebody who has ended";
    /// The step is for a thread that waits in an earlier call and has not been released.
    IsBlocked = "082" "a step for a thread that is blocked";
    /// The step is for a thread that is suspended and has not been resumed.
    IsSuspended = "083" "a step for a thread that is suspended";
    /// A process or thread of this name has been created already; in a scenario each has a name of its own.
    NameInUse = "084" "a second process or thread of the same name";
    /// The variable holds something else than the step needs: a text where a number is needed, or the reverse.
    WrongValue = "085" "a variable that holds something of the wrong kind";
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Code {
    /// May such a mistake come about only because another line cannot be read? A name, for one, may have been given there.
    pub(super) fn may_follow_from_another_line(self) -> bool {
        !matches!(
            self,
            Code::UnknownCall
                | Code::UnknownParameter
                | Code::MissingArgument
                | Code::TooManyArguments
                | Code::WrongKind
                | Code::NameTaken
                | Code::ReservedWord
                | Code::BadName
                | Code::UnknownOption
                | Code::NoAnswer
                | Code::UnknownExpectation
                | Code::NestedCall
                | Code::UnknownQuestion
                | Code::WrongCount
                | Code::UnknownMisuse
        )
    }
}
