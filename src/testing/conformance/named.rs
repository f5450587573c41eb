//! How does the suite become tests with names?

/// Makes a `#[test]` of every property and of every group of facts, for an implementation of
/// [`HandleSystem`](crate::testing::handle_system::HandleSystem): a type that is `Default`, or a closure that makes one.
/// What fails is saved as a scenario in `target/conformance`; what could not be tried is told on standard error. A [`Suite`](crate::testing::conformance::Suite) with knobs of
/// its own may follow.
///
/// ```
/// # use handlelab::testing::simulator::Simulator as MyTable;
/// # mod tests {
/// # use super::MyTable;
/// use handlelab::testing::conformance::Suite;
///
/// handlelab::testing::conformance!(|| MyTable::default(), Suite::new().cases(100));
/// # }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance {
    (|| $new:expr $(,)?) => {
        $crate::conformance!(|| $new, $crate::testing::conformance::Suite::new());
    };
    (|| $new:expr, $suite:expr $(,)?) => {
        $crate::conformance!(@tests || $new, $suite);
    };
    ($System:ty $(,)?) => {
        $crate::conformance!(|| <$System as ::core::default::Default>::default());
    };
    ($System:ty, $suite:expr $(,)?) => {
        $crate::conformance!(|| <$System as ::core::default::Default>::default(), $suite);
    };
    (@tests || $new:expr, $suite:expr) => {
        $crate::conformance!(@properties || $new, $suite;
            a_closed_handle_names_nothing
            closing_a_handle_leaves_the_others
            an_open_handle_can_be_closed
            open_handles_have_different_values
            an_unknown_value_names_nothing
            every_object_is_its_own
            a_duplicate_names_the_same_object
            a_duplicate_has_the_rights_asked_for
            a_duplicate_has_flags_of_its_own
            close_source_closes_the_source
            objects_count_their_handles
            processes_count_their_handles
            a_call_that_fails_changes_nothing
            a_call_that_must_fail_fails
            a_call_that_must_succeed_succeeds
            flags_change_one_by_one
            a_protected_handle_stays_open
            a_handle_means_nothing_elsewhere
            a_child_inherits_exactly_what_is_inheritable
            a_duplicate_can_go_to_another_process
            the_end_of_a_process_closes_its_handles
            values_are_chosen_as_by_windows
            pseudohandles_need_no_entry
            a_name_finds_what_has_a_handle
            rights_are_checked
            waits_end_when_they_must
            events_are_set_and_reset
            mutexes_have_one_owner
            semaphores_count
            threads_live_and_end
            processes_live_and_end
            files_and_pipes_keep_data
            timers_fire
            mappings_last
            jobs_hold_processes
            nothing_panics
            random_programs_agree
        );
        $crate::conformance!(@facts || $new, $suite;
            facts_about_values "values"
            facts_about_closing "closing"
            facts_about_duplicating "duplicating"
            facts_about_information "information"
            facts_about_inheritance "inheritance"
            facts_about_lifetime "lifetime"
            facts_about_names "names"
            facts_about_synchronisation "synchronisation"
            facts_about_rights "rights"
            facts_about_errors "errors"
            facts_about_pipes_and_files "pipes and files"
            facts_about_bugs "bugs"
        );
    };
    (@properties || $new:expr, $suite:expr; $($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                let report = $suite.property(stringify!($name), || $new);
                $crate::conformance!(@judge report);
            }
        )+
    };
    (@facts || $new:expr, $suite:expr; $($name:ident $about:literal)+) => {
        $(
            #[test]
            fn $name() {
                let report = $suite.facts($about, || $new);
                $crate::conformance!(@judge report);
            }
        )+
    };
    (@judge $report:ident) => {
        let folder = ::std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/target/conformance"));
        if $report.failed().next().is_some() {
            panic!("\n{}\n{}", $report, $report.saved(folder));
        }
        // What is told so is seen though the test passes.
        let _ = ::std::io::Write::write_all(&mut ::std::io::stderr(), $report.left_out().as_bytes());
        println!("{}", $report);
    };
}
