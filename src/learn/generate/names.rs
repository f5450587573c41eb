//! What are processes, objects and variables called?
//!
//! Random programs call them `a`, `hEvent0` and `A`. Here they get names that mean something: a process has a role, an
//! object what it is for, a variable is called by what it holds.

use super::play::Line;
use crate::kernel::ObjectType;
use crate::learn::chance::Chance;
use crate::testing::picture::State;
use crate::testing::program::{Kind, Variable, process_name};
use crate::testing::stage::{Act, Living};
use crate::testing::system::{Filled, Reply};
use std::collections::BTreeMap;

/// Who may play: those who exist from the start first, then those who are created.
const CASTS: &[(&[&str], &[&str])] = &[
    (&["server", "client", "logger"], &["worker", "helper", "backup", "scanner"]),
    (&["parent", "neighbour", "guest"], &["child", "sibling", "cousin", "nephew"]),
    (&["boss", "clerk", "guard"], &["worker", "courier", "trainee", "temp"]),
    (&["editor", "viewer", "indexer"], &["printer", "speller", "exporter", "previewer"]),
    (&["shop", "till", "store"], &["delivery", "billing", "packing", "mailer"]),
    (&["game", "lobby", "chat"], &["sound", "network", "physics", "replay"]),
    (&["control", "sensor", "display"], &["motor", "heater", "alarm", "recorder"]),
    (&["mailer", "filter", "archive"], &["fetcher", "sorter", "sender", "cleaner"]),
];

const EVENTS: &[&str] = &["Ready", "Go", "Stop", "Done", "Start", "Changed", "Wake", "Refill"];
const MUTEXES: &[&str] = &["Lock", "Turn", "Key", "Desk", "Door", "Board"];
const SEMAPHORES: &[&str] = &["Seats", "Slots", "Tickets", "Lanes", "Beds", "Tables"];
const TIMERS: &[&str] = &["Tick", "Tea", "Break", "Deadline"];
const MAPPINGS: &[&str] = &["Shared", "Cache", "Picture", "Scores"];
const JOBS: &[&str] = &["Crew", "Batch", "Shift", "Build"];
/// Names that could be the name of anything.
const NEUTRAL: &[&str] = &["Central", "Common", "Main", "First"];
const FILES: &[[&str; 2]] = &[
    ["log.txt", "notes.txt"],
    ["orders.txt", "prices.txt"],
    ["scores.txt", "players.txt"],
    ["draft.txt", "final.txt"],
];

/// The names in one exercise.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// By the place of the process.
    processes: Vec<String>,
    /// By process and raw name.
    variables: BTreeMap<(u8, String), String>,
    /// By raw text.
    texts: BTreeMap<String, String>,
    /// The label of every object that is spoken of.
    labels: BTreeMap<u32, Label>,
    /// The places of processes and threads, by their objects.
    living: BTreeMap<u32, u8>,
}

/// What an object is called.
#[derive(Clone, Debug)]
struct Label {
    word: String,
    /// The variable that held it first: its process and name.
    path: Option<(u8, String)>,
    /// Is it in the directory?
    named: bool,
    of: ObjectType,
    /// Is it an end of a pipe, and which?
    pipe: Option<bool>,
    /// The name of the file behind it.
    file: Option<String>,
}

/// Words that are taken one after the other.
struct Pools {
    pools: Vec<(ObjectType, Vec<&'static str>)>,
    neutral: Vec<&'static str>,
}

impl Pools {
    fn new(chance: &mut Chance) -> Pools {
        let mut shuffled = |words: &'static [&'static str]| {
            let mut words = words.to_vec();
            chance.shuffle(&mut words);
            words
        };
        let neutral = shuffled(NEUTRAL);
        let pools = vec![
            (ObjectType::Event, shuffled(EVENTS)),
            (ObjectType::Mutant, shuffled(MUTEXES)),
            (ObjectType::Semaphore, shuffled(SEMAPHORES)),
            (ObjectType::Timer, shuffled(TIMERS)),
            (ObjectType::Section, shuffled(MAPPINGS)),
            (ObjectType::Job, shuffled(JOBS)),
        ];
        Pools { pools, neutral }
    }

