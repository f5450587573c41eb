//! What does a question of the kernel's eye ask, and of what?

use super::page::{Block, Page, PageKind, listed};
use crate::scenario::eye::{OBJECT, OperandKind, QUESTIONS, Question, QuestionSpec, TermType};
use crate::scenario::keyword::Keyword;

pub(super) fn page(spec: &'static QuestionSpec) -> Page {
    let words: Vec<&str> = spec.operands.iter().map(|operand| operand_word(*operand)).collect();
    let mut operands: Vec<OperandKind> = spec.operands.to_vec();
    operands.dedup();
    let explained =
        operands.into_iter().map(|operand| Block::entry(operand_word(operand), operand_text(operand), ""));
    let others = QUESTIONS.iter().map(|other| other.name).filter(|name| *name != spec.name);
    let related = [Keyword::Check, Keyword::Always, Keyword::Finally].map(Keyword::word);
    Page::new(spec.name, PageKind::Question, spec.about)
        .section("How it is written", [Block::code(format!("{}({})\n", spec.name, words.join(", ")))])
        .section("What it is asked about", explained)
        .section("What it answers", [Block::text(answers(spec.answers))])
        .section("Example", [Block::code(example(spec.question))])
        .section("Other questions", [Block::names(others)])
        .section("See also", [Block::names(related.into_iter().chain([OBJECT]))])
}

fn operand_word(operand: OperandKind) -> &'static str {
    match operand {
        OperandKind::Object => "OBJECT",
        OperandKind::Process => "PROCESS",
        OperandKind::Actor => "PROCESS or THREAD",
        OperandKind::Value => "VALUE",
        OperandKind::Name => "NAME",
    }
}

fn operand_text(operand: OperandKind) -> &'static str {
    match operand {
        OperandKind::Object => {
            "A variable with its process, `parent.hEvent`: the object that it named when it was last assigned, whether the \
             handle is still open or not. Or a name in quotes, a process, a thread, or `object(PROCESS, VALUE)`."
        }
        OperandKind::Process => "The process whose handle table is meant: `parent`.",
        OperandKind::Actor => "A process, `child`, or a thread, `child.worker`.",
        OperandKind::Value => "A handle value: a variable with its process, `parent.hEvent`, or a number.",
        OperandKind::Name => "An object's name in quotes.",
    }
}

fn answers(answers: TermType) -> String {
    let comparisons = |words: &[&str]| listed(words, "or");
    match answers {
        TermType::Truth => "Yes or no. It stands alone, or behind ! for the opposite.".to_owned(),
        TermType::Number => {
            format!("A number. Compare it with {}.", comparisons(&["==", "!=", "<", "<=", ">", ">="]))
        }
        TermType::Text => format!("A text in quotes. Compare it with {}.", comparisons(&["==", "!="])),
        TermType::Object => {
            format!("A process, a thread or NULL. Compare it with {}.", comparisons(&["==", "!="]))
        }
        TermType::Anything => "Whatever the variable holds.".to_owned(),
    }
}

/// A tiny scenario in which the question is asked.
pub(super) fn example(question: Question) -> &'static str {
    match question {
        Question::Handles => {
            "process parent, child\n\
             parent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
             child: h = OpenEvent(SYNCHRONIZE, lpName: \"Ready\")  => HANDLE\n\
             check handles(parent.hEvent) == 2\n"
        }
        Question::Pointers => {
            "process parent\n\
             parent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
             // one reference for the handle, one for the name\n\
             check pointers(parent.hEvent) == 2\n"
        }
        Question::Alive => {
            "process parent\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             check alive(parent.hEvent)\n"
        }
        Question::Dead => {
            "process parent\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             parent: CloseHandle(hEvent)  => TRUE\n\
             check dead(parent.hEvent)\n"
        }
        Question::Type => {
            "process parent\n\
             parent: hMutex = CreateMutex()  => HANDLE\n\
             check type(parent.hMutex) == \"Mutex\"\n"
        }
        Question::Signaled => {
            "process parent\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             check !signaled(parent.hEvent)\n\
             parent: SetEvent(hEvent)  => TRUE\n\
             check signaled(parent.hEvent)\n"
        }
        Question::Owner => {
            "process parent\n\
             parent: hMutex = CreateMutex()  => HANDLE\n\
             check owner(parent.hMutex) == NULL\n\
             parent: WaitForSingleObject(hMutex, 0)  => WAIT_OBJECT_0\n\
             check owner(parent.hMutex) == parent\n"
        }
        Question::Count => {
            "process parent\n\
             parent: hSemaphore = CreateSemaphore(NULL, 2, 5)  => HANDLE\n\
             parent: WaitForSingleObject(hSemaphore, 0)  => WAIT_OBJECT_0\n\
             check count(parent.hSemaphore) == 1\n"
        }
        Question::ParentPid => {
            "process parent\n\
             parent: CreateProcess(\"child\", &pi)  => TRUE\n\
             check parent_pid(child) == parent.pid\n"
        }
        Question::SameObject => {
            "process parent, child\n\
             parent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
             child: h = OpenEvent(SYNCHRONIZE, lpName: \"Ready\")  => HANDLE\n\
             check same_object(parent.hEvent, child.h)\n"
        }
        Question::Named => {
            "process parent\n\
             parent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
             check named(\"Ready\")\n\
             parent: CloseHandle(hEvent)  => TRUE\n\
             check !named(\"Ready\")\n"
        }
        Question::Valid => {
            "process parent, child\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             check valid(parent, parent.hEvent)\n\
             check !valid(child, parent.hEvent)\n"
        }
        Question::Access => {
            "process parent\n\
             parent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
             parent: h = OpenEvent(SYNCHRONIZE, lpName: \"Ready\")  => HANDLE\n\
             check access(parent, parent.hEvent) == EVENT_ALL_ACCESS\n\
             check access(parent, parent.h) == SYNCHRONIZE\n"
        }
        Question::Inherits => {
            "process parent\n\
             parent: hEvent = CreateEvent(bInheritHandle: TRUE)  => HANDLE\n\
             check inherits(parent, parent.hEvent)\n"
        }
        Question::Protected => {
            "process parent\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             parent: SetHandleInformation(hEvent, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE)\n\
             check protected(parent, parent.hEvent)\n"
        }
        Question::OpenHandles => {
            "process parent\n\
             check open_handles(parent) == 0\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             check open_handles(parent) == 1\n"
        }
        Question::Running => {
            "process parent, child\n\
             check running(child)\n\
             child: ExitProcess(0)\n\
             check !running(child)\n"
        }
        Question::Exited => {
            "process parent, child\n\
             child: ExitProcess(0)\n\
             check exited(child)\n"
        }
        Question::ExitCode => {
            "process parent\n\
             parent: CreateProcess(\"child\", &pi)  => TRUE\n\
             check exit_code(child) == STILL_ACTIVE\n\
             child: ExitProcess(3)\n\
             check exit_code(child) == 3\n"
        }
        Question::Blocked => {
            "process parent\n\
             parent: hEvent = CreateEvent()  => HANDLE\n\
             parent: hThread = CreateThread(\"worker\")  => HANDLE\n\
             parent.worker: WaitForSingleObject(hEvent, INFINITE)  => WAIT_OBJECT_0\n\
             check blocked(parent.worker)\n\
             parent: SetEvent(hEvent)  => TRUE\n\
             check !blocked(parent.worker)\n"
        }
    }
}
