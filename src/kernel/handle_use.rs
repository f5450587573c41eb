//! What does a call do with a handle value, where the kind of its parameter does not say?
//!
//! Most handles are looked up in the caller's own table. Some are looked up in another process's, some must name an object
//! of one type although the call looks them up in its own way, and some are only written down.
//!
//! ```
//! use handlelab::kernel::calls::ParamSpec;
//! use handlelab::kernel::{CallSpec, ObjectType};
//!
//! let param = |call, name| -> &ParamSpec {
//!     let spec = CallSpec::find(call).expect("a call");
//!     &spec.params[spec.param(name).expect("a parameter of it")]
//! };
//! let source = param("DuplicateHandle", "hSourceHandle");
//! assert_eq!(source.handle_use.in_table_of, Some("hSourceProcessHandle"));
//! assert_eq!(param("SetEvent", "hEvent").wanted_type(), Some(ObjectType::Event));
//! assert!(param("CloseHandle", "hObject").takes_anything() && !source.takes_anything());
//! assert!(param("SetStdHandle", "hHandle").takes_null(), "it is only written down");
//! ```

use super::calls::{Kind, ParamSpec};
use super::objects::ObjectType;

/// What becomes of a handle value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleUse {
    /// The parameter that names the process in whose table the value is looked up; in the caller's if there is none, or if
    /// that parameter is left out.
    pub in_table_of: Option<&'static str>,
    /// The type that the object must have.
    pub of: Option<ObjectType>,
    /// The value is only written down: somebody else may look it up later.
    pub kept: bool,
    /// NULL stands for nothing, although it must be written.
    pub may_be_null: bool,
}

impl HandleUse {
    /// Looked up in the caller's table, whatever it is.
    pub(crate) const PLAIN: HandleUse =
        HandleUse { in_table_of: None, of: None, kept: false, may_be_null: false };
}

impl ParamSpec {
    /// The value is looked up in the table of the process that this parameter names.
    pub(crate) const fn in_table_of(mut self, param: &'static str) -> ParamSpec {
        self.handle_use.in_table_of = Some(param);
        self
    }

    /// The value must name an object of this type.
    pub(crate) const fn must_be(mut self, of: ObjectType) -> ParamSpec {
        self.handle_use.of = Some(of);
        self
    }

    /// NULL stands for nothing.
    pub(crate) const fn or_null(mut self) -> ParamSpec {
        self.handle_use.may_be_null = true;
        self
    }

    /// The value is only written down.
    pub(crate) const fn kept(mut self) -> ParamSpec {
        self.handle_use.kept = true;
        self
    }

    /// The type that the object behind a handle must have, if it must have one.
    pub fn wanted_type(&self) -> Option<ObjectType> {
        match self.kind {
            Kind::Handle { of, .. } => of,
            _ => self.handle_use.of,
        }
    }

    /// Does NULL stand for nothing, or is at least not looked up?
    pub fn takes_null(&self) -> bool {
        let HandleUse { kept, may_be_null, .. } = self.handle_use;
        kept || may_be_null || (!self.required && !matches!(self.kind, Kind::Handles { .. }))
    }

    /// Does the call look the value up in the caller's table, whatever the object and the rights are, as closing does?
    pub fn takes_anything(&self) -> bool {
        self.kind == Kind::AnyHandle && self.handle_use == HandleUse::PLAIN
    }

    /// Is it a handle, or several?
    pub fn takes_handles(&self) -> bool {
        matches!(self.kind, Kind::Handle { .. } | Kind::AnyHandle | Kind::Handles { .. })
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::CallSpec;

    #[test]
    fn null_is_taken_where_it_is_kept_where_it_stands_for_nothing_and_where_nothing_need_be_said() {
        let takes_null = |call: &str, param: &str| {
            let spec = CallSpec::find(call).unwrap();
            spec.params[spec.param(param).unwrap()].takes_null()
        };
        assert!(takes_null("SetStdHandle", "hHandle"));
        assert!(takes_null("IsProcessInJob", "JobHandle"));
        assert!(takes_null("CreateFile", "hTemplateFile"));
        assert!(!takes_null("CloseHandle", "hObject"));
        assert!(!takes_null("WaitForMultipleObjects", "lpHandles"));
    }

    #[test]
    fn whatever_names_a_table_is_a_handle_of_the_same_call() {
        let mut found = 0;
        for spec in CallSpec::all() {
            for param in spec.params {
                if let Some(process) = param.handle_use.in_table_of {
                    found += 1;
                    assert!(param.takes_handles(), "{} {}", spec.name, param.name);
                    let process = spec.param(process).map(|place| &spec.params[place]);
                    assert!(process.is_some_and(|param| param.takes_handles()), "{}", spec.name);
                }
            }
        }
        assert_eq!(found, 6, "two calls duplicate, and one takes a list and three standard handles");
    }
}