    fn next(&mut self, of: ObjectType) -> String {
        let pool = self.pools.iter_mut().find(|(own, _)| *own == of);
        pool.and_then(|(_, words)| words.pop()).unwrap_or("Thing").to_owned()
    }
}

impl Names {
    /// Names for everything that some lines speak of.
    pub(super) fn new(lines: &[Line], living: &[Living], cast: u8, chance: &mut Chance) -> Names {
        let (from_start, created) = CASTS[chance.below(CASTS.len())];
        let mut created = created.to_vec();
        chance.shuffle(&mut created);
        let everybody = from_start.iter().take(cast.into()).chain(&created);
        let objects = living.iter().flat_map(|one| [(one.process, one.place.0), (one.thread, one.place.0)]);
        let mut names = Names {
            processes: everybody.map(|name| (*name).to_owned()).collect(),
            living: objects.collect(),
            ..Names::default()
        };
        let files = FILES[chance.below(FILES.len())];
        for (raw, nice) in ["one.txt", "two.txt"].iter().zip(files) {
            names.texts.insert((*raw).to_owned(), nice.to_owned());
        }
        let mut pools = Pools::new(chance);
        names.name_the_named(lines, &mut pools);
        for line in lines {
            names.learn(line, &mut pools);
        }
        names
    }

    /// A name that several types use is neutral.
    fn name_the_named(&mut self, lines: &[Line], pools: &mut Pools) {
        let mut uses: BTreeMap<&str, Vec<ObjectType>> = BTreeMap::new();
        for line in lines {
            let request = line.request();
            let text = request.and_then(|request| request.text("lpName").or(request.text("lpTimerName")));
            let Some(text) = text else { continue };
            let types = uses.entry(text).or_default();
            types.extend(type_of_call(line.call()));
        }
        for (text, mut types) in uses {
            types.dedup();
            let word = match types.as_slice() {
                [one] => pools.next(*one),
                _ => pools.neutral.pop().unwrap_or("Common").to_owned(),
            };
            self.texts.insert(text.to_owned(), word);
        }
        // A process that is created is a text in its line.
        for place in 0..26 {
            let name = self.processes.get(usize::from(place)).cloned();
            self.texts.insert(process_name(place), name.unwrap_or_else(|| format!("other{place}")));
        }
    }

    fn learn(&mut self, line: &Line, pools: &mut Pools) {
        let (process, reply) = (line.actor(), line.reply());
        for (param, variable) in line.variables() {
            let filled = reply.and_then(|reply| reply.out(param?));
            let object = match filled {
                Some(Filled::Handle(_, object)) => *object,
                _ => reply.filter(|_| param.is_none()).and_then(|reply| reply.object),
            };
            let wish = match variable.kind {
                Kind::ChildProcess => self.information(line, reply),
                Kind::Number => number_word(line.call()).to_owned(),
                Kind::Data => "text".to_owned(),
                Kind::View => "view".to_owned(),
                _ => match object {
                    Some(object) => {
                        self.label(object, line, variable.kind, pools);
                        self.handle(object, line)
                    }
                    None => self.failed_handle(line),
                },
            };
            let name = self.free(process, wish);
            let base = variable.out_name();
            self.variables.insert((process, base), name.clone());
            if variable.kind == Kind::ChildProcess {
                for (field, object) in [(Kind::ChildProcess, 0), (Kind::ChildThread, 1)] {
                    let path = Variable { kind: field, ..variable }.name();
                    let own = path.split_once('.').map_or("", |(_, own)| own).to_owned();
                    let object = reply.and_then(|reply| record_object(reply, object));
                    self.label_child(object, line, process, format!("{name}.{own}"));
                }
            } else if let Some(label) = object.and_then(|object| self.labels.get_mut(&object)) {
                label.path.get_or_insert((process, name));
            }
        }
    }

