//! Where does Wine treat files, pipes and mappings otherwise than Windows?

use super::{DOCUMENTED, INFERRED, Rule, TESTED};
use crate::kernel::{ObjectType, Status};
use crate::testing::picture::{ObjectView, State};

const FILE_SHARE_WRITE: u32 = 2;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a mapping of NULL with a name and without a size",
        fact: "",
        about: "Without a size there is nothing to map, whatever the name: 87. Wine looks at the name first.",
        source: "ReactOS's code (NtCreateSection); not seen on Windows",
        applies: |question, _| {
            let size = ["dwMaximumSizeHigh", "dwMaximumSizeLow"].map(|half| question.request.dword(half));
            question.is(&["CreateFileMapping"])
                && question.request.number("hFile") == 0
                && size == [0; 2]
                && question.request.given("lpName")
        },
    },
    Rule {
        name: "a mapped file that is not shared for writing",
        fact: "11.20",
        about: "Only handles conflict, and those that ask for attributes alone never do; for Wine a mapping conflicts too.",
        source: INFERRED,
        applies: |question, _| {
            question.is(&["CreateFile"])
                && question.request.dword("dwShareMode") & FILE_SHARE_WRITE == 0
                && question.before.objects.values().any(is_mapping_of_a_file)
        },
    },
    Rule {
        name: "emptying a mapped file that is not shared",
        fact: "11.20",
        about: "The share modes are looked at before the mapping: 32. Wine looks at the mapping first: 1224.",
        source: "Microsoft's published FAT file system (FatOpenExistingFcb)",
        applies: |question, _| {
            let empties = matches!(question.request.dword("dwCreationDisposition"), 2 | 5);
            question.is(&["CreateFile"])
                && empties
                && question.failure() == Some(Status::SharingViolation)
                && question.before.objects.values().any(is_mapping_of_a_file)
        },
    },
    Rule {
        name: "a mapping of a pipe",
        fact: "",
        about: "A pipe cannot be mapped: STATUS_INVALID_FILE_FOR_SECTION. Wine takes its handle for no handle to a file.",
        source: "documented by Microsoft of ZwCreateSection",
        applies: |question, _| {
            let file = question.object("hFile").map(|file| &file.state);
            question.is(&["CreateFileMapping"]) && matches!(file, Some(State::PipeEnd { .. }))
        },
    },
    Rule {
        name: "reading and writing what is no file",
        fact: "1.24",
        about: "A handle to a file mapping is no handle to a file: 6. Wine reads and writes the file behind it.",
        source: TESTED,
        applies: |question, _| {
            question.is(&["ReadFile", "WriteFile", "PeekNamedPipe"])
                && question.failure() == Some(Status::ObjectTypeMismatch)
        },
    },
    Rule {
        name: "waiting for a file or a pipe",
        fact: "8.29",
        about: "Its handle is signaled as its reads and writes come and go, which tells nothing; Wine has it signaled at other moments.",
        source: DOCUMENTED,
        applies: |question, _| question.waits_for(ObjectType::File),
    },
    Rule {
        name: "closing the end of a pipe at which somebody waits",
        fact: "11.12",
        about: "Whoever waits at a closed end or behind somebody goes on; Wine takes back what was written, Windows may let the closing wait.",
        source: INFERRED,
        applies: |question, _| {
            let is_closed =
                |number: &u32| question.after.objects.get(number).is_none_or(|end| end.handles == 0);
            let closes = |(number, object): (&u32, &ObjectView)| {
                matches!(object.state, State::PipeEnd { .. }) && object.handles > 0 && is_closed(number)
            };
            let ends: Vec<u32> = question.awaited_ends(|_| true).collect();
            let is_shared = |end: &u32| ends.iter().filter(|other| *other == end).count() > 1;
            ends.iter().any(is_closed)
                || ends.iter().any(is_shared) && question.before.objects.iter().any(closes)
        },
    },
    Rule {
        name: "a pipe at whose end a suspended thread waits",
        fact: "",
        about: "Each end serves one call after another, so the next has to wait for the suspended thread's; Wine goes on without it.",
        source: "The Old New Thing, 22 August 2013; documented by Microsoft of PeekNamedPipe",
        applies: |question, _| {
            let calls = ["ReadFile", "WriteFile", "PeekNamedPipe"];
            let mut ends = question.awaited_ends(|thread| thread.suspend_count > 0);
            let waited_at: Vec<u32> = question.awaited_ends(|_| true).collect();
            let is_shared = |end: &u32| waited_at.iter().filter(|other| *other == end).count() > 1;
            question.is(&calls) && ends.next().is_some()
                || question.is(&["SuspendThread"]) && waited_at.iter().any(is_shared)
        },
    },
    Rule {
        name: "waiting for a file mapping",
        fact: "8.27",
        about: "Nothing makes a file mapping wait, where the handle allows waiting: it is signaled for ever. Wine answers 6.",
        source: "ReactOS's code; Wine's test suite asserts the missing right of Windows",
        applies: |question, _| question.waits_for(ObjectType::Section),
    },
    Rule {
        name: "peeking into a file",
        fact: "",
        about: "What Windows answers is not settled here; Wine answers 50.",
        source: "",
        applies: |question, _| {
            question.is(&["PeekNamedPipe"]) && question.failure() == Some(Status::InvalidParameter)
        },
    },
    Rule {
        name: "a view beyond the end",
        fact: "",
        about: "STATUS_INVALID_VIEW_SIZE becomes 5; Wine answers 87.",
        source: "ReactOS's code (NtMapViewOfSection); not seen on Windows",
        applies: |question, _| question.failure() == Some(Status::InvalidViewSize),
    },
    Rule {
        name: "a view without the right and at a bad offset",
        fact: "",
        about: "The handle is looked at before the offset: 5. Wine answers 1132.",
        source: "ReactOS's code (NtMapViewOfSection); not seen on Windows",
        applies: |question, _| {
            question.is(&["MapViewOfFile"])
                && question.request.dword("dwFileOffsetLow") & 0xFFFF != 0
                && matches!(
                    question.failure(),
                    Some(Status::AccessDenied | Status::InvalidHandle | Status::ObjectTypeMismatch)
                )
        },
    },
    Rule {
        name: "a view to execute",
        fact: "9.09",
        about: "It needs SECTION_MAP_EXECUTE; Wine does not look.",
        source: "ReactOS's code (MmMakeSectionAccess); not seen on Windows",
        applies: |question, _| {
            question.is(&["MapViewOfFile"])
                && question.request.dword("dwDesiredAccess") & 0x20 != 0
                && question.failure() == Some(Status::AccessDenied)
        },
    },
];

fn is_mapping_of_a_file(object: &ObjectView) -> bool {
    matches!(object.state, State::Section { file: Some(_), .. })
}
