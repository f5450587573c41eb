//! Where do endless new exercises come from?
//!
//! From the strategies of the tests ([`testing::strategy`](crate::testing::strategy)): a plot says which calls are drawn in
//! front of the gap, in it and behind it, what is drawn becomes a scenario with names that mean something, and what the steps
//! in the gap change at the end becomes the goals. What is trivial is thrown away and drawn anew. A [`Recipe`] makes the same
//! bytes on every system: see [`Seed`].
//!
//! ```
//! use handlelab::learn::generate::{Form, Level, Recipe, Topic};
//!
//! let recipe = Recipe {
//!     topic: Topic::Handles,
//!     level: Level::ALL[1],
//!     form: Form::Exercise,
//!     seed: "g1-autumn".parse().unwrap(),
//!     student: None,
//! };
//! let made = recipe.make().unwrap();
//! assert!(made.text.contains("limit 2 steps"));
//! assert_eq!(made, recipe.make().unwrap());
//! ```

mod exercise;
mod facts;
mod hints;
mod homes;
mod level;
mod names;
mod play;
mod plots;
mod prediction;
mod scene;
mod script;
mod seed;
mod story;
mod task;
mod taste;
mod topic;

pub use level::{Demands, Level};
pub use seed::{GENERATOR, NoSeed, Seed};
pub use topic::Topic;

use super::chance::Chance;
use scene::Plot;

/// So often is drawn anew until what is drawn is worth solving.
const DRAFTS: usize = 4_000;

/// What is asked of a student.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// To find steps that reach goals.
    Exercise,
    /// To say what steps come to.
    Prediction,
}

impl Form {
    /// Its name: `exercise`.
    pub fn name(self) -> &'static str {
        match self {
            Form::Exercise => "exercise",
            Form::Prediction => "predict",
        }
    }
}

/// All that an exercise follows from.
///
/// ```
/// use handlelab::learn::Exercise;
/// use handlelab::learn::generate::{Form, Level, Recipe, Topic};
///
/// let (level, seed) = (Level::ALL[0], "spring".parse().expect("a seed"));
/// let ada = Recipe { topic: Topic::Handles, level, form: Form::Exercise, seed, student: Some("ada".to_owned()) };
/// let bob = Recipe { student: Some("bob".to_owned()), ..ada.clone() };
/// let [of_ada, of_bob] = [&ada, &bob].map(|recipe| recipe.make().expect("it is worth solving"));
/// assert_eq!((of_ada.steps, of_ada.points), (of_bob.steps, of_bob.points), "both are built alike");
/// assert_eq!(ada.command(), "handlelab generate --seed g1-spring --topic handles --level 1 --as exercise --for \"ada\"");
/// assert!(Exercise::read(&of_ada.text).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recipe {
    /// What it is about.
    pub topic: Topic,
    /// How hard it is.
    pub level: Level,
    /// What is asked.
    pub form: Form,
    /// The seed.
    pub seed: Seed,
    /// For whom it is, if each student gets one of their own: all of one seed are built alike.
    pub student: Option<String>,
}

/// What came of a recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// Its title.
    pub title: String,
    /// The file.
    pub text: String,
    /// What solves it: the file with its gap filled, or the answers of a prediction, a line each.
    pub solution: String,
    /// How many steps or answers that are.
    pub steps: usize,
    /// How many goals or questions there are.
    pub points: usize,
}

/// How an exercise is built: those of one class are alike in this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    plot: usize,
    goals: usize,
}

impl Recipe {
    /// Makes it. `None` if nothing that was drawn was worth solving, which other seeds mend.
    pub fn make(&self) -> Option<Made> {
        let own = self.student.as_deref();
        match self.form {
            Form::Prediction => self.prediction(own),
            Form::Exercise => {
                let shape = match own {
                    // What everybody gets is built like what the seed alone gives.
                    Some(_) => Some(self.exercise(None, None)?.1),
                    None => None,
                };
                self.exercise(own, shape).map(|(made, _)| made)
            }
        }
    }

    fn chance(&self, student: Option<&str>) -> Chance {
        let level = self.level.number().to_string();
        let words = [self.topic.name(), level.as_str(), self.form.name()];
        self.seed.chance(&words.iter().copied().chain(student).collect::<Vec<&str>>())
    }

    fn exercise(&self, student: Option<&str>, shape: Option<Shape>) -> Option<(Made, Shape)> {
        let (topic, demands) = (self.topic.spec(), self.level.demands());
        let mut chance = self.chance(student);
        let header = self.header(student);
        let plots = self.plots();
        let plot = match shape {
            Some(shape) => shape.plot,
            None => *plots.get(chance.below(plots.len()))?,
        };
        (0..DRAFTS).find_map(|_| {
            let made = exercise::draft(topic, &topic.plots[plot], &demands, &header, &mut chance)?;
            if shape.is_some_and(|shape| shape.goals != made.goals) {
                return None;
            }
            let shape = Shape { plot, goals: made.goals };
            let made = Made {
                title: made.title,
                text: made.exercise,
                solution: made.solution,
                steps: demands.steps,
                points: made.goals,
            };
            Some((made, shape))
        })
    }

    fn prediction(&self, student: Option<&str>) -> Option<Made> {
        let (topic, demands) = (self.topic.spec(), self.level.demands());
        let mut chance = self.chance(student);
        let header = self.header(student);
        (0..DRAFTS).find_map(|_| {
            let quiz = prediction::quiz(topic, &demands, &header, &mut chance)?;
            Some(Made {
                title: quiz.title,
                text: quiz.scenario,
                solution: quiz.answers,
                steps: quiz.questions,
                points: quiz.questions,
            })
        })
    }

    /// The plots that are made for the level.
    fn plots(&self) -> Vec<usize> {
        let level = self.level.number();
        let fits = |plot: &Plot| (plot.levels.0..=plot.levels.1).contains(&level);
        let plots = self.topic.spec().plots.iter().enumerate();
        plots.filter(|(_, plot)| fits(plot)).map(|(place, _)| place).collect()
    }

    /// How it is made again.
    pub fn command(&self) -> String {
        self.command_for(self.student.as_deref())
    }

    fn command_for(&self, student: Option<&str>) -> String {
        let student = student.map(|student| format!(" --for \"{student}\"")).unwrap_or_default();
        let (topic, level, form) = (self.topic.name(), self.level.number(), self.form.name());
        format!(
            "handlelab generate --seed {} --topic {topic} --level {level} --as {form}{student}",
            self.seed
        )
    }

    fn header(&self, student: Option<&str>) -> String {
        format!("// {}\n", self.command_for(student))
    }
}