    fn label(&mut self, object: u32, line: &Line, kind: Kind, pools: &mut Pools) {
        if self.labels.contains_key(&object) {
            return;
        }
        let Some(view) = line.behind.objects.get(&object) else { return };
        let of = view.object_type;
        let pipe = match view.state {
            State::PipeEnd { write } => Some(write),
            _ => None,
        };
        let file = line.request().and_then(|request| request.text("lpFileName"));
        let file = file.and_then(|file| self.texts.get(file)).cloned();
        let word = match (pipe, &file, &view.name) {
            (Some(true), ..) => "Write".to_owned(),
            (Some(false), ..) => "Read".to_owned(),
            (_, Some(file), _) => capital(file.split('.').next().unwrap_or("file")),
            (_, _, Some(name)) => self.texts.get(name).cloned().unwrap_or_else(|| name.clone()),
            _ if kind == Kind::Process => capital(&self.process_of(object)),
            _ => pools.next(of),
        };
        let label = Label { word, path: None, named: view.name.is_some(), of, pipe, file };
        self.labels.insert(object, label);
    }

    fn label_child(&mut self, object: Option<u32>, line: &Line, process: u8, path: String) {
        let Some(object) = object else { return };
        let of = line.behind.objects.get(&object).map_or(ObjectType::Process, |view| view.object_type);
        let word = capital(&self.process_of(object));
        let label = Label { word, path: Some((process, path)), named: false, of, pipe: None, file: None };
        self.labels.entry(object).or_insert(label);
    }

    /// The name of the process that an object is, or belongs to.
    fn process_of(&self, object: u32) -> String {
        self.living.get(&object).map_or("process".to_owned(), |place| self.process(*place))
    }

    /// `pi`, or `piWorker` where there are several.
    fn information(&self, line: &Line, reply: Option<&Reply>) -> String {
        let first = !self
            .variables
            .iter()
            .any(|((process, raw), _)| *process == line.actor() && raw.starts_with("pi"));
        let created = match &line.deed.act {
            Act::Call { creates: Some((place, _)), .. } => Some(*place),
            _ => None,
        };
        match created.filter(|_| reply.is_some()) {
            Some(place) if !first => format!("pi{}", capital(&self.process(place))),
            _ => "pi".to_owned(),
        }
    }

    /// The variable for a handle: `hReady`, `hForClient` for one that was put into another's table.
    fn handle(&self, object: u32, line: &Line) -> String {
        let word = self.labels.get(&object).map_or("Thing", |label| label.word.as_str());
        let request = line.request().filter(|request| request.call == "DuplicateHandle");
        let target = request.and_then(|request| {
            let target = request.number("hTargetProcessHandle");
            let table = line.behind.processes.get(&line.deed.actor.process)?.table.as_ref()?;
            table.get(&target).map(|entry| entry.object)
        });
        match target.and_then(|target| self.labels.get(&target)) {
            Some(target) => format!("h{word}For{}", target.word),
            None if request.is_some() => format!("h{word}Copy"),
            None => format!("h{word}"),
        }
    }

    /// The variable of a handle that did not come.
    fn failed_handle(&self, line: &Line) -> String {
        let request = line.request();
        let text = request.and_then(|request| {
            request.text("lpName").or(request.text("lpTimerName")).or(request.text("lpFileName"))
        });
        let word = text.and_then(|text| self.texts.get(text));
        match word {
            Some(word) => format!("h{}", capital(word.split('.').next().unwrap_or("Thing"))),
            None if line.call() == "DuplicateHandle" => "hCopy".to_owned(),
            None if line.call() == "OpenProcess" => "hProcess".to_owned(),
            None => "hNone".to_owned(),
        }
    }

    /// The name that was wished for, or with a number behind it.
    fn free(&self, process: u8, wish: String) -> String {
        let taken = |name: &String| {
            self.processes.contains(name)
                || self.variables.iter().any(|((owner, _), own)| *owner == process && own == name)
        };
        let numbered = (2..).map(|number| format!("{wish}{number}"));
        [wish.clone()].into_iter().chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }

    /// The process in a place.
    pub(super) fn process(&self, place: u8) -> String {
        self.processes.get(usize::from(place)).cloned().unwrap_or_else(|| format!("other{place}"))
    }

    /// A text as it is written here.
    pub(super) fn text(&self, raw: &str) -> String {
        self.texts.get(raw).cloned().unwrap_or_else(|| raw.to_owned())
    }

