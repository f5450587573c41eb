//! How is a run told, step by step?
//!
//! ```
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//! use handlelab::view::story::Story;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let mut story = Story::new("a.hlab", 80);
//! let told: String = trace.steps.iter().map(|step| story.step(step).plain()).collect();
//! assert!(told.contains("Event #3 is destroyed"));
//! ```

use super::effects::{self, Names};
use super::markup::{Markup, Role};
use super::table;
use crate::run::trace::{Broken, Returned, StepKind, TraceStep, Verdict};

/// Tells the steps of one run, each as it comes.
///
/// ```
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
/// use handlelab::view::story::Story;
///
/// let document = Document::read("process p\np: CloseHandle(NULL) => TRUE\n").expect("it can be read");
/// let (_, trace) = record("a.hlab", &document);
/// let mut story = Story::new("a.hlab", 60);
/// assert_eq!(story.heading(Some("Nothing to close"), &[]).plain(), "Nothing to close\na.hlab\n");
/// assert!(story.step(&trace.steps[1]).plain().contains("FAIL"));
/// ```
pub struct Story {
    names: Names,
    width: usize,
    file: String,
}

impl Story {
    /// A story for lines of `width` columns about the run of a file.
    pub fn new(file: impl Into<String>, width: usize) -> Story {
        Story { names: Names::default(), width: width.clamp(40, 200), file: file.into() }
    }

    /// What stands above the first step.
    pub fn heading(&self, title: Option<&str>, options: &[(&str, &str)]) -> Markup {
        let mut out = Markup::default();
        out.push(Role::Strong, title.unwrap_or("A scenario without a title")).line();
        out.push(Role::Faint, &self.file).line();
        for (name, value) in options {
            out.push(Role::Faint, format!("option {name} = {value}")).line();
        }
        out
    }

    /// One step.
    pub fn step(&mut self, step: &TraceStep) -> Markup {
        self.names.learn_step(step);
        let mut out = Markup::default();
        if !step.narration.is_empty() {
            out.line();
        }
        for line in wrap(&step.narration.join(" "), self.width.saturating_sub(5)) {
            out.push(Role::Story, format!("     {line}")).line();
        }
        match step.kind {
            StepKind::Step => {
                self.text(step, &mut out);
                self.answer(step, &mut out);
            }
            StepKind::Check => {
                self.text(step, &mut out);
                self.verdict(&step.verdict, step.line, &mut out);
            }
            StepKind::Start => return out,
            StepKind::End => {}
        }
        for line in effects::tell(&step.effects, &self.names) {
            self.indented(&line, &mut out);
        }
        for returned in &step.returned {
            self.returned(returned, &mut out);
        }
        for broken in &step.broken {
            self.broken(broken, &mut out);
        }
        table::changed(step, &self.names, self.width, &mut out);
        out
    }

    fn text(&self, step: &TraceStep, out: &mut Markup) {
        let text = match step.text.split_once("=>") {
            Some((call, _)) if step.kind == StepKind::Step => call.trim_end(),
            _ => &step.text,
        };
        for (i, line) in wrap(text, self.width.saturating_sub(5)).into_iter().enumerate() {
            if i == 0 {
                out.push(Role::Faint, format!("{:>4} ", step.line)).push(Role::Strong, line).line();
            } else {
                out.push(Role::Strong, format!("         {line}")).line();
            }
        }
    }

    fn answer(&self, step: &TraceStep, out: &mut Markup) {
        let met = matches!(step.verdict, Verdict::Met);
        if let Some(answer) = &step.answer
            && !matches!(step.verdict, Verdict::Missed { .. })
        {
            let role = if met { Role::Good } else { Role::Plain };
            if !answer.text.is_empty() {
                let sign = if met { "ok" } else { "  " };
                out.push(role, format!("  {sign} => {}", answer.text)).line();
            }
        }
        let assigned = step.answer.iter().flat_map(|answer| &answer.assigned);
        let filled: Vec<String> = assigned
            .filter(|assigned| step.text.contains(&format!("&{}", base(&assigned.variable))))
            .map(|assigned| format!("{} = {}", assigned.variable, assigned.value))
            .collect();
        for line in wrap(&filled.join(", "), self.width.saturating_sub(8)) {
            out.push(Role::Plain, format!("        {line}")).line();
        }
        if let Verdict::Missed { .. } = step.verdict {
            self.verdict(&step.verdict, step.line, out);
        }
    }

    fn verdict(&self, verdict: &Verdict, line: u32, out: &mut Markup) {
        match verdict {
            Verdict::None | Verdict::Waiting => {}
            Verdict::Met => {
                out.push(Role::Good, "  ok it holds").line();
            }
            Verdict::Open => {
                out.push(Role::Plain, "     to be predicted").line();
            }
            Verdict::Missed { expected, found } => self.missed(line, expected, found, out),
        }
    }

    fn missed(&self, line: u32, expected: &str, found: &str, out: &mut Markup) {
        out.push(Role::Bad, format!("FAIL expected  {expected}")).line();
        out.push(Role::Bad, format!("     found     {found}")).line();
        out.push(Role::Faint, format!("     at        {}:{line}", self.file)).line();
    }

    fn returned(&self, returned: &Returned, out: &mut Markup) {
        let Returned { line, actor, answer, verdict, .. } = returned;
        if let Verdict::Missed { expected, found } = verdict {
            self.missed(*line, expected, found, out);
            return;
        }
        let (sign, role) = if *verdict == Verdict::Met { ("ok", Role::Good) } else { ("  ", Role::Plain) };
        let answer = answer.as_ref().map_or("no answer: it ended", |answer| &answer.text);
        out.push(role, format!("  {sign} {actor}, waiting since line {line} => {answer}")).line();
    }

    fn broken(&self, broken: &Broken, out: &mut Markup) {
        let Broken { kind, line, expected, found } = broken;
        self.missed(*line, &format!("{kind} {expected}"), found, out);
    }

    fn indented(&self, line: &Markup, out: &mut Markup) {
        for (role, text) in line.pieces() {
            for (i, part) in wrap(text, self.width.saturating_sub(8)).into_iter().enumerate() {
                let indent = if i == 0 { "      " } else { "          " };
                out.push(role, format!("{indent}{part}")).line();
            }
        }
    }
}

fn base(variable: &str) -> &str {
    variable.split('.').next().unwrap_or(variable)
}

/// Breaks a text at blanks into lines of at most `width` columns, as far as its words allow.
///
/// ```
/// use handlelab::view::story::wrap;
///
/// assert_eq!(wrap("A handle is closed once.", 12), ["A handle is", "closed once."]);
/// ```
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
