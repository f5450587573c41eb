//! What can generated exercises be about?

use super::plots::{data, objects, processes, waiting};
use super::scene::{Plot, Scene};
use std::str::FromStr;

/// What predictions are asked about.
pub(super) struct Quiz {
    /// The title of a prediction.
    pub(super) title: &'static str,
    /// How many processes exist from the start.
    pub(super) cast: u8,
    /// What stands in front of the questions.
    pub(super) opening: &'static [Scene],
    /// What is asked about.
    pub(super) questions: &'static [Scene],
}

/// What a topic says of itself.
pub(super) struct TopicSpec {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// What somebody should know who does not see how to begin.
    pub(super) lesson: &'static str,
    pub(super) plots: &'static [Plot],
    pub(super) quiz: Quiz,
    /// Calls that could be thought to be of use.
    pub(super) tempting: &'static [&'static str],
}

macro_rules! topics {
    ($($Topic:ident in $module:ident::$SPEC:ident: $doc:literal;)+) => {
        /// What an exercise can be about.
        ///
        /// ```
        /// use handlelab::learn::generate::Topic;
        ///
        /// assert_eq!("pipes".parse(), Ok(Topic::Pipes));
        /// assert!(Topic::ALL.iter().all(|topic| topic.name().parse() == Ok(*topic) && !topic.about().is_empty()));
        /// assert_eq!(Topic::ALL[0], Topic::Handles, "the simpler ones come first");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Topic { $(#[doc = $doc] $Topic,)+ }

        impl Topic {
            /// All topics, the simpler ones first.
            pub const ALL: &[Topic] = &[$(Topic::$Topic,)+];

            pub(super) fn spec(self) -> &'static TopicSpec {
                match self { $(Topic::$Topic => &$module::$SPEC,)+ }
            }
        }
    };
}

topics! {
    Handles in objects::HANDLES: "Handles and counts.";
    Names in objects::NAMES: "Names.";
    Rights in objects::RIGHTS: "Access rights.";
    Duplicate in objects::DUPLICATE: "DuplicateHandle.";
    Inheritance in processes::INHERITANCE: "Inheritance.";
    Waits in waiting::WAITS: "Events and waiting.";
    Locks in waiting::LOCKS: "Mutexes and semaphores.";
    Processes in processes::PROCESSES: "Processes and their ends.";
    Pipes in data::PIPES: "Pipes.";
    Files in data::FILES: "Files and share modes.";
    Sections in data::SECTIONS: "File mappings and views.";
    Jobs in processes::JOBS: "Jobs.";
}

impl Topic {
    /// Its name: `handles`.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What it is about, in a sentence.
    pub fn about(self) -> &'static str {
        self.spec().about
    }
}

impl FromStr for Topic {
    type Err = ();

    fn from_str(text: &str) -> Result<Topic, ()> {
        Topic::ALL.iter().copied().find(|topic| topic.name() == text).ok_or(())
    }
}
