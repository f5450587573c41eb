//! What the README shows is what the command does.

#[test]
fn every_transcript_of_the_readme_is_what_the_command_prints() {
    let cases = trycmd::TestCases::new();
    cases.case("README.md").env("NO_COLOR", "1");
    cases.run();
}
