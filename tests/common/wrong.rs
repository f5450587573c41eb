//! A kernel with something wrong in it.

use handlelab::kernel::Options;
use handlelab::testing::picture::Picture;
use handlelab::testing::system::{Happening, KernelSystem, Request, System};

/// The kernel, but each call is changed before it is made, and it may complain about itself.
pub(crate) struct Wrong<B, F> {
    kernel: KernelSystem,
    before: B,
    fault: F,
}

impl<B: Fn(&mut Request), F: Fn(&Picture) -> Option<String>> Wrong<B, F> {
    pub(crate) fn new(options: Options, before: B, fault: F) -> Self {
        Wrong { kernel: KernelSystem::new(options), before, fault }
    }
}

impl<B: Fn(&mut Request), F: Fn(&Picture) -> Option<String>> System for Wrong<B, F> {
    fn call(&mut self, thread: u32, request: &Request) -> Happening {
        let mut request = request.clone();
        (self.before)(&mut request);
        self.kernel.call(thread, &request)
    }

    fn start_process(&mut self, name: &str) -> (u32, u32) {
        self.kernel.start_process(name)
    }

    fn can_run(&self, thread: u32) -> bool {
        self.kernel.can_run(thread)
    }

    fn tell(&self, thread: u32, call: &str) -> Option<u64> {
        self.kernel.tell(thread, call)
    }

    fn threads_of(&self, process: u32) -> Vec<u32> {
        self.kernel.threads_of(process)
    }

    fn process_id(&self, process: u32) -> Option<u32> {
        self.kernel.process_id(process)
    }

    fn object_at(&self, process: u32, value: u64) -> Option<u32> {
        self.kernel.object_at(process, value)
    }

    fn picture(&self) -> Picture {
        self.kernel.picture()
    }

    fn fault(&self) -> Option<String> {
        (self.fault)(&self.kernel.picture())
    }
}
