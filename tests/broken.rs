//! Every file in `scenarios/broken` is wrong in one way, gives the one diagnostic that says so, and holds once it is mended.
//!
//! A file starts with what it promises:
//!
//! ```text
//! // expect: HL054 5:18 there is no call `CreateEvnt`
//! // The name of a call is misspelled.
//! // mended: parent: hEvent = CreateEvent()
//! ```
//!
//! The code, line and column of the diagnostic, the start of its message, a sentence on what the beginner did, and what
//! stands in place of the line of the diagnostic when it is right (in place of another line: `mended 7:`; in place of
//! several, one below the other; nothing: the line goes). `FAIL` in place of a code is for files that can be read and do
//! not hold; the message is then what the run found.

use handlelab::run::trace::Verdict;
use handlelab::run::{Watch, run};
use handlelab::scenario::diagnostic::{Code, Diagnostic};
use handlelab::scenario::{Document, Span, source};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Codes whose files are made here: they would be too large or too odd to be stored.
const MADE_HERE: &[Code] = &[Code::NotText, Code::TooLarge, Code::TooDeep, Code::TooManyMistakes];

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("scenarios/broken"), &mut files);
    let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let mut trials: Vec<Trial> = files
        .iter()
        .map(|path| {
            let path = path.clone();
            Trial::test(name(&path), move || keeps_its_promise(&path))
        })
        .collect();
    let all: Vec<_> = files.iter().map(|path| (name(path), path.clone())).collect();
    trials.push(Trial::test("what_is_said_of_each_is_what_was_agreed", move || says_what_was_agreed(&all)));
    trials.push(Trial::test("what_is_said_of_small_slips_is_what_was_agreed", small_slips));
    trials.push(Trial::test("every_code_is_shown", move || every_code_is_shown(&files)));
    trials.extend(made_here().into_iter().map(|made| Trial::test(made.name, move || made.gives_its_code())));
    libtest_mimic::run(&arguments, trials).exit();
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// What a file says of itself.
#[derive(Debug)]
struct Promise {
    code: String,
    place: String,
    message: String,
    /// By line: what stands there instead.
    mended: BTreeMap<usize, Vec<String>>,
}

impl Promise {
    fn of(text: &str) -> Result<Promise, Failed> {
        let mut lines = text.lines().map_while(|line| line.strip_prefix("// "));
        let first = lines.next().and_then(|line| line.strip_prefix("expect: "));
        let mut words = first.ok_or("the first line is no `// expect: ...`")?.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (code, place, message) = (word(), word(), word());
        if !lines.next().is_some_and(|sentence| sentence.ends_with('.')) {
            return Err("the second line is no sentence on what the beginner did".into());
        }
        let here = place.split(':').next().unwrap_or_default();
        let mut mended: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for line in text.lines().filter_map(|line| line.strip_prefix("// mended")) {
            let (number, text) = line.split_once(':').ok_or("a `mended` without a colon")?;
            let number = if number.is_empty() { here } else { number.trim() };
            let lines = mended.entry(number.parse()?).or_default();
            lines.extend(text.strip_prefix(' ').map(str::to_owned));
        }
        if mended.is_empty() {
            return Err("the file does not say how it is mended".into());
        }
        Ok(Promise { code, place, message, mended })
    }

    /// The file without its mistake.
    fn mend(&self, text: &str) -> String {
        let lines = text.lines().enumerate().flat_map(|(i, line)| match self.mended.get(&(i + 1)) {
            Some(instead) => instead.clone(),
            None => vec![line.to_owned()],
        });
        lines.map(|line| line + "\n").collect()
    }
}

/// What is wrong with a file: as a promise names it, and with how many sentences of help.
fn mistakes(text: &str) -> Vec<(String, usize)> {
    let told = |mistake: &Diagnostic| {
        let place = place(text, mistake.span());
        (format!("{} {place} {}", mistake.code.name(), mistake.message), mistake.help.len())
    };
    let document = match Document::read(text) {
        Ok(document) => document,
        Err(mistakes) => return mistakes.iter().map(told).collect(),
    };
    let report = run(&document, Watch::Quietly);
    let failures = report.failures.iter().filter_map(|(span, verdict)| match verdict {
        Verdict::Missed { found, .. } => Some((format!("FAIL {} {found}", place(text, *span)), 1)),
        _ => None,
    });
    let broken = report.broken.iter().map(|broken| (format!("FAIL {} {}", broken.line, broken.found), 1));
    report.mistake.iter().map(told).chain(failures).chain(broken).collect()
}

