//! How does data get through a pipe? (Facts 9.12 and 11.09 to 11.16.)

use super::state::{Body, Inside, Need, Wait};
use super::{Good, Outcome, Reference, Who};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::{Filled, Request};

const READ_DATA: u32 = 1;
const READ_END: u32 = 0x12_0189;
const WRITE_END: u32 = 0x12_0196;

impl Reference {
    pub(super) fn create_pipe(&mut self, who: Who, r: &Request) -> Outcome {
        let size = if r.dword("nSize") == 0 { 4096 } else { r.dword("nSize") as usize };
        let pipe = self.pipes.len();
        let reader = self.add(Body::Pipe { pipe, write: false }, None);
        let writer = self.add(Body::Pipe { pipe, write: true }, None);
        self.pipes.push(Inside { data: Vec::new(), size, reader, writer });
        let inherit = r.flag("bInheritHandle");
        let read = self.open_handle(who.process, reader, READ_END, inherit);
        let write = self.open_handle(who.process, writer, WRITE_END, inherit);
        let outs = vec![
            ("hReadPipe", Filled::Handle(read, Some(reader))),
            ("hWritePipe", Filled::Handle(write, Some(writer))),
        ];
        Ok(Good { value: 1, outs, ..Good::default() })
    }

    pub(super) fn peek(&mut self, who: Who, r: &Request) -> Outcome {
        let number = self.object(who, r.number("hNamedPipe"), Some(ObjectType::File), READ_DATA)?;
        let Body::Pipe { pipe, .. } = self.thing(number).body else {
            return Err(Status::InvalidParameter.into());
        };
        let inside = &self.pipes[pipe];
        if inside.data.is_empty() && self.handles(inside.writer) == 0 {
            return Err(Status::PipeBroken.into());
        }
        let mut data = inside.data.clone();
        for (_, wait) in self.writers(pipe) {
            if let Need::Write { rest, .. } = wait.need {
                data.extend(rest);
            }
        }
        let bytes = data.len() as u64;
        let mut outs = Vec::new();
        if r.given("lpBuffer") {
            outs.push(("lpBuffer", Filled::Text(String::from_utf8_lossy(&data).into())));
        }
        if r.given("lpBytesRead") {
            outs.push(("lpBytesRead", Filled::Number(if r.given("lpBuffer") { bytes } else { 0 })));
        }
        if r.given("lpTotalBytesAvail") {
            outs.push(("lpTotalBytesAvail", Filled::Number(bytes)));
        }
        Ok(Good { value: 1, outs, ..Good::default() })
    }

    pub(super) fn read_pipe(
        &mut self,
        who: Who,
        r: &Request,
        number: u32,
        pipe: usize,
        most: u32,
    ) -> Outcome {
        let got = if self.somebody_waits_at(number) { None } else { self.out_of_pipe(pipe, most) };
        match got {
            Some(outcome) => outcome,
            None => self.block(who.thread, r.call, vec![number], Need::Read(most), None),
        }
    }

    pub(super) fn write_pipe(
        &mut self,
        who: Who,
        r: &Request,
        number: u32,
        pipe: usize,
        data: &[u8],
    ) -> Outcome {
        if self.handles(self.pipes[pipe].reader) == 0 {
            return Err(Status::PipeClosing.into());
        }
        let fits = if self.somebody_waits_at(number) { 0 } else { self.fill_pipe(pipe, data) };
        if fits == data.len() {
            return written(data.len());
        }
        let need = Need::Write { rest: data[fits..].to_vec(), total: data.len() };
        self.block(who.thread, r.call, vec![number], need, None)
    }

    /// The thread waits no more. What it still wanted to write is lost with what of it is already inside.
    pub(super) fn withdraw(&mut self, thread: u32) {
        let Some(wait) = self.thread_mut(thread).and_then(|thread| thread.wait.take()) else { return };
        let Need::Write { rest, total } = wait.need else { return };
        for inside in self.pipes.iter_mut().filter(|inside| wait.on == [inside.writer]) {
            let others = (inside.data.len() + rest.len()).saturating_sub(total);
            inside.data.truncate(others);
        }
    }

    /// Has a read or write at this end begun that is not over? Whoever waits for the end itself keeps nobody from it.
    fn somebody_waits_at(&self, end: u32) -> bool {
        let wait = |thread| self.thread(thread).and_then(|thread| thread.wait.as_ref());
        let moves = |wait: &Wait| matches!(wait.need, Need::Read(_) | Need::Write { .. }) && wait.on == [end];
        self.living().any(|(thread, _)| wait(thread).is_some_and(moves))
    }

