//! What does a level mean?

use std::str::FromStr;

/// How hard a generated exercise is: 1 to 5.
///
/// ```
/// use handlelab::learn::generate::Level;
///
/// let level: Level = "3".parse().expect("a level");
/// assert_eq!((level.number(), level.demands().steps), (3, 2));
/// assert!(Level::ALL.windows(2).all(|two| two[0].demands().steps <= two[1].demands().steps));
/// assert_eq!("6".parse::<Level>(), Err(()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Level(u8);

/// What a level means, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demands {
    /// Steps of the solution; each is needed, so that as many effects are wanted.
    pub steps: usize,
    /// Objects that have nothing to do with what is wanted, but could be taken for it.
    pub distractors: usize,
    /// Calls that are allowed and of no use.
    pub needless_calls: usize,
    /// Lines behind the gap, beyond those that the exercise is about: so far lies the effect from its cause.
    pub later: usize,
    /// Hints.
    pub hints: usize,
    /// Questions of a prediction.
    pub questions: usize,
    /// How many of the answers, at least, say that a call failed or waits; at most half do.
    pub failing: usize,
    /// How many lines, at least, lie between some question and the line that it depends on.
    pub distance: usize,
}

impl Level {
    /// All levels.
    pub const ALL: [Level; 5] = [Level(1), Level(2), Level(3), Level(4), Level(5)];

    /// 1 to 5.
    pub fn number(self) -> u8 {
        self.0
    }

    /// What it means.
    pub fn demands(self) -> Demands {
        let row =
            |[steps, distractors, needless_calls, later, hints, questions, failing, distance]: [usize; 8]| {
                Demands { steps, distractors, needless_calls, later, hints, questions, failing, distance }
            };
        row(match self.0 {
            1 => [1, 1, 0, 0, 3, 3, 1, 1],
            2 => [2, 1, 1, 0, 3, 4, 1, 1],
            3 => [2, 2, 1, 1, 3, 5, 2, 2],
            4 => [3, 2, 2, 1, 2, 6, 2, 3],
            _ => [4, 3, 2, 1, 2, 8, 3, 4],
        })
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(text: &str) -> Result<Level, ()> {
        Level::ALL.into_iter().find(|level| level.0.to_string() == text).ok_or(())
    }
}