/// Line and column, counted from 1, columns in characters.
fn place(text: &str, span: Span) -> String {
    let before = text.get(..span.start as usize).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{line}:{column}")
}

fn keeps_its_promise(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let promise = Promise::of(&text)?;
    let Promise { code, place, message, .. } = &promise;
    let expected = format!("{code} {place} {message}");
    let found = mistakes(&text);
    let [(only, help)] = found.as_slice() else {
        return Err(format!("one mistake gives one diagnostic, not {found:#?}").into());
    };
    if !only.starts_with(&expected) || message.is_empty() {
        return Err(format!("expected {expected}\nfound    {only}").into());
    }
    if *help == 0 {
        return Err(format!("{only}: nobody says what to do next").into());
    }
    let mended = promise.mend(&text);
    match mistakes(&mended).as_slice() {
        [] => Ok(()),
        left => Err(format!("still wrong when it is mended: {left:#?}\n{mended}").into()),
    }
}

/// Every word that is said of every file stands in `tests/broken/said.txt`.
fn says_what_was_agreed(files: &[(String, PathBuf)]) -> Result<(), Failed> {
    let mut said = String::new();
    for (name, path) in files {
        said += &format!("== {name}\n{}", in_full(&fs::read_to_string(path)?));
    }
    agreed("said.txt", &said)
}

/// `tests/broken/slips.txt` holds small texts, each with all that is said of it. To add one, write its lines behind
/// `> `; the pictures `␍` and `␌` stand for the characters.
fn small_slips() -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken/slips.txt");
    let text = fs::read_to_string(path)?.replace("\r\n", "\n");
    let mut said = String::new();
    for slip in text.split("\n\n") {
        let lines: Vec<&str> = slip.lines().filter_map(|line| line.strip_prefix("> ")).collect();
        lines.iter().for_each(|line| said += &format!("> {line}\n"));
        let written = lines.join("\n").replace('␍', "\r").replace('␌', "\x0c");
        said += &(in_full(&written) + "\n");
    }
    agreed("slips.txt", said.trim_end_matches('\n'))
}

/// Compares with a file of `tests/broken`; `HANDLELAB_BLESS=1` writes it anew.
fn agreed(name: &str, said: &str) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken").join(name);
    if std::env::var_os("HANDLELAB_BLESS").is_some() {
        return Ok(fs::write(path, format!("{}\n", said.trim_end()))?);
    }
    let agreed = fs::read_to_string(path)?.replace("\r\n", "\n");
    let (said, agreed): (Vec<&str>, Vec<&str>) = (said.lines().collect(), agreed.lines().collect());
    let differs = said.iter().zip(&agreed).position(|(said, agreed)| said != agreed);
    match differs.or((said.len() != agreed.len()).then_some(said.len().min(agreed.len()))) {
        None => Ok(()),
        Some(line) => {
            let [said, agreed] = [said, agreed].map(|all| all.get(line).copied().unwrap_or("nothing"));
            Err(format!("{name}, line {}\nagreed {agreed}\nsaid   {said}", line + 1).into())
        }
    }
}

/// All that is said of a file: the mistakes with their labels and help, or what its run finds.
fn in_full(text: &str) -> String {
    let told = |mistake: &Diagnostic| {
        let mut said = format!("{} {}\n", mistake.code.name(), mistake.message);
        for label in &mistake.labels {
            let (place, marked) = (place(text, label.span), label.span.text(text).escape_debug());
            said += &format!("  {place} `{marked}` {}\n", label.text);
        }
        said + &mistake.help.iter().map(|help| format!("  - {help}\n")).collect::<String>()
    };
    let document = match Document::read(text) {
        Ok(document) => document,
        Err(mistakes) => return mistakes.iter().map(told).collect(),
    };
    let report = run(&document, Watch::Quietly);
    let failures = report.failures.iter().map(|(span, verdict)| match verdict {
        Verdict::Missed { found, .. } => format!("{} {found}\n", place(text, *span)),
        verdict => format!("{} {verdict:?}\n", place(text, *span)),
    });
    let broken = report.broken.iter().map(|broken| format!("line {} {}\n", broken.line, broken.found));
    report.mistake.iter().map(told).chain(failures).chain(broken).collect()
}