    /// The threads that wait to write into a pipe, suspended or not, who came first first.
    fn writers(&self, pipe: usize) -> Vec<(u32, Wait)> {
        let end = self.pipes[pipe].writer;
        // What a closed end still had to write is lost, however long its thread stays suspended.
        if self.handles(end) == 0 {
            return Vec::new();
        }
        let mut writers: Vec<(u32, Wait)> = self
            .living()
            .filter_map(|(number, _)| Some((number, self.thread(number)?.wait.clone()?)))
            .filter(|(_, wait)| wait.on == [end] && matches!(wait.need, Need::Write { .. }))
            .collect();
        writers.sort_by_key(|(_, wait)| wait.since);
        writers
    }

    /// Takes data out, also what somebody still waits to put in. Nothing yet: `None`; nothing ever again: an error.
    fn out_of_pipe(&mut self, pipe: usize, most: u32) -> Option<Outcome> {
        let writable = self.handles(self.pipes[pipe].writer) > 0;
        let has_more =
            |(_, wait): &(u32, Wait)| matches!(&wait.need, Need::Write { rest, .. } if !rest.is_empty());
        let more_waits = most > 0 && self.writers(pipe).iter().any(has_more);
        let inside = &mut self.pipes[pipe];
        if inside.data.is_empty() && !more_waits {
            return (!writable).then(|| Err(Status::PipeBroken.into()));
        }
        let count = inside.data.len().min(most as usize);
        let mut data: Vec<u8> = inside.data.drain(..count).collect();
        for (thread, wait) in self.writers(pipe) {
            let Need::Write { mut rest, total } = wait.need else { continue };
            let more = rest.len().min(most as usize - data.len());
            data.extend(rest.drain(..more));
            if let Some(wait) = self.thread_mut(thread).and_then(|thread| thread.wait.as_mut()) {
                wait.need = Need::Write { rest, total };
            }
        }
        Some(read(data))
    }

    /// Puts in what fits.
    fn fill_pipe(&mut self, pipe: usize, data: &[u8]) -> usize {
        let inside = &mut self.pipes[pipe];
        let fits = data.len().min(inside.size.saturating_sub(inside.data.len()));
        inside.data.extend(&data[..fits]);
        fits
    }

    /// Lets the first reader or else the first writer of some pipe get on; nobody overtakes it if it is suspended.
    pub(super) fn serve_one_pipe(&mut self) -> bool {
        let at_pipes = |wait: &Wait| matches!(wait.need, Need::Read(_) | Need::Write { .. });
        let waits = |number| self.thread(number)?.wait.clone().filter(at_pipes);
        let mut queue: Vec<(u32, Wait)> =
            self.living().filter_map(|(number, _)| Some((number, waits(number)?))).collect();
        if queue.is_empty() {
            return false;
        }
        queue.sort_by_key(|(_, wait)| wait.since);
        (0..self.pipes.len()).any(|pipe| {
            let Inside { reader, writer, .. } = self.pipes[pipe];
            let is_free = |thread| self.thread(thread).is_some_and(|thread| thread.suspend_count == 0);
            let first_at =
                |end| queue.iter().find(|(_, wait)| wait.on == [end]).filter(|(thread, _)| is_free(*thread));
            let turns = (first_at(reader), first_at(writer));
            let broken = (self.handles(reader) == 0, self.handles(writer) == 0);
            if let Some((thread, wait)) = turns.0
                && let Need::Read(most) = wait.need
            {
                let outcome = if broken.0 {
                    Some(Err(Status::PipeBroken.into()))
                } else {
                    self.out_of_pipe(pipe, most)
                };
                if let Some(outcome) = outcome {
                    self.release(*thread, outcome);
                    return true;
                }
            }
            if let Some((thread, wait)) = turns.1
                && let Need::Write { rest, total } = &wait.need
            {
                if broken.0 || broken.1 {
                    self.release(*thread, Err(Status::PipeBroken.into()));
                    return true;
                }
                let fits = self.fill_pipe(pipe, rest);
                if fits == rest.len() {
                    self.release(*thread, written(*total));
                    return true;
                }
                if let Some(wait) = self.thread_mut(*thread).and_then(|thread| thread.wait.as_mut()) {
                    wait.need = Need::Write { rest: rest[fits..].to_vec(), total: *total };
                }
                return fits > 0;
            }
            false
        })
    }
}

/// What ReadFile answers.
pub(super) fn read(data: Vec<u8>) -> Outcome {
    let bytes = data.len() as u64;
    let outs = vec![
        ("lpBuffer", Filled::Text(String::from_utf8_lossy(&data).into())),
        ("lpNumberOfBytesRead", Filled::Number(bytes)),
    ];
    Ok(Good { value: 1, outs, ..Good::default() })
}

/// What WriteFile answers.
pub(super) fn written(bytes: usize) -> Outcome {
    Good::filled("lpNumberOfBytesWritten", bytes as u64)
}
