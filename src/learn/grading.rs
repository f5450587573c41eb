//! How are many submissions graded at once?
//!
//! Each on its own: whatever one of them is, or does to the simulator, the others get their grades.
//!
//! ```
//! use handlelab::learn::grading::grade;
//! use handlelab::learn::{Exercise, Limits};
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let names = ["ada".to_owned(), "bob".to_owned()];
//! let handed_in = [exercise.with("p: CloseHandle(h)\n"), exercise.with("")];
//! let read = |place: usize| Ok(handed_in[place].clone().into_bytes());
//! let graded = grade(&exercise, &names, read, &Limits::default(), 2, || {});
//! assert!(graded[0].feedback.is_solved() && !graded[1].feedback.is_solved());
//! ```

use super::exercise::Exercise;
use super::feedback::{Feedback, Trouble, TroubleKind};
use super::judging::{judge_bytes, no_attempt};
use super::limits::Limits;
use crate::run::stopwatch::Stopwatch;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What a student handed in, by name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Graded {
    /// Whose it is.
    pub name: String,
    /// What is said of it.
    pub feedback: Feedback,
    /// How long it took.
    pub time: Duration,
}

/// Room for the deepest expression that the language allows, and much more.
const STACK: usize = 16 << 20;

/// Grades what these students handed in, on so many threads. `read` gives the bytes of a submission, by its place among the
/// names, or says why there are none; `done` is called behind each. The grades come in the order of the names.
///
/// ```
/// use handlelab::learn::feedback::TroubleKind;
/// use handlelab::learn::{Exercise, Limits, grading::grade};
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// let exercise = Exercise::read("exercise\n  goal named(\"Go\")\nprocess p\nbegin\nend\n").expect("an exercise");
/// let names = ["eve", "ada", "bob"].map(str::to_owned);
/// let read = |place| if place == 1 { Err("a folder".to_owned()) } else { Ok(exercise.with("").into_bytes()) };
/// let done = AtomicUsize::new(0);
/// let graded = grade(&exercise, &names, read, &Limits::default(), 2, || _ = done.fetch_add(1, Ordering::Relaxed));
/// assert!(graded.iter().map(|one| &one.name).eq(&names), "whoever was done first");
/// assert_eq!(graded[1].feedback.trouble.as_ref().map(|trouble| trouble.kind), Some(TroubleKind::Unreadable));
/// assert_eq!(done.into_inner(), 3);
/// ```
pub fn grade(
    exercise: &Exercise,
    names: &[String],
    read: impl Fn(usize) -> Result<Vec<u8>, String> + Sync,
    limits: &Limits,
    threads: usize,
    done: impl Fn() + Sync,
) -> Vec<Graded> {
    let next = AtomicUsize::new(0);
    let graded = Mutex::new(Vec::with_capacity(names.len()));
    let work = || {
        while let Some((place, name)) = take(names, &next) {
            let started = Stopwatch::start();
            let feedback = feedback(exercise, || read(place), limits);
            let one = Graded { name: name.clone(), feedback, time: started.elapsed() };
            // Nobody panics while holding the lock.
            graded.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((place, one));
            done();
        }
    };
    thread::scope(|scope| {
        let helpers = (1..threads.min(names.len()))
            .map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work));
        // Where no further thread can be had, this one does it all.
        let _helpers: Vec<_> = helpers.collect();
        let own = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        if own.is_err() {
            work();
        }
    });
    let mut graded = graded.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    graded.sort_by_key(|(place, _)| *place);
    graded.into_iter().map(|(_, one)| one).collect()
}

fn take<'n>(names: &'n [String], next: &AtomicUsize) -> Option<(usize, &'n String)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, names.get(place)?))
}

fn feedback(
    exercise: &Exercise,
    read: impl FnOnce() -> Result<Vec<u8>, String>,
    limits: &Limits,
) -> Feedback {
    let judged = catch_unwind(AssertUnwindSafe(|| match read() {
        Ok(bytes) => judge_bytes(exercise, &bytes, limits),
        Err(why) => no_attempt(exercise, Trouble::new(TroubleKind::Unreadable, why)),
    }));
    judged.unwrap_or_else(|_| {
        let sentence = "The simulator itself failed on these steps; please report the file.";
        no_attempt(exercise, Trouble::new(TroubleKind::Internal, sentence))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXERCISE: &str =
        "exercise\n  task \"t\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";

    #[test]
    fn one_that_panics_gets_no_points_and_the_others_get_theirs_in_order() {
        let exercise = Exercise::read(EXERCISE).unwrap();
        let names: Vec<String> = (0..20).map(|number| format!("student {number}")).collect();
        let read = |place| match place {
            3 => panic!("what must never happen"),
            4 => Err("There is no file.".to_owned()),
            _ => Ok(b"begin\np: CloseHandle(h)\nend\n".to_vec()),
        };
        let counted = AtomicUsize::new(0);
        let count = || _ = counted.fetch_add(1, Ordering::Relaxed);
        for threads in [1, 4] {
            let graded = grade(&exercise, &names, read, &Limits::default(), threads, count);
            assert!(graded.iter().map(|one| &one.name).eq(&names));
            for (place, one) in graded.iter().enumerate() {
                let kind = one.feedback.trouble.as_ref().map(|trouble| trouble.kind);
                let expected = match place {
                    3 => Some(TroubleKind::Internal),
                    4 => Some(TroubleKind::Unreadable),
                    _ => None,
                };
                assert_eq!((kind, one.feedback.is_solved()), (expected, expected.is_none()), "{place}");
            }
        }
        assert_eq!(counted.into_inner(), 40);
    }
}
