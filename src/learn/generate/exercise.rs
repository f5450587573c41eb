//! How does a plot become an exercise?
//!
//! A solution is drawn. What is so at the end with it and not without it is what the exercise wants, and whatever line of
//! the solution is not needed for that goes. What is left must be as long as the level says.

use super::facts::{Fact, From, Holding, candidates};
use super::level::Demands;
use super::names::Names;
use super::play::{Numbers, Part, Play};
use super::scene::{Plot, Shows};
use super::script::{Behind, written};
use super::topic::TopicSpec;
use super::{hints, story, task};
use crate::learn::author;
use crate::learn::chance::Chance;
use crate::learn::exercise::{Exercise, read_attempt};
use crate::learn::gap::Gap;
use crate::learn::limits::Limits;
use crate::learn::running::walk_through;
use crate::learn::wanted::Wanted;
use crate::scenario::literal::quote;
use crate::scenario::{parser, printer};

/// So many attempts are made to find a shorter solution.
const TRIES: usize = 30;

/// An exercise and its solution.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) exercise: String,
    pub(super) solution: String,
    pub(super) goals: usize,
}

/// An exercise from a plot, if what is drawn makes one.
pub(super) fn draft(
    topic: &TopicSpec,
    plot: &Plot,
    demands: &Demands,
    header: &str,
    chance: &mut Chance,
) -> Option<Draft> {
    let numbers = Numbers {
        steps: demands.steps,
        distractors: demands.distractors,
        later: demands.later,
        questions: demands.questions,
    };
    let mut play = Play::new(plot.cast);
    play.scenes(Part::Opening, plot.opening, &numbers, chance)?;
    play.scenes(Part::Solution, plot.solution, &numbers, chance)?;
    play.scenes(Part::After, plot.after, &numbers, chance)?;
    if !is_promising(plot, &play) {
        return None;
    }
    let names = Names::new(&play.lines, play.stage.cast(), plot.cast, chance);
    let mut sheet = Sheet::new(header, &play, &names);
    let goals = sheet.goals(plot, &play, &names)?;
    sheet.goals = goals.iter().flat_map(|(_, written)| written.clone()).collect();
    // What is not needed is not pruned but drawn anew: the exercise shall be as long as its level says.
    if !sheet.is_minimal() {
        return None;
    }
    let facts: Vec<Fact> = goals.into_iter().map(|(fact, _)| fact).collect();
    sheet.title = story::title(&facts, topic, &names, chance);
    sheet.task = task::task(&facts, &play.lines, &names, chance);
    sheet.allow = allowed(topic, demands, &play, chance);
    sheet.limit = demands.steps;
    sheet.hints = hints::hints(topic, &play.lines, &names, demands.hints);
    let (exercise, solution) = (sheet.text(&[]), sheet.text(&sheet.solution));
    is_fit(&exercise, &solution, demands.steps)?;
    Some(Draft { title: sheet.title.clone(), exercise, solution, goals: facts.len() })
}

/// Can it be about what the plot is about? This is seen sooner than what the goals are.
fn is_promising(plot: &Plot, play: &Play) -> bool {
    let lives = |object: &u32| play.now.objects.contains_key(object);
    match plot.shows {
        [Shows::Death] => first_made(play).is_some_and(|object| !lives(&object)),
        [Shows::Life] => first_made(play).is_some_and(|object| lives(&object)),
        _ => true,
    }
}

/// The object that is made first.
fn first_made(play: &Play) -> Option<u32> {
    play.lines.iter().find_map(|line| line.reply()?.object)
}

/// The calls of the solution, and some that could be thought to be of use.
fn allowed(topic: &TopicSpec, demands: &Demands, play: &Play, chance: &mut Chance) -> Vec<&'static str> {
    let solution = play.lines.iter().filter(|line| line.part == Part::Solution);
    let mut calls: Vec<&'static str> = solution.map(|line| line.call()).collect();
    let mut others: Vec<&'static str> =
        topic.tempting.iter().copied().filter(|call| !calls.contains(call)).collect();
    chance.shuffle(&mut others);
    calls.extend(others.into_iter().take(demands.needless_calls));
    calls.sort_unstable();
    calls.dedup();
    calls
}

