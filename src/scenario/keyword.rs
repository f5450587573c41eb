//! Which words can a line start with?
//!
//! This is the one list of them: the parser, the printer, the suggestions and whoever asks for reserved words read it.
//!
//! ```
//! use handlelab::scenario::keyword::Keyword;
//!
//! let check = Keyword::of("check").expect("a keyword");
//! assert!(check.states_a_fact());
//! assert_eq!(check.example(), "check handles(parent.hEvent) == 1");
//! ```

macro_rules! keywords {
    ($($name:ident $word:literal $form:literal)+) => {
        /// A word that a line can start with. (A line in which `:` or `.` follows is a step all the same.)
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Keyword { $(#[doc = concat!("`", $form, "`")] $name,)+ }

        impl Keyword {
            /// All of them.
            pub const ALL: &'static [Keyword] = &[$(Keyword::$name,)+];

            /// The word itself.
            pub fn word(self) -> &'static str {
                match self { $(Keyword::$name => $word,)+ }
            }

            /// The keyword that is written `word`, in just these letters.
            pub fn of(word: &str) -> Option<Keyword> {
                match word { $($word => Some(Keyword::$name),)+ _ => None }
            }

            /// A line of this kind, as an example.
            pub fn example(self) -> &'static str {
                match self { $(Keyword::$name => $form,)+ }
            }
        }
    };
}

keywords! {
    Version  "handlelab" "handlelab 1"
    Title    "title"     "title \"A duplicate keeps the object alive\""
    Process  "process"   "process parent, child"
    Option   "option"    "option reuse = lifo"
    Check    "check"     "check handles(parent.hEvent) == 1"
    Always   "always"    "always handles(\"Ready\") <= 2"
    Finally  "finally"   "finally dead(parent.hEvent)"
    Misuse   "misuse"    "misuse use-after-close"
    Exercise "exercise"  "exercise"
    Begin    "begin"     "begin"
    End      "end"       "end"
    Task     "task"      "task \"Give child a handle that it can only signal.\""
    Allow    "allow"     "allow DuplicateHandle, CloseHandle"
    Forbid   "forbid"    "forbid CreateProcess, OpenProcess"
    Require  "require"   "require DuplicateHandle"
    Limit    "limit"     "limit 2 steps"
    Hint     "hint"      "hint \"SYNCHRONIZE is the right to wait.\""
    Goal     "goal"      "goal handles(parent.hEvent) == 1"
    Hidden   "hidden"    "hidden goal dead(parent.hEvent)"
    Every    "every"     "every order"
}

impl Keyword {
    /// Does its line belong into an exercise block?
    ///
    /// ```
    /// use handlelab::scenario::keyword::Keyword;
    ///
    /// let clauses: Vec<_> = Keyword::ALL.iter().filter(|keyword| keyword.is_clause()).collect();
    /// assert!(clauses.contains(&&Keyword::Hint) && !clauses.contains(&&Keyword::Begin));
    /// assert!(Keyword::Begin.stands_alone());
    /// ```
    pub fn is_clause(self) -> bool {
        self >= Keyword::Task
    }

    /// Does a fact stand behind it?
    pub fn states_a_fact(self) -> bool {
        matches!(self, Keyword::Check | Keyword::Always | Keyword::Finally | Keyword::Goal)
    }

    /// Is the word alone the whole line?
    pub fn stands_alone(self) -> bool {
        matches!(self, Keyword::Exercise | Keyword::Begin | Keyword::End)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_by_its_word_and_starts_its_example() {
        for &keyword in Keyword::ALL {
            assert_eq!(Keyword::of(keyword.word()), Some(keyword));
            assert_eq!(keyword.example().split(' ').next(), Some(keyword.word()));
            assert_eq!(keyword.stands_alone(), keyword.example() == keyword.word());
        }
        assert_eq!(Keyword::of("Check"), None);
    }

    #[test]
    fn facts_stand_behind_four_keywords() {
        let facts: Vec<_> = Keyword::ALL.iter().filter(|k| k.states_a_fact()).map(|k| k.word()).collect();
        assert_eq!(facts, ["check", "always", "finally", "goal"]);
    }

    #[test]
    fn the_lines_of_an_exercise_are_clauses() {
        let clauses: Vec<_> = Keyword::ALL.iter().filter(|k| k.is_clause()).map(|k| k.word()).collect();
        assert_eq!(
            clauses,
            ["task", "allow", "forbid", "require", "limit", "hint", "goal", "hidden", "every"]
        );
    }
}
