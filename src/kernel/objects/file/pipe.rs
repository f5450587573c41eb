//! How does data get through an anonymous pipe, and when does it end?
//!
//! A pipe has two ends, each a file object. A read waits while the pipe is empty and somebody, anywhere, has the write end
//! open (facts 11.09 and 11.12); when nobody has, what is inside is read first and then the pipe is broken (facts 11.10 and
//! 11.11). A write waits while the pipe is full; a read gets what it waits to write all the same. Each end serves one call
//! after another.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome, Status};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! let mut call = |name, args: &[Arg]| {
//!     match kernel.call(thread, CallSpec::find(name).expect("a call"), args, &mut log) {
//!         Outcome::Returned(answer) => Some(answer.status),
//!         _ => None,
//!     }
//! };
//! call("CreatePipe", &[Arg::Out, Arg::Out]);
//! let [read, write] = [4, 8].map(Arg::Number);
//! call("WriteFile", &[write.clone(), Arg::Text("last words".into())]);
//! call("CloseHandle", &[write]);
//! let outcomes = [(); 2].map(|()| call("ReadFile", &[read.clone(), Arg::Out]));
//! assert_eq!(outcomes, [Some(Status::Success), Some(Status::PipeBroken)]);
//! ```

use super::{File, PipeEnd, READ_DATA, WRITE_OR_APPEND};
use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, OutValue, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::{Effect, OpenReason, Transfer};
use crate::kernel::ids::{ObjectId, ObjectNo, PipeId, ThreadId};
use crate::kernel::objects::ObjectType;
use crate::kernel::status::Status;
use crate::kernel::table::HandleAttributes;
use crate::kernel::waits::{INFINITE, Wait, WaitKind};

/// How many bytes fit into a pipe whose nSize is 0.
const DEFAULT_SIZE: u32 = 4096;
/// What the two ends allow (fact 9.12).
const READ_END_ACCESS: AccessMask = AccessMask(0x12_0189);
const WRITE_END_ACCESS: AccessMask = AccessMask(0x12_0196);

/// What is between the two ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pipe {
    /// The bytes that were written and not yet read.
    pub data: Vec<u8>,
    /// How many bytes fit.
    pub size: u32,
    /// The end to read from, while somebody has it open.
    pub reader: Option<ObjectId>,
    /// The end to write to, while somebody has it open.
    pub writer: Option<ObjectId>,
    /// The number of its end to read from, by which it is known.
    pub no: ObjectNo,
}

pub(super) const CREATE_PIPE: CallSpec = CallSpec {
    name: "CreatePipe",
    about: "Makes an anonymous pipe and opens a handle to each of its two ends.",
    returns: Returns::Bool,
    params: &[
        ParamSpec::required("hReadPipe", Kind::OutHandle, "gets the handle to read from"),
        ParamSpec::required("hWritePipe", Kind::OutHandle, "gets the handle to write to"),
        ParamSpec::attributes("lpPipeAttributes"),
        ParamSpec::optional("nSize", Kind::Dword, "how many bytes fit; 0 means 4096"),
        ParamSpec::INHERIT,
    ],
    fails: &[],
    facts: "9.12 11.09-11.16",
    example: "process p\np: CreatePipe(&hRead, &hWrite)  => TRUE\np: WriteFile(hWrite, \"one\")  => TRUE\n\
              p: ReadFile(hRead, &data)  => TRUE\ncheck p.data == \"one\"\n",
    tells: None,
    run: create,
};

pub(super) const PEEK: CallSpec = CallSpec {
    name: "PeekNamedPipe",
    about: "Looks into a pipe without taking anything out, and never waits.",
    returns: Returns::Bool,
    params: &[
        ParamSpec::object("hNamedPipe", ObjectType::File, READ_DATA, "the end to read from"),
        ParamSpec::optional("lpBuffer", Kind::OutData, "gets what is inside"),
        ParamSpec::field("lpBytesRead", Kind::OutNumber, "gets how many bytes were copied"),
        ParamSpec::optional("lpTotalBytesAvail", Kind::OutNumber, "gets how many bytes are inside"),
    ],
    fails: &[
        (Status::PipeBroken, "the pipe is empty and nobody has the write end open"),
        (Status::InvalidParameter, "the handle is to no pipe"),
    ],
    facts: "11.09-11.11",
    example: "process p\np: CreatePipe(&hRead, &hWrite)  => TRUE\np: WriteFile(hWrite, \"one\")  => TRUE\n\
              p: PeekNamedPipe(hRead, &data)  => TRUE\ncheck p.data == \"one\"\n",
    tells: None,
    run: peek,
};