/// Would an instructor give it out? For a shorter solution is looked for a little only: that takes its time.
fn is_fit(exercise: &str, solution: &str, steps: usize) -> Option<()> {
    let read = Exercise::read(exercise).ok()?;
    let in_gap = Gap::find(exercise, &read);
    read.untouched.as_ref()?;
    let found = author::check(&read, &in_gap, &[solution], TRIES);
    let is_short = found.shortest.is_some_and(|shortest| shortest.steps >= steps);
    (is_short && found.complaints.is_empty()).then_some(())
}

/// The lines of an exercise.
struct Sheet {
    header: String,
    title: String,
    task: String,
    allow: Vec<&'static str>,
    limit: usize,
    hints: Vec<String>,
    goals: Vec<String>,
    cast: String,
    opening: Vec<String>,
    solution: Vec<String>,
    after: Vec<String>,
}

impl Sheet {
    fn new(header: &str, play: &Play, names: &Names) -> Sheet {
        let lines = |part: Part| {
            let of_part = play.lines.iter().filter(move |line| line.part == part);
            of_part.map(|line| written(line, names, Behind::Answer)).collect::<Vec<String>>()
        };
        let cast: Vec<String> = (0..play.cast).map(|place| names.process(place)).collect();
        let mut opening = lines(Part::Opening);
        opening.insert(0, format!("/// {}\n", story::opening(play, names)));
        Sheet {
            header: header.to_owned(),
            title: "A draft".to_owned(),
            task: "A draft".to_owned(),
            allow: Vec::new(),
            limit: 0,
            hints: Vec::new(),
            goals: Vec::new(),
            cast: cast.join(", "),
            opening,
            solution: lines(Part::Solution),
            after: lines(Part::After),
        }
    }

    /// The file with these steps in the gap, in canonical form.
    fn text(&self, gap: &[String]) -> String {
        let mut text = format!(
            "{}title {}\n\nexercise\n  task {}\n",
            self.header,
            quote(&self.title),
            quote(&self.task)
        );
        if !self.allow.is_empty() {
            text += &format!("  allow {}\n", self.allow.join(", "));
        }
        if self.limit > 0 {
            text += &format!("  limit {} {}\n", self.limit, if self.limit == 1 { "step" } else { "steps" });
        }
        for hint in &self.hints {
            text += &format!("  hint {}\n", quote(hint));
        }
        for goal in &self.goals {
            text += &format!("  goal {goal}\n");
        }
        text += &format!("\nprocess {}\n\n{}begin\n", self.cast, self.opening.concat());
        text += &if gap.is_empty() { "// your steps\n".to_owned() } else { gap.concat() };
        text += &format!("end\n{}", self.after.concat());
        let (tree, _) = parser::parse(&text);
        printer::print(&tree)
    }

    /// Which of these facts are so at the end with these steps in the gap? Nothing, if the end is not reached.
    fn holding(&self, exercise: &Exercise, gap: &[String]) -> Option<Vec<bool>> {
        let document = read_attempt(exercise.with(&gap.concat())).ok()?;
        let seen = walk_through(&document, &Limits::default());
        let world = seen.end.filter(|_| seen.failures.is_empty() && seen.passed_over.is_empty())?;
        let goals = document.program.exercise.as_ref()?.goals.iter();
        Some(goals.map(|goal| world.holds(&goal.term)).collect())
    }

    /// What the solution is for: the facts that are so with it and not without it.
    fn goals(&mut self, plot: &Plot, play: &Play, names: &Names) -> Option<Vec<(Fact, Vec<String>)>> {
        let facts: Vec<(Fact, Vec<String>)> = candidates(play)
            .into_iter()
            .filter_map(|fact| Some((fact.clone(), fact.written(names)?)))
            .collect();
        self.goals = facts.iter().map(|(_, written)| written.join(" && ")).collect();
        let exercise = Exercise::read(&self.text(&[])).ok()?;
        exercise.untouched.as_ref()?;
        let with = self.holding(&exercise, &self.solution)?;
        let facts = facts.into_iter().zip(with).enumerate();
        let made =
            facts.filter(|(place, (_, holds))| *holds && !exercise.is_met_untouched(Wanted::Goal(*place)));
        let made = made.map(|(_, ((fact, _), _))| fact).collect();
        let wanted = without_the_implied(made, plot, play);
        let first = first_made(play);
        let is_about_it = wanted.iter().any(|fact| match fact {
            Fact::Dead(object) | Fact::Alive(object) if Some(*object) != first => false,
            fact => plot.shows.contains(&fact.shows()),
        });
        let most = self.solution.len() + 2;
        if !is_about_it || wanted.len() > most || repeats(&wanted) {
            return None;
        }
        wanted.into_iter().map(|fact| Some((fact.clone(), fact.written(names)?))).collect()
    }

