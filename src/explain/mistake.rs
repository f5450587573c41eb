//! What does a diagnostic code mean, and how is the mistake put right?

use super::page::{Block, Page, PageKind};
use crate::scenario::diagnostic::Code;

pub(super) fn page(code: Code) -> Page {
    let (wrong, right) = example(code).unwrap_or_default();
    Page::new(code.name(), PageKind::Mistake, code.title())
        .section("What it means", [Block::text(super::page::sentence(code.explanation()))])
        .section("A file with this mistake", [Block::code(wrong)])
        .section("The same without it", [Block::code(right)])
}

/// A scenario with just this mistake, and one without it. `None` where it cannot be shown in a few lines.
pub(super) fn example(code: Code) -> Option<(&'static str, &'static str)> {
    Some(match code {
        Code::NotText | Code::TooLarge | Code::TooDeep | Code::TooManyMistakes => return None,
        Code::UnexpectedCharacter => ("process p\np: CloseHandle(4) #\n", "process p\np: CloseHandle(4)\n"),
        Code::BadString => (
            "process p\np: h = CreateEvent(lpName: \"Ready)\n",
            "process p\np: h = CreateEvent(lpName: \"Ready\")\n",
        ),
        Code::BadNumber => ("process p\np: CloseHandle(4x)\n", "process p\np: CloseHandle(0x4)\n"),
        Code::UnknownLine => ("process p\nplease run\n", "process p\np: CloseHandle(4)\n"),
        Code::Expected => ("process p\np: CloseHandle(4) =>\n", "process p\np: CloseHandle(4)  => FALSE\n"),
        Code::Unclosed => ("process p\np: CloseHandle(4\n", "process p\np: CloseHandle(4)\n"),
        Code::UnknownVersion => ("handlelab 99\nprocess p\n", "handlelab 1\nprocess p\n"),
        Code::MissingActor => ("process p\nh = CreateEvent()\n", "process p\np: h = CreateEvent()\n"),
        Code::WrongOperator => {
            ("process p\ncheck open_handles(p) = 0\n", "process p\ncheck open_handles(p) == 0\n")
        }
        Code::WrongQuotes => (
            "process p\np: h = CreateEvent(lpName: \u{201c}Ready\u{201d})\n",
            "process p\np: h = CreateEvent(lpName: \"Ready\")\n",
        ),
        Code::ForeignSyntax => {
            ("process p\np: HANDLE h = CreateEvent()\n", "process p\np: h = CreateEvent()\n")
        }
        Code::WrongCase => {
            ("process p\nCheck open_handles(p) == 0\n", "process p\ncheck open_handles(p) == 0\n")
        }
        Code::ClauseOutside => (
            "process p\ngoal open_handles(p) == 0\n",
            "process p\nexercise\n  goal open_handles(p) == 0\nbegin\nend\n",
        ),
        Code::NoProcess => ("title \"Nobody is here\"\n", "title \"Somebody is here\"\nprocess p\n"),
        Code::UnknownActor => ("process p\nq: CloseHandle(4)\n", "process p, q\nq: CloseHandle(4)\n"),
        Code::UnknownVariable => {
            ("process p\np: SetEvent(h)\n", "process p\np: h = CreateEvent()\np: SetEvent(h)\n")
        }
        Code::UnknownName => (
            "process p\np: h = CreateEvent()\ncheck handles(p.h) == one\n",
            "process p\np: h = CreateEvent()\ncheck handles(p.h) == 1\n",
        ),
        Code::UnknownCall => ("process p\np: CloseHandel(4)\n", "process p\np: CloseHandle(4)\n"),
        Code::UnknownParameter => (
            "process p\np: h = CreateEvent(manual: TRUE)\n",
            "process p\np: h = CreateEvent(bManualReset: TRUE)\n",
        ),
        Code::MissingArgument => (
            "process p\np: h = CreateEvent()\np: WaitForSingleObject(h)\n",
            "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, 0)\n",
        ),
        Code::TooManyArguments => ("process p\np: CloseHandle(4, 8)\n", "process p\np: CloseHandle(4)\n"),
        Code::WrongKind => ("process p\np: CloseHandle(\"h\")\n", "process p\np: CloseHandle(4)\n"),
        Code::Twice => ("process p\ntitle \"One\"\ntitle \"Two\"\n", "process p\ntitle \"One\"\n"),
        Code::NameTaken => ("process p\np: p = CreateEvent()\n", "process p\np: h = CreateEvent()\n"),
        Code::ReservedWord => ("process p\np: check = CreateEvent()\n", "process p\np: h = CreateEvent()\n"),
        Code::BadName => {
            ("process p\np: CreateProcess(\"my child\")\n", "process p\np: CreateProcess(\"my_child\")\n")
        }
        Code::OptionTooLate => (
            "process p\np: CloseHandle(4)\noption reuse = lowest\n",
            "process p\noption reuse = lowest\np: CloseHandle(4)\n",
        ),
        Code::UnknownOption => ("process p\noption reuse = highest\n", "process p\noption reuse = lowest\n"),
        Code::NoAnswer => ("process p\np: ExitProcess(0)  => TRUE\n", "process p\np: ExitProcess(0)\n"),
        Code::NothingDone => ("process p, q\np: h = 0x4\nq: p.h\n", "process p, q\np: h = 0x4\nq: h = p.h\n"),
        Code::UnknownExpectation => {
            ("process p\np: CloseHandle(4)  => FAILED\n", "process p\np: CloseHandle(4)  => FALSE\n")
        }
        Code::NestedCall => (
            "process p\np: CloseHandle(CreateEvent())\n",
            "process p\np: h = CreateEvent()\np: CloseHandle(h)\n",
        ),
        Code::UnknownQuestion => {
            ("process p\ncheck open_handels(p) == 0\n", "process p\ncheck open_handles(p) == 0\n")
        }
        Code::WrongCount => ("process p\ncheck running(p, p)\n", "process p\ncheck running(p)\n"),
        Code::GapMisplaced => ("process p\nexercise\nbegin\n", "process p\nexercise\nbegin\nend\n"),
        Code::UnknownMisuse => (
            "process p\nmisuse double-close\np: CloseHandle(NULL)\n",
            "process p\nmisuse null-handle\np: CloseHandle(NULL)\n",
        ),
        Code::MisuseOfNothing => (
            "process p\nmisuse null-handle\ncheck running(p)\np: CloseHandle(NULL)\n",
            "process p\ncheck running(p)\nmisuse null-handle\np: CloseHandle(NULL)\n",
        ),
        Code::NeverCreated => (
            "process p\np: CreateProcess(\"q\", handleList: [])  => FALSE\nq: CloseHandle(4)\n",
            "process p\np: CreateProcess(\"q\")  => TRUE\nq: CloseHandle(4)\n",
        ),
        Code::HasEnded => (
            "process p\np: ExitProcess(0)\np: CloseHandle(4)\n",
            "process p\np: CloseHandle(4)\np: ExitProcess(0)\n",
        ),
        Code::IsBlocked => (
            "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, INFINITE)\np: SetEvent(h)\n",
            "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, 0)\np: SetEvent(h)\n",
        ),
        Code::IsSuspended => (
            "process p\np: h = CreateThread(\"worker\", dwCreationFlags: CREATE_SUSPENDED)\np.worker: ExitThread(0)\n",
            "process p\np: h = CreateThread(\"worker\", dwCreationFlags: CREATE_SUSPENDED)\np: ResumeThread(h)\n\
             p.worker: ExitThread(0)\n",
        ),
        Code::NameInUse => (
            "process p\np: CreateProcess(\"q\")\np: CreateProcess(\"q\")\n",
            "process p\np: CreateProcess(\"q\")\np: CreateProcess(\"r\")\n",
        ),
        Code::WrongValue => (
            "process p\np: CreatePipe(&hRead, &hWrite)\np: WriteFile(hWrite, \"4\")\np: ReadFile(hRead, &data)\n\
             p: CloseHandle(data)\n",
            "process p\np: CreatePipe(&hRead, &hWrite)\np: WriteFile(hWrite, \"4\")\np: ReadFile(hRead, &data)\n\
             p: CloseHandle(hRead)\n",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Watch, run};
    use crate::scenario::Document;

    /// The codes of all mistakes of a file, in order: those found by reading it, or else the one met by running it.
    fn codes(source: &str) -> Vec<Code> {
        match Document::read(source) {
            Ok(document) => {
                let report = run(&document, Watch::Quietly);
                assert!(report.failure_count() == 0, "{source}\n{report:?}");
                report.mistake.into_iter().map(|mistake| mistake.code).collect()
            }
            Err(diagnostics) => diagnostics.iter().map(|diagnostic| diagnostic.code).collect(),
        }
    }

    #[test]
    fn every_example_has_just_its_mistake_and_the_one_beside_it_has_none() {
        let mut wrong_ones = Vec::new();
        for &code in Code::ALL {
            let Some((wrong, right)) = example(code) else { continue };
            if codes(wrong) != [code] || !codes(right).is_empty() {
                wrong_ones.push((code, codes(wrong), codes(right)));
            }
        }
        assert_eq!(wrong_ones, []);
    }
}
