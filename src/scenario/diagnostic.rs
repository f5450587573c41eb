//! What is wrong with a file, where, and what to do next?
//!
//! A [`Diagnostic`] is data: a code, a sentence, places and help. It is drawn elsewhere.

use super::span::Span;
use serde::Serialize;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// A character that the language does not use, such as a backslash outside a string.
    UnexpectedCharacter = "003" "a character that has no meaning here";
    /// A string that has no closing quote on its line, or an escape in it that C does not know.
    BadString = "004" "a string that is not well formed";
    /// A number that cannot be read, or that does not fit into 64 bits.
    BadNumber = "005" "a number that cannot be read";
    /// The line is none of the forms that the language knows: a step `process: Call(...)`, `check`, `process`, ...
    UnknownLine = "006" "a line that is no step and no keyword";
    /// Something else was expected at this place.
    Expected = "007" "something else was expected";
    /// A parenthesis or bracket that is never closed.
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
    /// `task`, `allow`, `forbid`, `require`, `limit`, `hint` and `goal` stand directly below a line `exercise`, with nothing
    /// but comments and empty lines between them.
    ClauseOutside = "016" "a line of an exercise outside any exercise";
    /// The file has so many mistakes that the rest of them is only counted. Often one of the first is the cause of many.
    TooManyMistakes = "017" "too many mistakes to show";
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