    /// Is every line of the solution needed for some goal?
    fn is_minimal(&self) -> bool {
        let Ok(exercise) = Exercise::read(&self.text(&[])) else { return false };
        (0..self.solution.len()).all(|line| {
            let mut shorter = self.solution.clone();
            shorter.remove(line);
            self.holding(&exercise, &shorter).is_none_or(|met| met.contains(&false))
        })
    }
}

/// What follows from other goals, or says how instead of what, is no goal.
fn without_the_implied(goals: Vec<Fact>, plot: &Plot, play: &Play) -> Vec<Fact> {
    let has = |is_it: &dyn Fn(&Fact) -> bool| goals.iter().any(is_it);
    let is_dead = |object: u32| goals.contains(&Fact::Dead(object));
    let lives = |object: u32| goals.contains(&Fact::Alive(object));
    let is_wanted_alive = |object: u32| plot.shows.contains(&Shows::Life) && lives(object);
    let name = |object: u32| play.now.objects.get(&object).and_then(|view| view.name.clone());
    let renamed = |object: u32| {
        name(object).is_some_and(|name| has(&|fact| matches!(fact, Fact::NameMeans(raw, _) if *raw == name)))
    };
    let kept = |raw: &String| play.now.names.get(raw).is_some_and(|object| lives(*object));
    let ends =
        |place: u8| has(&|fact| matches!(fact, Fact::Exited(own) | Fact::ExitCode(own, _) if *own == place));
    let is_ended =
        |object: u32| play.stage.cast().iter().any(|living| living.process == object && ends(living.place.0));
    let is_inherited = |own: u8, variable| {
        has(&|fact| match fact {
            Fact::Holds(holding) => holding.process != own && holding.variable == (own, variable),
            Fact::Lacks { process, variable: other, .. } => *process != own && *other == (own, variable),
            _ => false,
        })
    };
    let is_file = |object: u32| {
        let lines = play.lines.iter().filter(|line| line.call() == "CreateFile");
        lines.filter_map(|line| line.reply()).any(|reply| reply.object == Some(object))
    };
    let opens_later = has(&|fact| matches!(fact, Fact::Holds(Holding { from: From::After, .. })));
    let reads = |place: u8| has(&|fact| matches!(fact, Fact::Text(own, ..) if *own == place));
    let needed = |fact: &&Fact| match fact {
        Fact::Dead(object) => !(is_ended(*object) || opens_later && is_file(*object)),
        Fact::Lacks { object, process, from, .. } => {
            let is_in_the_way = opens_later && is_file(*object) && *from == From::Opening;
            !(is_dead(*object) || ends(*process) || is_in_the_way)
        }
        Fact::Holds(holding) => !is_wanted_alive(holding.object) && !renamed(holding.object),
        Fact::Alive(_) => plot.shows.contains(&Shows::Life),
        Fact::Signaled(object, _) | Fact::Count(object, _) | Fact::Owner(object, _) => !lives(*object),
        Fact::NameMeans(raw, _) => !kept(raw),
        Fact::Inherits(process, variable, _) => !is_inherited(*process, *variable),
        Fact::Blocked(process, waits) => !ends(*process) && (*waits || !reads(*process)),
        _ => true,
    };
    goals.iter().filter(needed).cloned().collect()
}

/// Are two goals the same but for the variable?
fn repeats(goals: &[Fact]) -> bool {
    let holdings: Vec<&Holding> = goals
        .iter()
        .filter_map(|fact| match fact {
            Fact::Holds(holding) => Some(holding),
            _ => None,
        })
        .collect();
    holdings.iter().enumerate().any(|(place, one)| {
        let same = |other: &&&Holding| {
            (other.process, other.object, other.access) == (one.process, one.object, one.access)
        };
        holdings[..place].iter().any(|other| same(&other))
    })
}