fn create(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    cx.k.room_for_handles(who.process, 2)?;
    let size = if a.dword(3) == 0 { DEFAULT_SIZE } else { a.dword(3) };
    let pipe = cx.k.pipes.insert(Pipe {
        data: Vec::new(),
        size,
        reader: None,
        writer: None,
        no: ObjectNo::default(),
    });
    let read_end = File::Pipe(PipeEnd { pipe, write: false, reader: None });
    let reader = cx.create_object(read_end, Some("read end of a pipe".into()));
    let no = cx.k.objects.number(reader).unwrap_or_default();
    let write_end = File::Pipe(PipeEnd { pipe, write: true, reader: Some(no) });
    let writer = cx.create_object(write_end, Some("write end of a pipe".into()));
    if let Some(record) = cx.k.pipes.get_mut(pipe) {
        (record.reader, record.writer, record.no) = (Some(reader), Some(writer), no);
    }
    let attributes = HandleAttributes::inherit(a.bool(4));
    let read = cx.open_handle(who.process, reader, READ_END_ACCESS, attributes, || OpenReason::Create)?;
    let write = cx.open_handle(who.process, writer, WRITE_END_ACCESS, attributes, || OpenReason::Create)?;
    let reply = Reply::done().out(0, OutValue::Handle(read, Some(reader)));
    Ok(reply.out(1, OutValue::Handle(write, Some(writer))))
}

fn peek(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let id = a.object(cx, who, 0)?;
    let Some(File::Pipe(end)) = cx.k.objects.body::<File>(id) else {
        return Err(Status::InvalidParameter.into());
    };
    let pipe = cx.k.pipes.get(end.pipe).ok_or(Status::PipeBroken)?;
    if pipe.data.is_empty() && pipe.writer.is_none() {
        return Err(Status::PipeBroken.into());
    }
    let data = with_waiting_writes(cx, pipe);
    let mut reply = Reply::done();
    if a.given(1) {
        reply = reply.out(1, OutValue::Text(String::from_utf8_lossy(&data).into()));
    }
    let bytes = data.len() as u64;
    if a.given(2) {
        reply = reply.out(2, OutValue::Number(if a.given(1) { bytes } else { 0 }));
    }
    if a.given(3) {
        reply = reply.out(3, OutValue::Number(bytes));
    }
    Ok(reply)
}

/// ReadFile on a pipe: takes what is inside, else waits for it.
pub(super) fn read(
    cx: &mut Cx<'_>,
    who: Caller,
    id: ObjectId,
    end: PipeEnd,
    most: u32,
    call: &'static CallSpec,
) -> CallResult {
    if end.write {
        return Err(Status::AccessDenied.into());
    }
    let is_first = first_call(cx, id).is_none();
    match is_first.then(|| take(cx, id, end.pipe, most)).flatten() {
        Some(result) => {
            let reply = result.map(|data| read_reply(&data))?;
            serve(cx, id);
            Ok(reply)
        }
        None => Ok(cx.block(who.thread, &[id], WaitKind::Read(most), INFINITE, call)),
    }
}

/// WriteFile on a pipe: puts the data in, and waits for room for what does not fit.
pub(super) fn write(
    cx: &mut Cx<'_>,
    who: Caller,
    id: ObjectId,
    end: PipeEnd,
    data: &[u8],
    call: &'static CallSpec,
) -> CallResult {
    let pipe = cx.k.pipes.get(end.pipe).filter(|pipe| pipe.reader.is_some());
    if pipe.is_none() {
        return Err(Status::PipeClosing.into());
    }
    let is_first = first_call(cx, id).is_none();
    let fits = if is_first { put(cx, id, end.pipe, data) } else { 0 };
    let blocked = fits < data.len();
    let reply = if blocked {
        let kind = WaitKind::Write { rest: data[fits..].to_vec(), total: data.len() as u32 };
        cx.block(who.thread, &[id], kind, INFINITE, call)
    } else {
        write_reply(data.len() as u32)
    };
    serve(cx, id);
    Ok(reply)
}

