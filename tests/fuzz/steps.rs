//! Which steps could a file have that nobody has written?
//!
//! Calls from the table of calls with arguments of the right kinds, mostly, by processes and with variables of the file.

use crate::hostile;
use fastrand::Rng;
use handlelab::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use handlelab::kernel::constants::Constant;
use handlelab::scenario::eye::{OperandKind, QUESTIONS, TermType};
use handlelab::scenario::lexer::Lexer;
use handlelab::scenario::token::TokenKind;

/// Names that steps can use.
pub(crate) struct Words {
    actors: Vec<String>,
    variables: Vec<String>,
    texts: Vec<String>,
}

impl Words {
    /// The names in a file: what acts, what is filled, what stands in quotes.
    pub(crate) fn of(source: &str) -> Words {
        let mut words = Words {
            actors: vec!["a".to_owned(), "b".to_owned()],
            variables: vec!["h".to_owned()],
            texts: vec!["\"Ready\"".to_owned()],
        };
        for line in source.lines() {
            let tokens: Vec<_> = Lexer::new(line).filter(|token| token.kind != TokenKind::Blank).collect();
            let text = |place: usize| tokens.get(place).map_or("", |token| token.span.text(line));
            let is_process = text(0) == "process";
            for (i, token) in tokens.iter().enumerate() {
                let known = match token.kind {
                    TokenKind::Text => &mut words.texts,
                    TokenKind::Word if text(i + 1) == ":" && i == 0 => &mut words.actors,
                    TokenKind::Word if is_process && i > 0 => &mut words.actors,
                    TokenKind::Word if text(i + 1) == "=" || i > 0 && text(i - 1) == "&" => {
                        &mut words.variables
                    }
                    _ => continue,
                };
                known.push(text(i).to_owned());
            }
        }
        words
    }

    /// A file that is made up from nothing.
    pub(crate) fn scenario(rng: &mut Rng) -> String {
        let words = Words {
            actors: ["a", "b", "c", "a.t"].map(str::to_owned).to_vec(),
            variables: ["h", "g", "k", "pi.hProcess", "pi.hThread", "x"].map(str::to_owned).to_vec(),
            texts: ["\"Ready\"", "\"c\"", "\"t\"", "\"f.txt\""].map(str::to_owned).to_vec(),
        };
        let mut file = "process a, b\n".to_owned();
        for process in ["a", "b"] {
            for variable in ["h", "g", "k", "x"] {
                file += &format!("{process}: {variable} = {}\n", rng.choice(STARTS).unwrap_or(&"0"));
            }
        }
        for _ in 0..rng.usize(1..60) {
            file += &words.line(rng);
            file.push('\n');
        }
        file
    }

    /// A step, or a look of the kernel's eye.
    pub(crate) fn line(&self, rng: &mut Rng) -> String {
        match rng.u8(0..10) {
            0 => format!("check {}", self.fact(rng)),
            1 if rng.bool() => {
                let keyword = if rng.bool() { "always" } else { "finally" };
                format!("{keyword} {}", self.fact(rng))
            }
            _ => self.step(rng),
        }
    }

    fn step(&self, rng: &mut Rng) -> String {
        let spec = rng.choice(CallSpec::all()).expect("there are calls");
        let mut args = Vec::new();
        let mut in_order = true;
        for param in spec.params {
            if !param.required && rng.u8(0..5) < 2 || rng.u8(..) == 0 {
                in_order = false;
                continue;
            }
            let value = self.argument(param, rng);
            let named = !param.positional || !in_order || rng.u8(0..8) == 0;
            args.push(if named { format!("{}: {value}", param.name) } else { value });
        }
        let keeps = spec.returns != Returns::Nothing && rng.u8(0..3) > 0;
        let variable = if keeps { format!("{} = ", self.new_variable(rng)) } else { String::new() };
        let answer = if rng.u8(0..4) == 0 { " => TRUE" } else { "" };
        format!("{}: {variable}{}({}){answer}", pick(&self.actors, rng), spec.name, args.join(", "))
    }

