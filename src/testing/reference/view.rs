//! What can be seen of the naive model?

use super::Reference;
use super::recount::count;
use super::state::{Body, Table};
use crate::testing::picture::{EntryView, FileView, ObjectView, Picture, ProcessView, State, ThreadView};
use std::collections::BTreeMap;

impl Reference {
    pub(super) fn look(&self) -> Picture {
        let mut picture = Picture { now: self.now, ..Picture::default() };
        let held = self.held();
        let references = self.references(&held);
        for (number, thing) in self.living() {
            let name = thing.name.clone().filter(|_| self.has_name(number, &held));
            picture.names.extend(name.clone().map(|name| (name, number)));
            let view = ObjectView {
                object_type: thing.body.object_type(),
                name,
                handles: count(&held, number),
                pointers: count(&held, number) + count(&references, number),
                permanent: thing.permanent,
                state: self.state(number, &thing.body),
            };
            picture.objects.insert(number, view);
            if let Body::Process(process) = &thing.body {
                let mut views = process.views.clone();
                views.sort_unstable();
                let view = ProcessView {
                    pid: process.pid,
                    parent_pid: process.parent_pid,
                    exit_code: process.exit_code,
                    table: process.table.as_ref().map(table),
                    standard: process.standard,
                    views,
                };
                picture.processes.insert(number, view);
            }
            if let Body::Thread(thread) = &thing.body {
                let view = ThreadView {
                    process: thread.process,
                    tid: thread.tid,
                    exit_code: thread.exit_code,
                    last_error: thread.last_error,
                    suspend_count: thread.suspend_count,
                    waits_for: thread.wait.as_ref().map(|wait| (wait.on.clone(), wait.deadline)),
                };
                picture.threads.insert(number, view);
            }
        }
        for (index, file) in self.disk.iter().enumerate() {
            let view = FileView {
                data: file.data.clone(),
                opens: self.openings(index),
                delete_pending: file.delete_pending,
            };
            picture.files.extend(file.name.clone().map(|name| (name, view)));
        }
        picture
    }

    fn state(&self, number: u32, body: &Body) -> State {
        match body {
            Body::Process(_) => State::Process,
            Body::Thread(_) => State::Thread,
            Body::Event { manual_reset, set } => State::Event { manual_reset: *manual_reset, set: *set },
            Body::Mutex(mutex) => {
                State::Mutex { owner: mutex.owner, recursion: mutex.recursion, abandoned: mutex.abandoned }
            }
            Body::Semaphore { count, maximum } => State::Semaphore { count: *count, maximum: *maximum },
            Body::File(opening) => {
                State::File { position: opening.position as u64, delete_on_close: opening.delete_on_close }
            }
            Body::Pipe { write, .. } => State::PipeEnd { write: *write },
            Body::Timer(timer) => State::Timer {
                manual_reset: timer.manual_reset,
                signaled: timer.signaled,
                due: timer.due,
                period: timer.period,
            },
            Body::Section { file, size } => State::Section { file: *file, size: *size },
            Body::Job { kill_on_close, terminated } => State::Job {
                members: self.members(number),
                kill_on_close: *kill_on_close,
                terminated: *terminated,
            },
        }
    }
}

fn table(table: &Table) -> BTreeMap<u64, EntryView> {
    let view = |entry: &super::state::Entry| EntryView {
        object: entry.object,
        access: entry.access,
        inherit: entry.inherit,
        protect: entry.protect,
    };
    table.entries.iter().map(|entry| (entry.value, view(entry))).collect()
}
