//! Where is Windows not settled, and what does the model do then?
//!
//! Each option is a place where versions of Windows differ, or where its behaviour is not established by the facts. The
//! first value of each is the default.
//!
//! ```
//! use handlelab::kernel::Options;
//!
//! let mut options = Options::default();
//! assert!(options.set("reuse", "fifo"));
//! assert!(!options.set("reuse", "never"));
//! assert_eq!(options.chosen(), [("reuse", "fifo")]);
//! ```

use serde::{Deserialize, Serialize};

macro_rules! options {
    ($(
        $(#[doc = $doc:literal])+
        $field:ident: $Type:ident {
            $(#[doc = $first_doc:literal])+ $First:ident = $first:literal,
            $($(#[doc = $value_doc:literal])+ $Value:ident = $word:literal,)+
        }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
            #[serde(rename_all = "snake_case")]
            pub enum $Type {
                $(#[doc = $first_doc])+ #[default] $First,
                $($(#[doc = $value_doc])+ $Value,)+
            }
        )+

        /// The choices that a scenario makes with `option name = value`.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct Options { $($(#[doc = $doc])+ pub $field: $Type,)+ }

        impl Options {
            /// Every option with its values, the default first.
            pub const ALL: &'static [OptionSpec] = &[$(OptionSpec {
                name: stringify!($field),
                about: concat!($($doc,)+),
                values: &[($first, concat!($($first_doc,)+)), $(($word, concat!($($value_doc,)+)),)+],
            },)+];

            /// Sets an option by the words of the language; `false` when there is no such option or value.
            pub fn set(&mut self, name: &str, value: &str) -> bool {
                match (name, value) {
                    $(
                        (stringify!($field), $first) => self.$field = $Type::$First,
                        $((stringify!($field), $word) => self.$field = $Type::$Value,)+
                    )+
                    _ => return false,
                }
                true
            }

            /// The options that differ from their defaults, as name and value.
            pub fn chosen(&self) -> Vec<(&'static str, &'static str)> {
                let mut chosen = Vec::new();
                $(match self.$field {
                    $Type::$First => {}
                    $($Type::$Value => chosen.push((stringify!($field), $word)),)+
                })+
                chosen
            }
        }
    };
}

/// An option as the language knows it.
///
/// ```
/// use handlelab::kernel::Options;
///
/// for spec in Options::ALL {
///     let (default, _) = spec.values[0];
///     let mut options = Options::default();
///     assert!(options.set(spec.name, default) && options == Options::default());
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OptionSpec {
    /// Its name.
    pub name: &'static str,
    /// What it decides.
    pub about: &'static str,
    /// Its values and what each means, the default first.
    pub values: &'static [(&'static str, &'static str)],
}

options! {
    /// Which free value a new handle gets (facts 1.18 and 1.19).
    reuse: Reuse {
        /// The value freed last, as NT does.
        Lifo = "lifo",
        /// Fresh values first; a freed one rests until its page is used up.
        Fifo = "fifo",
        /// The lowest free value.
        Lowest = "lowest",
    }
    /// When the id of a process or thread that is gone is given again (fact 6.19).
    pid_reuse: PidReuse {
        /// Not within a scenario.
        Later = "later",
        /// To the next process or thread.
        AtOnce = "at_once",
    }
    /// Which free value a child uses first between those that it inherited (fact 1.20).
    child_values: ChildValues {
        /// The lowest.
        Lowest = "lowest",
        /// The highest, as ReactOS does.
        Highest = "highest",
    }
    /// The error when the handle to the target process lacks PROCESS_DUP_HANDLE (fact 3.02).
    dup_target_error: DupTargetError {
        /// ERROR_ACCESS_DENIED
        AccessDenied = "access_denied",
        /// ERROR_INVALID_PARAMETER
        InvalidParameter = "invalid_parameter",
    }
    /// What DuplicateHandle makes of a bad target process when it also closes the source (fact 3.05).
    dup_bad_target: DupBadTarget {
        /// It fails with the error of the target's handle.
        Fails = "fails",
        /// It succeeds as if no target had been named.
        NoTarget = "no_target",
    }
    /// What MAXIMUM_ALLOWED means to DuplicateHandle (fact 3.24).
    dup_maximum_allowed: DupMaximumAllowed {
        /// Nothing: the bit is masked away.
        Ignored = "ignored",
        /// Everything that security grants.
        Granted = "granted",
    }
    /// What SetHandleInformation makes of a pseudohandle (fact 4.07).
    set_pseudo: SetPseudo {
        /// It fails with ERROR_ACCESS_DENIED.
        AccessDenied = "access_denied",
        /// It fails with ERROR_INVALID_HANDLE.
        InvalidHandle = "invalid_handle",
    }
    /// What a closed or senseless value in a handle list does (fact 5.34).
    list_bad_handle: ListBadHandle {
        /// CreateProcess fails with ERROR_INVALID_PARAMETER.
        Fails = "fails",
        /// The value is passed over.
        Skipped = "skipped",
    }
    /// What a handle that stands twice in a handle list does (fact 5.35).
    list_twice: ListTwice {
        /// CreateProcess fails with ERROR_INVALID_PARAMETER.
        Fails = "fails",
        /// It is inherited once.
        Accepted = "accepted",
    }
    /// What CreateProcess makes of GetCurrentProcess() as the designated parent (fact 5.43).
    parent_pseudo: ParentPseudo {
        /// It fails with ERROR_INVALID_HANDLE, as in Windows 10.
        InvalidHandle = "invalid_handle",
        /// The caller is the parent.
        Accepted = "accepted",
    }
    /// What becomes of the name of a file that was deleted while it was open (fact 11.24).
    delete_file: DeleteFile {
        /// The name is gone at once, as in current Windows 10 and later.
        NameGone = "name_gone",
        /// The name stays, and opening it is refused until the last handle is closed, as in older Windows.
        Pending = "pending",
    }
    /// The order in which the handles of a process that ends are closed (fact 6.28).
    sweep: Sweep {
        /// By ascending value.
        Ascending = "ascending",
        /// By descending value.
        Descending = "descending",
    }
    /// When the end comes that one process or thread has ordered for another (fact 6.34).
    ends: Ends {
        /// As soon as the call that orders it has returned.
        AtOnce = "at_once",
        /// When somebody sleeps, and at the end of the file: until then it still runs.
        WhileSleeping = "while_sleeping",
        /// One whenever somebody sleeps, in the order in which they were ordered; the rest at the end of the file.
        OneByOne = "one_by_one",
        /// One whenever somebody sleeps, the one ordered last first; the rest at the end of the file.
        LastFirst = "last_first",
    }
    /// Whether the user holds SeCreatePermanentPrivilege, which NtMakePermanentObject needs (fact 6.04).
    create_permanent_privilege: CreatePermanentPrivilege {
        /// No.
        No = "no",
        /// Yes.
        Yes = "yes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_can_be_set_to_each_of_its_values() {
        for spec in Options::ALL {
            for (i, (value, _)) in spec.values.iter().enumerate() {
                let mut options = Options::default();
                assert!(options.set(spec.name, value), "{} = {value}", spec.name);
                let expected: Vec<_> = (i > 0).then_some((spec.name, *value)).into_iter().collect();
                assert_eq!(options.chosen(), expected);
            }
        }
        assert!(!Options::default().set("reuse", "no_such_value"));
    }
}
