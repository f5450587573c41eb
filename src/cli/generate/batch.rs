//! What are all the exercises of one call?

use super::roster::Student;
use handlelab::learn::generate::{Form, Level, Made, Recipe, Seed, Topic};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// So often another one is made in the place of one that is there already.
const OTHERS: usize = 50;

/// What is to be made.
pub(super) struct Batch {
    pub(super) seed: Seed,
    pub(super) topics: Vec<Topic>,
    pub(super) levels: Vec<Level>,
    pub(super) form: Form,
    pub(super) count: usize,
    pub(super) students: Option<Vec<Student>>,
}

/// One that was made.
pub(super) struct Item {
    /// The seed of all.
    pub(super) base: Seed,
    pub(super) recipe: Recipe,
    pub(super) made: Made,
    /// The name of its file, without an ending.
    pub(super) file: String,
    /// Whose it is.
    pub(super) student: Option<String>,
}

/// One that is to be made: its place in the batch, and whose it is.
#[derive(Clone)]
struct Order {
    number: usize,
    student: Option<Student>,
}

impl Batch {
    /// Makes all of them, each only once.
    pub(super) fn make(&self) -> Result<Vec<Item>, Vec<String>> {
        let students = match &self.students {
            Some(students) => students.iter().cloned().map(Some).collect(),
            None => vec![None],
        };
        let orders: Vec<Order> = students
            .iter()
            .flat_map(|student| (1..=self.count).map(|number| Order { number, student: student.clone() }))
            .collect();
        let made = in_parallel(&orders, |order| self.recipe(order, 0).make());
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for (order, mut made) in orders.iter().zip(made) {
            let mut recipe = self.recipe(order, 0);
            for other in 1..=OTHERS {
                if made.as_ref().is_some_and(|made| seen.insert(body(&made.text).to_owned())) {
                    break;
                }
                recipe = self.recipe(order, other);
                made = if other == OTHERS { None } else { recipe.make() };
            }
            let Some(made) = made else { return Err(vec![self.exhausted(&recipe)]) };
            let file = self.file(order, &recipe);
            let student = order.student.as_ref().map(|student| student.id.clone());
            items.push(Item { base: self.seed.clone(), recipe, made, file, student });
        }
        Ok(items)
    }

    /// The recipe for an order; another one, where what the first came to is there already.
    fn recipe(&self, order: &Order, other: usize) -> Recipe {
        let topic = self.topics[(order.number - 1) % self.topics.len()];
        let level = self.levels[(order.number - 1) / self.topics.len() % self.levels.len()];
        let student = order.student.as_ref().map(|student| match other {
            0 => student.id.clone(),
            other => format!("{}~{}", student.id, other + 1),
        });
        let further = if student.is_some() { 0 } else { other * self.count };
        let seed = match self.count {
            1 if further == 0 => self.seed.clone(),
            _ => self.seed.numbered(order.number + further),
        };
        Recipe { topic, level, form: self.form, seed, student }
    }

    fn file(&self, order: &Order, recipe: &Recipe) -> String {
        let digits = self.count.to_string().len().max(2);
        let Order { number, student } = order;
        match (student, self.count) {
            (Some(student), 1) => student.file.clone(),
            (Some(student), _) => format!("{}.{number:0digits$}", student.file),
            (None, _) => {
                format!("{}-{}-{number:0digits$}", recipe.topic.name(), recipe.level.number())
            }
        }
    }

    fn exhausted(&self, recipe: &Recipe) -> String {
        format!(
            "there are not so many different ones about {} at level {}; take fewer, more topics, or more levels",
            recipe.topic.name(),
            recipe.level.number()
        )
    }
}

/// Without the line that says how it is made.
fn body(text: &str) -> &str {
    text.split_once('\n').map_or(text, |(_, body)| body)
}

/// What comes of every order, in their order, on all processors.
fn in_parallel(orders: &[Order], make: impl Fn(&Order) -> Option<Made> + Sync) -> Vec<Option<Made>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(order) = orders.get(place) else { return done };
            done.push((place, make(order)));
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from).min(orders.len());
    let mut all: Vec<(usize, Option<Made>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..processors).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = others.into_iter().flat_map(|other| other.join().unwrap_or_default());
        own.into_iter().chain(others).collect()
    });
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, made)| made).collect()
}

/// Who has what, for the instructor.
pub(super) fn table(items: &[Item]) -> String {
    let mut table = "student,file,topic,level,title,steps,points,command\n".to_owned();
    for item in items {
        let cells = [
            item.student.clone().unwrap_or_default(),
            format!("{}.hlab", item.file),
            item.recipe.topic.name().to_owned(),
            item.recipe.level.number().to_string(),
            item.made.title.clone(),
            item.made.steps.to_string(),
            item.made.points.to_string(),
            item.recipe.command(),
        ];
        table += &cells.map(|text| cell(&text)).join(",");
        table.push('\n');
    }
    table
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\'', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
