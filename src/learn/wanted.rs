//! What does an exercise want, and is it so?

use super::exercise::{Exercise, one_line, steps};
use super::feedback::{Finding, FindingKind, Shortfall, ShortfallKind};
use super::judging::{Places, gap_steps};
use super::running::Seen;
use super::{rules, shortfall};
use crate::kernel::CallSpec;
use crate::run::trace::{Broken, Verdict};
use crate::scenario::Document;
use crate::scenario::program::{Condition, Program, StatementKind};

/// One thing that an exercise wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wanted {
    /// A goal, by its place among them.
    Goal(usize),
    /// A hidden goal, by its place among them.
    Hidden(usize),
    /// A call that must happen.
    Call(&'static CallSpec),
    /// No more steps than this.
    Limit(usize),
    /// Everything else that the instructor's lines expect.
    Rest,
}

impl Wanted {
    /// Everything that an exercise wants.
    pub(super) fn all(program: &Program) -> Vec<Wanted> {
        let Some(terms) = &program.exercise else { return Vec::new() };
        let mut all: Vec<Wanted> = (0..terms.goals.len()).map(Wanted::Goal).collect();
        all.extend((0..terms.hidden.len()).map(Wanted::Hidden));
        all.extend(terms.require.iter().copied().map(Wanted::Call));
        all.extend(terms.limit.map(|limit| Wanted::Limit(limit as usize)));
        all.extend(expects_more(program).then_some(Wanted::Rest));
        all
    }

    fn kind(self) -> FindingKind {
        match self {
            Wanted::Goal(_) => FindingKind::Goal,
            Wanted::Hidden(_) => FindingKind::HiddenGoal,
            Wanted::Call(_) => FindingKind::Require,
            Wanted::Limit(_) => FindingKind::Limit,
            Wanted::Rest => FindingKind::Rest,
        }
    }

    /// The fact of a goal.
    pub(super) fn condition(self, program: &Program) -> Option<&Condition> {
        let terms = program.exercise.as_ref()?;
        match self {
            Wanted::Goal(place) => terms.goals.get(place),
            Wanted::Hidden(place) => terms.hidden.get(place),
            Wanted::Call(_) | Wanted::Limit(_) | Wanted::Rest => None,
        }
    }

    pub(super) fn text(self, document: &Document) -> String {
        match self {
            Wanted::Goal(_) => {
                let condition = self.condition(&document.program);
                condition.map(|condition| one_line(condition.span.text(&document.source))).unwrap_or_default()
            }
            Wanted::Hidden(_) => "a hidden goal".to_owned(),
            Wanted::Call(spec) => format!("{} is called", spec.name),
            Wanted::Limit(limit) => format!("at most {}", steps(limit)),
            Wanted::Rest => "everything else in the exercise holds".to_owned(),
        }
    }
}

/// Do the instructor's lines expect anything besides the goals?
fn expects_more(program: &Program) -> bool {
    let expects = |kind: &StatementKind| match kind {
        StatementKind::Step(step) => step.expect.is_some(),
        StatementKind::Check(_) => true,
    };
    !program.always.is_empty()
        || !program.finally.is_empty()
        || program.statements.iter().any(|statement| expects(&statement.kind))
}

/// An attempt that has been run.
pub(super) struct Attempted<'a> {
    pub(super) exercise: &'a Exercise,
    pub(super) document: &'a Document,
    pub(super) seen: &'a Seen,
    pub(super) places: &'a Places<'a>,
}

impl Attempted<'_> {
    /// Is one thing that the exercise wants so?
    pub(super) fn find(&self, wanted: &Wanted) -> Finding {
        let (met, shortfalls) = match *wanted {
            Wanted::Goal(_) | Wanted::Hidden(_) => self.goal(*wanted),
            Wanted::Call(spec) => self.call(spec),
            Wanted::Limit(limit) => self.limit(limit),
            Wanted::Rest => {
                let unmet = self.unmet_lines();
                (unmet.is_empty(), unmet)
            }
        };
        Finding {
            kind: wanted.kind(),
            text: wanted.text(self.document),
            met,
            from_start: self.exercise.is_met_untouched(*wanted),
            shortfalls,
            order: None,
        }
    }

    fn goal(&self, wanted: Wanted) -> (bool, Vec<Shortfall>) {
        let (Some(goal), Some(world)) = (wanted.condition(&self.document.program), &self.seen.end) else {
            return (false, Vec::new());
        };
        let met = world.holds(&goal.term);
        // What a hidden goal wants must not be told by what is missing.
        let told = !met && matches!(wanted, Wanted::Goal(_));
        (met, if told { shortfall::of(self.document, world, goal) } else { Vec::new() })
    }

    fn call(&self, spec: &CallSpec) -> (bool, Vec<Shortfall>) {
        if rules::calls(self.document).any(|(_, called)| called.name == spec.name) {
            return (true, Vec::new());
        }
        let sentence = format!("None of your steps calls {}.", spec.name);
        (false, vec![Shortfall::new(ShortfallKind::MissingCall, sentence)])
    }

    fn limit(&self, limit: usize) -> (bool, Vec<Shortfall>) {
        let own = gap_steps(self.document);
        let Some(more) = own.checked_sub(limit).filter(|more| *more > 0) else { return (true, Vec::new()) };
        let more = if more == 1 { "one".to_owned() } else { more.to_string() };
        let sentence = format!("You have {}; that is {more} too many.", steps(own));
        (false, vec![Shortfall::new(ShortfallKind::TooManySteps, sentence)])
    }

    /// The exercise's own lines that do not hold.
    fn unmet_lines(&self) -> Vec<Shortfall> {
        let (document, seen) = (self.document, self.seen);
        let mut unmet: Vec<String> = Vec::new();
        for (index, why) in &seen.passed_over {
            let text = one_line(document.program.statements[*index].span.text(&document.source));
            unmet.push(format!("`{text}` cannot happen: {why}."));
        }
        for (span, verdict) in &seen.failures {
            let Verdict::Missed { expected, found } = verdict else { continue };
            if self.places.line(document, *span).is_some() {
                continue;
            }
            let mut statements = document.program.statements.iter().map(|statement| statement.span);
            let whole = statements.find(|whole| whole.start <= span.start && span.end <= whole.end);
            let text = one_line(whole.unwrap_or(*span).text(&document.source));
            unmet.push(match text.split_once("=>") {
                Some((call, _)) => format!("`{}` answers {found}, not {expected}.", call.trim_end()),
                None => format!("`{text}` does not hold: {found}."),
            });
        }
        for Broken { kind, expected, found, .. } in &seen.broken {
            unmet.push(format!("`{kind} {expected}` does not hold: {found}."));
        }
        unmet.into_iter().map(|sentence| Shortfall::new(ShortfallKind::Line, sentence)).collect()
    }
}
