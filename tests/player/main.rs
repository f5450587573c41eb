//! Promise: the player shows in a real browser what the trace says, whichever way one comes there.
//!
//! Chromium is driven by keys and clicks. Without it these tests are ignored, and say so; HANDLELAB_BROWSER=required makes
//! its absence a failure. HANDLELAB_SHOTS=FOLDER keeps pictures of what was seen.

mod browser;
mod looks;
mod moves;
mod reasons;
mod stage;

use libtest_mimic::{Arguments, Failed, Trial};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Instant;

type Test = (&'static str, fn(&mut browser::Browser));

const TESTS: &[Test] = &[
    ("every_lesson_shows_the_trace_to_the_end_and_back", moves::every_lesson),
    ("what_happens_inside_leads_from_each_moment_to_the_next", moves::inside),
    ("a_close_unfolds_into_its_sub_steps", moves::sub_steps),
    ("buttons_slider_and_source_lines_lead_where_keys_lead", moves::buttons),
    ("deaths_and_failures_are_found_in_both_directions", moves::marks),
    ("choosing_an_object_tells_why_it_is_alive_with_keys_alone", moves::why),
    ("every_object_is_told_at_every_step_as_the_command_tells_it", reasons::everywhere),
    ("misuses_are_marked_found_and_said", moves::misuses),
    ("the_start_says_how_to_go_on_and_the_end_how_it_came_out", moves::ends),
    ("each_step_is_said_to_screen_readers", moves::said),
    ("hostile_text_is_shown_and_never_executed", looks::hostile),
    ("hostile_pictures_execute_nothing", looks::hostile_picture),
    ("nothing_is_asked_of_any_network", looks::network),
    ("dark_light_narrow_and_printed_pages_can_be_read", looks::screens),
    ("a_sheet_of_paper_has_the_picture_with_its_arrows_in_place", looks::paper),
    ("ten_thousand_steps_stay_fluid", looks::fluid),
];

fn main() {
    let mut arguments = Arguments::from_args();
    // One browser, one page: one test at a time.
    arguments.test_threads = Some(1);
    let found = if cfg!(unix) { browser::find() } else { None };
    let required = std::env::var_os("HANDLELAB_BROWSER").is_some_and(|value| value == "required");
    if found.is_none() {
        eprintln!(
            "no browser here: the player's tests are left out (chromium on the path, or HANDLELAB_CHROMIUM)"
        );
    }
    let shared = Arc::new(Mutex::new(None));
    let trials = TESTS.iter().map(|(name, test)| {
        let (found, shared) = (found.clone(), Arc::clone(&shared));
        let trial = Trial::test(*name, move || {
            let program = found.ok_or_else(|| Failed::from("a browser is required and none is here"))?;
            let mut browser = shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let browser = browser.get_or_insert_with(|| browser::Browser::start(&program));
            let start = Instant::now();
            let ended = catch_unwind(AssertUnwindSafe(|| test(browser)));
            eprintln!("  {:.1?}", start.elapsed());
            ended.map_err(|_| Failed::without_message())
        });
        trial.with_ignored_flag(arguments_leave_out(required))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    drop(shared.lock().map(|mut browser| browser.take()));
    conclusion.exit();
}

fn arguments_leave_out(required: bool) -> bool {
    !required && (cfg!(not(unix)) || browser::find().is_none())
}
