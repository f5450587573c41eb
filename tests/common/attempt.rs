//! An exercise, attempted.

use handlelab::learn::{Exercise, Feedback, Limits, judge_bytes};

pub(crate) const EXERCISE: &str = "\
exercise
  task \"Give child a handle that it can signal but not wait on, and leave parent with none.\"
  allow DuplicateHandle, CloseHandle
  limit 2 steps
  hint \"EVENT_MODIFY_STATE is the right to signal.\"
  goal access(child, parent.hChilds) == EVENT_MODIFY_STATE
  goal handles(parent.hEvent) == 1
  hidden goal !inherits(child, parent.hChilds)

process parent

parent: hEvent = CreateEvent() => HANDLE
parent: CreateProcess(\"child\", &pi) => TRUE
begin
end
child: SetEvent(parent.hChilds) => TRUE
";

/// A solution of it.
pub(crate) const MOVE: &str = "parent: DuplicateHandle(GetCurrentProcess(), hEvent, pi.hProcess, &hChilds, EVENT_MODIFY_STATE, FALSE, DUPLICATE_CLOSE_SOURCE)";

pub(crate) fn exercise(source: &str) -> Exercise {
    Exercise::read(source).unwrap()
}

/// The exercise with these lines in its gap, handed in.
pub(crate) fn handed_in(source: &str, gap: &str) -> Feedback {
    let submission = source.replace("begin\nend\n", &format!("begin\n{gap}\nend\n"));
    judge_bytes(&exercise(source), submission.as_bytes(), &Limits::default())
}

pub(crate) fn filled(gap: &str) -> Feedback {
    handed_in(EXERCISE, gap)
}

pub(crate) fn points(feedback: &Feedback) -> usize {
    feedback.score().points
}