    fn argument(&self, param: &ParamSpec, rng: &mut Rng) -> String {
        if rng.u8(0..40) == 0 {
            return hostile::word(rng);
        }
        match param.kind {
            Kind::Handle { .. } | Kind::AnyHandle => self.handle(rng),
            Kind::Handles { .. } => {
                let handles: Vec<String> = (0..rng.usize(0..4)).map(|_| self.handle(rng)).collect();
                format!("[{}]", handles.join(", "))
            }
            Kind::Access(_) | Kind::Flags(_) => {
                let flags: Vec<&str> = (0..rng.usize(1..3)).map(|_| constant(rng)).collect();
                flags.join(" | ")
            }
            Kind::Bool => rng.choice(["TRUE", "FALSE"]).unwrap_or_default().to_owned(),
            Kind::Timeout => {
                rng.choice(["0", "10", "1000", "0xFFFFFFFE", "INFINITE"]).unwrap_or_default().to_owned()
            }
            Kind::Dword | Kind::Long | Kind::Large | Kind::Address => match rng.u8(0..4) {
                0 => hostile::number(rng).to_owned(),
                1 => self.variable(rng),
                _ => rng.u8(0..6).to_string(),
            },
            Kind::ObjectName | Kind::FileName | Kind::Data | Kind::NewProcess | Kind::NewThread => {
                pick(&self.texts, rng).to_owned()
            }
            Kind::Structure => "NULL".to_owned(),
            Kind::OutNumber | Kind::OutHandle | Kind::OutData => format!("&{}", self.new_variable(rng)),
            Kind::OutRecord(_) => "&pi".to_owned(),
            unknown => panic!("nothing is written for {unknown:?} so far"),
        }
    }

    fn handle(&self, rng: &mut Rng) -> String {
        match rng.u8(0..12) {
            0 => "GetCurrentThread()".to_owned(),
            1 | 2 => "GetCurrentProcess()".to_owned(),
            3 => format!("{:#x}", rng.u8(0..12) * 4),
            4 => hostile::number(rng).to_owned(),
            _ => self.variable(rng),
        }
    }

    fn variable(&self, rng: &mut Rng) -> String {
        let variable = pick(&self.variables, rng);
        match rng.u8(0..4) {
            0 => format!("{}.{variable}", pick(&self.actors, rng)),
            _ => variable.to_owned(),
        }
    }

    fn new_variable<'w>(&'w self, rng: &mut Rng) -> &'w str {
        pick(&self.variables, rng).split('.').next().unwrap_or("h")
    }

    fn fact(&self, rng: &mut Rng) -> String {
        let question = rng.choice(QUESTIONS).expect("there are questions");
        let operands: Vec<String> = question
            .operands
            .iter()
            .map(|operand| match operand {
                OperandKind::Object if rng.bool() => self.owned(rng),
                OperandKind::Object | OperandKind::Name => pick(&self.texts, rng).to_owned(),
                OperandKind::Process | OperandKind::Actor => pick(&self.actors, rng).to_owned(),
                OperandKind::Value => self.owned(rng),
                unknown => panic!("nothing is written for {unknown:?} so far"),
            })
            .collect();
        let asked = format!("{}({})", question.name, operands.join(", "));
        match question.answers {
            TermType::Truth => format!("{}{asked}", if rng.bool() { "!" } else { "" }),
            TermType::Number => format!("{asked} <= {}", hostile::number(rng)),
            TermType::Text => format!("{asked} != \"Event\""),
            TermType::Object | TermType::Anything => format!("{asked} == NULL"),
            unknown => panic!("nothing is written for {unknown:?} so far"),
        }
    }

    fn owned(&self, rng: &mut Rng) -> String {
        format!("{}.{}", pick(&self.actors, rng), pick(&self.variables, rng))
    }
}

/// What variables get first.
const STARTS: &[&str] = &[
    "CreateEvent()",
    "CreateEvent(bManualReset: TRUE, lpName: \"Ready\")",
    "CreateMutex(bInitialOwner: TRUE)",
    "CreateSemaphore(NULL, 1, 2)",
    "CreateWaitableTimer()",
    "CreateJobObject()",
    "OpenProcess(PROCESS_ALL_ACCESS, FALSE, a.pid)",
    "OpenProcess(PROCESS_ALL_ACCESS, TRUE, b.pid)",
    "CreateThread(\"t\")",
    "0",
];

fn pick<'w>(words: &'w [String], rng: &mut Rng) -> &'w str {
    rng.choice(words).map_or("a", String::as_str)
}

fn constant(rng: &mut Rng) -> &'static str {
    rng.choice(Constant::all()).map_or("0", |constant| constant.name)
}
