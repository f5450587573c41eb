//! What did somebody mean whose line is neither a step nor starts with a keyword?

use super::super::diagnostic::{Code, Diagnostic};
use super::super::keyword::Keyword;
use super::super::suggest;
use super::super::token::TokenKind::*;
use super::super::tree::ItemKind;
use super::advice::cut;
use super::dotted::Dotted;
use super::mistakes::Reported;
use super::odd_operators::comment_slip;
use super::{Parser, Subject, foreign};

/// What lines can be, for somebody who wrote something else.
const FORMS: &str = "A line is a step (`parent: CloseHandle(hEvent) => TRUE`), starts with a keyword (`check handles(parent.hEvent) == 1`), \
     or is a comment (`// why`).";

impl Parser<'_> {
    /// Reports a line that starts with `first` and goes on with something that is no colon.
    pub(super) fn odd_line(&mut self, first: Dotted) -> Reported {
        self.fail(|parser| parser.odd_line_slip(first))
    }

    fn odd_line_slip(&self, first: Dotted) -> Diagnostic {
        let tidy = first.tidy();
        let word = tidy.as_str();
        let rest = self.rest_of_line(self.here.span.start);
        if self.is_actor(word) {
            return self.missing_colon(first);
        }
        if foreign::is_control(word) {
            return control(first);
        }
        if foreign::is_type(word) && self.is(Word) {
            return self.declaration(first, &format!("{}: {rest}", self.some_process()));
        }
        if foreign::states_a_fact(word) && self.is(Word) && self.peek().kind == LeftParen {
            let message = format!("`{word}` is no keyword; facts stand behind `check`");
            return Diagnostic::new(Code::UnknownLine, first.span, message, "expected `check`")
                .help(format!("Write `check {rest}`."));
        }
        let known = Keyword::ALL.iter().map(|keyword| keyword.word());
        if let Some(keyword) = suggest::closest(word, known).and_then(Keyword::of)
            && !self.is(Assign)
        {
            let message = format!("`{}` is no keyword", cut(word));
            return Diagnostic::new(
                Code::UnknownLine,
                first.span,
                message,
                format!("did you mean `{}`?", keyword.word()),
            )
            .help(format!("For example: `{}`.", keyword.example()));
        }
        if matches!(self.here.kind, Assign | LeftParen) {
            let line = self.rest_of_line(first.span.start);
            let mut message = "this line does not say which process does it".to_owned();
            let mut help = format!("Write the process in front: `{}: {line}`.", self.some_process());
            if let Some((process, name)) = word.split_once('.') {
                let blank = if self.is(Assign) { " " } else { "" };
                message = "a step starts with a process and a colon".to_owned();
                help = format!("Write `{process}: {name}{blank}{rest}`.");
            }
            return Diagnostic::new(Code::MissingActor, first.span, message, "expected `process:` in front")
                .help(help);
        }
        if self.is(Word) && matches!(self.peek().kind, Assign | LeftParen | Equal) {
            return self.missing_colon(first);
        }
        self.slip().filter(|slip| slip.code != Code::WrongOperator).unwrap_or_else(|| {
            let message =
                format!("a line that starts with `{}` is neither a step nor a keyword line", cut(word));
            Diagnostic::new(Code::UnknownLine, first.span, message, "this is no keyword").help(FORMS)
        })
    }

    /// The mistake of declaring something as in C; `word` is its type, and `step` the same line without it.
    pub(super) fn declaration(&self, word: Dotted, step: &str) -> Diagnostic {
        let message = format!("`{} …` is a declaration of C; variables have no types here", cut(word.text));
        let diagnostic = Diagnostic::new(Code::ForeignSyntax, word.span, message, "this type");
        diagnostic.help(match self.peek().kind {
            Assign => format!("Leave the type out: `{step}`."),
            LeftParen => "There are no functions here: write the steps one below the other.".to_owned(),
            LeftBracket => {
                "There are no arrays; a list is written where it is needed: `WaitForMultipleObjects([h1, h2], TRUE, INFINITE)`."
                    .to_owned()
            }
            _ => "Delete the line: a variable is there as soon as a step gives it a value.".to_owned(),
        })
    }

    fn missing_colon(&self, actor: Dotted) -> Diagnostic {
        let name = cut(&actor.tidy());
        let rest = self.rest_of_line(self.here.span.start);
        let message = format!("expected `:` behind `{name}`");
        Diagnostic::new(Code::MissingActor, actor.span, message, "expected `:` behind this")
            .help(format!("A step says who does it, a colon, and the call: `{name}: {rest}`."))
    }

    /// Reports a line that starts with something that no line starts with.
    pub(super) fn odd_start(&mut self) -> Reported {
        self.subject = Subject::Other;
        self.fail(|parser| {
            let span = parser.here.span;
            if parser.is(Minus) && parser.peek().kind == Minus {
                return comment_slip(span.to(parser.peek().span));
            }
            if parser.is(Arrow) {
                let message = "an expected answer stands on the line of its step";
                return Diagnostic::new(Code::UnknownLine, span, message, "no step in front of this")
                    .help("Write both on one line: `parent: CloseHandle(hEvent) => TRUE`.");
            }
            if matches!(parser.here.kind, Unknown | UnclosedText)
                && let Some(slip) = parser.slip()
            {
                return slip;
            }
            Diagnostic::new(
                Code::UnknownLine,
                span,
                "this line is neither a step nor a keyword line",
                "unexpected",
            )
            .help(FORMS)
        })
    }

    /// Has a line above spoken of this process (or of this thread)?
    fn is_actor(&self, word: &str) -> bool {
        self.items.iter().any(|item| match &item.kind {
            ItemKind::Process(names) => names.iter().any(|name| name.text == word),
            ItemKind::Step(step) => step.actor.text == word,
            _ => false,
        })
    }

    /// A process for an example: the first that the file declares.
    fn some_process(&self) -> &str {
        let declared = self.items.iter().find_map(|item| match &item.kind {
            ItemKind::Process(names) => names.first(),
            _ => None,
        });
        declared.map_or("parent", |name| &name.text)
    }
}

/// The mistake of a colon behind a keyword that states a fact: it makes the line a step of a process of that name.
pub(super) fn colon_behind_keyword(actor: Dotted) -> Option<Diagnostic> {
    let keyword = Keyword::of(actor.text).filter(|keyword| keyword.states_a_fact())?;
    let message = format!("no colon stands behind `{}`", keyword.word());
    let diagnostic = Diagnostic::new(Code::Expected, actor.span, message, "a keyword");
    Some(diagnostic.help(format!("For example: `{}`.", keyword.example())))
}

/// The mistake of steering a course where there is only one.
pub(super) fn control(word: Dotted) -> Diagnostic {
    let message = format!("a scenario has no `{}`", word.text);
    Diagnostic::new(Code::ForeignSyntax, word.span, message, "this belongs to a program")
        .help("A scenario tells one run, step by step: write each step that happens on a line of its own.")
}