    /// A variable as its own process writes it: by its raw name, `pi0.hProcess`.
    pub(super) fn variable(&self, process: u8, raw: &str) -> Option<String> {
        let (base, field) = raw.split_once('.').map_or((raw, None), |(base, field)| (base, Some(field)));
        let name = self.variables.get(&(process, base.to_owned()))?;
        Some(field.map_or(name.clone(), |field| format!("{name}.{field}")))
    }

    /// A variable as anybody writes it.
    pub(super) fn path(&self, process: u8, raw: &str) -> Option<String> {
        Some(format!("{}.{}", self.process(process), self.variable(process, raw)?))
    }

    /// An object as goals name it: by the first variable that held it.
    pub(super) fn object(&self, object: u32) -> Option<String> {
        let label = self.labels.get(&object)?;
        if label.of == ObjectType::Process {
            return Some(self.process_of(object));
        }
        let (process, name) = label.path.as_ref()?;
        Some(format!("{}.{name}", self.process(*process)))
    }

    /// An object in a sentence: `the event Ready`, `shop's event hReady`.
    pub(super) fn told(&self, object: u32) -> String {
        let Some(label) = self.labels.get(&object) else { return "the object".to_owned() };
        let (owner, variable) = match &label.path {
            Some((process, name)) => (self.process(*process), name.as_str()),
            None => ("nobody".to_owned(), ""),
        };
        match (&label.of, label.pipe, &label.file) {
            (_, Some(true), _) => format!("the write end of {owner}'s pipe"),
            (_, Some(false), _) => format!("the read end of {owner}'s pipe"),
            (_, _, Some(file)) => format!("{owner}'s opening of {file}"),
            (ObjectType::Process, ..) => self.process_of(object),
            (ObjectType::Thread, ..) => format!("{}'s thread", self.process_of(object)),
            (of, ..) if label.named => format!("the {} {}", type_word(*of), label.word),
            (of, ..) => format!("{owner}'s {} {variable}", type_word(*of)),
        }
    }
}

impl Names {
    /// The same to its owner: `its event hReady`.
    pub(super) fn told_to(&self, process: u8, object: u32) -> String {
        let told = self.told(object);
        let whose = format!("{}'s ", self.process(process));
        told.strip_prefix(&whose).map_or(told.clone(), |rest| format!("its {rest}"))
    }

    /// Did the process have the first handle to it?
    pub(super) fn has_one(&self, process: u8, object: u32) -> bool {
        let path = self.labels.get(&object).and_then(|label| label.path.as_ref());
        path.is_some_and(|(owner, _)| *owner == process)
    }
}

/// What a type is called in a sentence.
pub(super) fn type_word(of: ObjectType) -> &'static str {
    match of {
        ObjectType::Process => "process",
        ObjectType::Thread => "thread",
        ObjectType::Event => "event",
        ObjectType::Mutant => "mutex",
        ObjectType::Semaphore => "semaphore",
        ObjectType::File => "file",
        ObjectType::Timer => "timer",
        ObjectType::Section => "file mapping",
        ObjectType::Job => "job",
    }
}

/// The type that a Create or Open call is about.
pub(super) fn type_of_call(call: &str) -> Option<ObjectType> {
    let words = [
        ("Event", ObjectType::Event),
        ("Mutex", ObjectType::Mutant),
        ("Semaphore", ObjectType::Semaphore),
        ("Timer", ObjectType::Timer),
        ("FileMapping", ObjectType::Section),
        ("JobObject", ObjectType::Job),
    ];
    words.iter().find(|(word, _)| call.ends_with(word)).map(|(_, of)| *of)
}

fn number_word(call: &str) -> &'static str {
    match call {
        "GetExitCodeProcess" => "code",
        "ReleaseSemaphore" => "before",
        _ => "number",
    }
}

fn record_object(reply: &Reply, field: usize) -> Option<u32> {
    reply.outs.iter().find_map(|(_, filled)| match filled {
        Filled::Record(fields) => fields.get(field)?.1,
        _ => None,
    })
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