/// What ReadFile answers with this data. The places are those of its out parameters.
pub(super) fn read_reply(data: &[u8]) -> Reply {
    Reply::done()
        .out(1, OutValue::Text(String::from_utf8_lossy(data).into()))
        .out(3, OutValue::Number(data.len() as u64))
}

/// What WriteFile answers.
pub(super) fn write_reply(bytes: u32) -> Reply {
    Reply::done().out(2, OutValue::Number(bytes.into()))
}

/// All handles to an end are closed, in every process. Whoever waits at the other end hears of it.
pub(super) fn close_end(cx: &mut Cx<'_>, end: PipeEnd) {
    let Some(pipe) = cx.k.pipes.get_mut(end.pipe) else { return };
    let own = if end.write { pipe.writer.take() } else { pipe.reader.take() };
    let other = if end.write { pipe.reader } else { pipe.writer };
    if let Some(id) = own {
        serve(cx, id);
    }
    if own.is_some() && other.is_none() {
        cx.k.pipes.remove(end.pipe);
    }
}

/// A write that never came to its end is taken back, as far as nobody has read it: its bytes are the last in the pipe.
pub(crate) fn withdraw(cx: &mut Cx<'_>, wait: &Wait) {
    let WaitKind::Write { rest, total } = &wait.kind else { return };
    let end = wait.objects.first().and_then(|id| cx.k.objects.body::<File>(*id));
    let Some(File::Pipe(PipeEnd { pipe, .. })) = end else { return };
    if let Some(pipe) = cx.k.pipes.get_mut(*pipe) {
        let put = *total as usize - rest.len();
        pipe.data.truncate(pipe.data.len().saturating_sub(put));
    }
}

/// Lets waiting reads and writes of a pipe go on, as far as they can.
pub(crate) fn serve(cx: &mut Cx<'_>, id: ObjectId) {
    let Some(File::Pipe(end)) = cx.k.objects.body::<File>(id) else { return };
    let (id_of_pipe, writes) = (end.pipe, end.write);
    // Either end may be closed by now, and with both the pipe is gone: a thread that was suspended has yet to hear of it.
    let pipe = cx.k.pipes.get(id_of_pipe);
    let other = pipe.and_then(|pipe| if writes { pipe.reader } else { pipe.writer });
    let (reader, writer) = if writes { (other, Some(id)) } else { (Some(id), other) };
    while serve_one(cx, id_of_pipe, reader, writer) {}
}

fn serve_one(cx: &mut Cx<'_>, pipe: PipeId, reader: Option<ObjectId>, writer: Option<ObjectId>) -> bool {
    let first = |cx: &Cx<'_>, end: Option<ObjectId>| end.and_then(|id| Some((waiting(cx, id)?, id)));
    first(cx, reader).is_some_and(|(thread, id)| serve_read(cx, pipe, thread, id))
        || first(cx, writer).is_some_and(|(thread, id)| serve_write(cx, pipe, thread, id))
}

/// The thread whose turn it is at an end. An end serves one call after another: while the first is suspended, all wait.
fn waiting(cx: &Cx<'_>, id: ObjectId) -> Option<ThreadId> {
    let first = first_call(cx, id)?;
    cx.k.threads.get(first).filter(|record| record.suspend_count == 0).map(|_| first)
}

/// The thread that has been reading or writing at an end for the longest time. Whoever waits for the end to be signaled stands
/// in the same queue and keeps nobody from it.
fn first_call(cx: &Cx<'_>, id: ObjectId) -> Option<ThreadId> {
    let call = |thread: &&ThreadId| {
        let wait = cx.k.threads.get(**thread).and_then(|record| record.wait.as_ref());
        wait.is_some_and(|wait| matches!(wait.kind, WaitKind::Read(_) | WaitKind::Write { .. }))
    };
    cx.k.objects.waiters(id)?.iter().find(call).copied()
}

fn serve_read(cx: &mut Cx<'_>, pipe: PipeId, thread: ThreadId, id: ObjectId) -> bool {
    let Some(WaitKind::Read(most)) = wait_kind(cx, thread) else { return false };
    if cx.k.pipes.get(pipe).is_none_or(|pipe| pipe.reader.is_none()) {
        cx.end_wait(thread, Err(Status::PipeBroken.into()));
        return true;
    }
    let Some(result) = take(cx, id, pipe, most) else { return false };
    cx.end_wait(thread, result.map(|data| read_reply(&data)).map_err(Into::into));
    true
}