fn every_code_is_shown(files: &[PathBuf]) -> Result<(), Failed> {
    let mut shown = BTreeSet::new();
    for path in files {
        shown.insert(Promise::of(&fs::read_to_string(path)?)?.code);
    }
    let missing = Code::ALL.iter().filter(|code| !MADE_HERE.contains(code) && !shown.contains(code.name()));
    let missing: Vec<&Code> = missing.collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no file shows {missing:?}").into()) }
}

/// A file that is made here, and what is wrong with it: the code and words of the message or the help.
struct Made {
    name: &'static str,
    bytes: fn() -> Vec<u8>,
    code: Code,
    says: &'static str,
}

impl Made {
    fn gives_its_code(&self) -> Result<(), Failed> {
        let bytes = (self.bytes)();
        let found = match source::text_of(&bytes) {
            Err(mistake) => vec![mistake],
            Ok(text) => Document::read(text).err().unwrap_or_default(),
        };
        // Too many mistakes are told behind those that are shown.
        let told = found.last().ok_or("nothing is wrong")?;
        if found.len() > 1 && self.code != Code::TooManyMistakes {
            return Err(format!("one mistake gives one diagnostic, not {}", found.len()).into());
        }
        let said = format!("{} {}", told.message, told.help.join(" "));
        if told.code != self.code || !said.contains(self.says) || told.help.is_empty() {
            return Err(format!("expected {:?} with {:?}, found {told:#?}", self.code, self.says).into());
        }
        Ok(())
    }
}

fn made_here() -> Vec<Made> {
    let made = |name, code, says, bytes| Made { name, bytes, code, says };
    vec![
        made("a_byte_that_is_no_text", Code::NotText, "line 2, column 10: the byte 0xFC", || {
            b"process p\np: h = \"M\xFCnchen\"\n".to_vec()
        }),
        made("utf_16_as_an_editor_saves_it", Code::NotText, "UTF-16", || {
            [0xFF, 0xFE].into_iter().chain("process p\n".encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }),
        made("a_program_file", Code::NotText, "UTF-8", || b"MZ\x90\x00\x03\x00\x00\x00\x04\x00".to_vec()),
        made("more_than_256_mebibytes", Code::TooLarge, "at most 256 MiB", || {
            vec![b' '; source::LARGEST + 1]
        }),
        made("an_escape_sequence", Code::UnexpectedCharacter, "U+001B", || {
            b"process p\np: \x1b[2JCloseHandle(4)\n".to_vec()
        }),
        made("a_blank_without_width", Code::UnexpectedCharacter, "U+200B", || {
            "process p\np: \u{200B}CloseHandle(4)\n".into()
        }),
        made("nothing_at_all", Code::NoProcess, "process parent", Vec::new),
        made("nothing_but_blanks", Code::NoProcess, "process parent", || b" \n\t\n\r\n".to_vec()),
        made("a_long_line", Code::UnknownLine, "neither a step nor a keyword", || {
            format!("process p\n{}", "word ".repeat(200_000)).into_bytes()
        }),
        made("a_long_name", Code::UnknownCall, "there is no call", || {
            format!("process p\np: {}()", "A".repeat(1_000_000)).into_bytes()
        }),
        made("a_hundred_thousand_parentheses", Code::TooDeep, "64 levels", || {
            format!("process p\np: CloseHandle({}4", "(".repeat(100_000)).into_bytes()
        }),
        made("a_hundred_thousand_operators", Code::TooDeep, "256 operators", || {
            format!("process p\np: CloseHandle(4{})", " + 4".repeat(100_000)).into_bytes()
        }),
        made("a_thousand_lines_that_cannot_be_read", Code::TooManyMistakes, "900 more lines", || {
            "chek x\n".repeat(1000).into_bytes()
        }),
        made("a_thousand_steps_that_make_no_sense", Code::TooManyMistakes, "900 more mistakes", || {
            let steps = (0..1000).map(|i| format!("p: SetEvent(h{i})\n"));
            format!("process p\n{}", steps.collect::<String>()).into_bytes()
        }),
    ]
}
