//! Promise: after every process has gone and every reference is dropped, no object is left.

use crate::harness::try_programs;
use crate::testing::program::Program;
use crate::testing::stage::Stage;
use crate::testing::system::{Fate, KernelSystem, Request, System};
use handlelab::kernel::Arg;

/// Ends every process that runs, by a process that comes for this alone, and then that one.
fn clear(program: &Program) -> Result<(), String> {
    let mut system = KernelSystem::new(program.options);
    program.run(&mut system, |_, _, _, _| {});
    let (_, thread) = system.start_process("undertaker");
    let call = |system: &mut KernelSystem, call, args: &[(&'static str, u64)]| {
        let args = args.iter().map(|(param, number)| (*param, Arg::Number(*number))).collect();
        system.call(thread, &Request { call, args }).fate
    };
    // Permanent objects stay on purpose, until somebody makes them temporary.
    let picture = system.picture();
    for (name, object) in &picture.names {
        let view = picture.objects.get(object).ok_or(format!("{name:?} finds nothing that lives"))?;
        let call_name = match view.object_type.win32() {
            "WaitableTimer" => ("OpenWaitableTimer", "lpTimerName"),
            "Event" => ("OpenEvent", "lpName"),
            "Mutex" => ("OpenMutex", "lpName"),
            "Semaphore" => ("OpenSemaphore", "lpName"),
            "FileMapping" => ("OpenFileMapping", "lpName"),
            _ => ("OpenJobObject", "lpName"),
        };
        let delete = Arg::Number(0x1_0000);
        let args = vec![("dwDesiredAccess", delete), (call_name.1, Arg::Text(name.as_str().into()))];
        let opened = system.call(thread, &Request { call: call_name.0, args }).fate;
        let Fate::Returned(reply) = opened else { return Err(format!("{name:?} cannot be opened")) };
        call(&mut system, "NtMakeTemporaryObject", &[("Handle", reply.value)]);
    }
    let mut running: Vec<u32> = system
        .kernel
        .processes()
        .filter(|(_, record)| record.exit_code.is_none())
        .map(|(_, record)| record.pid)
        .collect();
    running.sort_unstable();
    let own = system.tell(thread, "GetCurrentProcessId");
    for pid in running.into_iter().filter(|pid| Some(u64::from(*pid)) != own) {
        let opened = call(&mut system, "OpenProcess", &[("dwDesiredAccess", 1), ("dwProcessId", pid.into())]);
        let Fate::Returned(reply) = opened else { return Err(format!("process {pid} cannot be opened")) };
        call(&mut system, "TerminateProcess", &[("hProcess", reply.value)]);
    }
    call(&mut system, "ExitProcess", &[]);

    let left: Vec<String> = system.picture().objects.iter().map(|object| format!("{object:?}")).collect();
    if !left.is_empty() {
        return Err(format!("left are {}", left.join(", ")));
    }
    let nobody = system.kernel.processes().count() == 0 && system.kernel.threads().count() == 0;
    if !nobody || system.kernel.names().iter().count() > 0 {
        return Err("no object is left, but a process, a thread or a name is".to_owned());
    }
    if system.kernel.files().iter().any(|file| !file.opens.is_empty() || file.delete_pending) {
        return Err("a file is still open, or still waits to be deleted".to_owned());
    }
    Ok(())
}

#[test]
fn when_every_process_has_gone_nothing_is_left() {
    try_programs("when_every_process_has_gone_nothing_is_left", 400, 80, clear);
}

#[test]
fn the_same_program_leaves_the_same_kernel_twice() {
    try_programs("the_same_program_leaves_the_same_kernel_twice", 64, 60, |program| {
        let run = || {
            let mut system = KernelSystem::new(program.options);
            let mut stage = Stage::new(&mut system);
            let mut happenings = Vec::new();
            for step in &program.steps {
                let Some(deed) = stage.resolve(&system, step) else { continue };
                let Some(request) = deed.request() else { continue };
                let happening = system.call(deed.actor.thread, request);
                stage.note(&system, &deed, &happening);
                happenings.push(happening);
            }
            (system.kernel, system.log.take_effects(), happenings)
        };
        if run() == run() { Ok(()) } else { Err("two runs differ".to_owned()) }
    });
}