fn serve_write(cx: &mut Cx<'_>, pipe: PipeId, thread: ThreadId, id: ObjectId) -> bool {
    let Some(WaitKind::Write { rest, total }) = wait_kind(cx, thread) else { return false };
    if cx.k.pipes.get(pipe).is_none_or(|pipe| pipe.reader.is_none() || pipe.writer.is_none()) {
        cx.end_wait(thread, Err(Status::PipeBroken.into()));
        return true;
    }
    let fits = put(cx, id, pipe, &rest);
    if fits == rest.len() {
        cx.end_wait(thread, Ok(write_reply(total)));
        return true;
    }
    if let Some(wait) = cx.k.threads.get_mut(thread).and_then(|record| record.wait.as_mut()) {
        wait.kind = WaitKind::Write { rest: rest[fits..].to_vec(), total };
    }
    fits > 0
}

fn wait_kind(cx: &Cx<'_>, thread: ThreadId) -> Option<WaitKind> {
    cx.k.threads.get(thread)?.wait.as_ref().map(|wait| wait.kind.clone())
}

/// Takes bytes out. `None` when there are none yet, even for whoever wants none; an error when there will never be any.
fn take(cx: &mut Cx<'_>, id: ObjectId, pipe: PipeId, most: u32) -> Option<Result<Vec<u8>, Status>> {
    draw(cx, pipe, most as usize);
    let pipe = cx.k.pipes.get_mut(pipe)?;
    if pipe.data.is_empty() {
        return pipe.writer.is_none().then_some(Err(Status::PipeBroken));
    }
    let count = pipe.data.len().min(most as usize);
    let data: Vec<u8> = pipe.data.drain(..count).collect();
    if count > 0 {
        moved(cx, id, Transfer::Read, count);
    }
    Some(Ok(data))
}

/// The threads that wait to write, in order.
fn writers(cx: &Cx<'_>, pipe: &Pipe) -> Vec<ThreadId> {
    pipe.writer.and_then(|writer| cx.k.objects.waiters(writer)).cloned().unwrap_or_default()
}

/// All that a read can get: what is inside, and what somebody waits to write.
fn with_waiting_writes(cx: &Cx<'_>, pipe: &Pipe) -> Vec<u8> {
    let rests = writers(cx, pipe).into_iter().filter_map(|thread| match wait_kind(cx, thread) {
        Some(WaitKind::Write { rest, .. }) => Some(rest),
        _ => None,
    });
    rests.fold(pipe.data.clone(), |data, rest| [data, rest].concat())
}

/// Moves in what somebody waits to write, as far as a read of so many bytes reaches: for a read the size is no limit.
fn draw(cx: &mut Cx<'_>, id: PipeId, most: usize) {
    let Some(pipe) = cx.k.pipes.get(id) else { return };
    let Some(writer) = pipe.writer else { return };
    for thread in writers(cx, pipe) {
        let wait = cx.k.threads.get_mut(thread).and_then(|record| record.wait.as_mut());
        let (Some(pipe), Some(wait)) = (cx.k.pipes.get_mut(id), wait) else { continue };
        let WaitKind::Write { rest, .. } = &mut wait.kind else { continue };
        let count = rest.len().min(most.saturating_sub(pipe.data.len()));
        pipe.data.extend(rest.drain(..count));
        if count > 0 {
            moved(cx, writer, Transfer::Written, count);
        }
    }
}

/// Puts in what fits.
fn put(cx: &mut Cx<'_>, id: ObjectId, pipe: PipeId, data: &[u8]) -> usize {
    let Some(pipe) = cx.k.pipes.get_mut(pipe) else { return 0 };
    let room = (pipe.size as usize).saturating_sub(pipe.data.len());
    let count = data.len().min(room);
    pipe.data.extend_from_slice(&data[..count]);
    if count > 0 {
        moved(cx, id, Transfer::Written, count);
    }
    count
}

/// Reports that data moved.
pub(super) fn moved(cx: &mut Cx<'_>, id: ObjectId, how: Transfer, bytes: usize) {
    let Some(object) = cx.k.objects.number(id) else { return };
    cx.log.push(|| Effect::DataMoved { object, how, bytes: bytes as u32 });
}

/// Does a handle with these rights allow writing?
pub(super) fn may_write(granted: AccessMask) -> bool {
    granted.intersects(AccessMask(WRITE_OR_APPEND))
}
