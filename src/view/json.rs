//! How is a run written for programs?

use crate::run::trace::Trace;

/// Several runs as one JSON object: `{"format": "handlelab traces", "version": 1, "runs": [...]}`.
///
/// # Errors
/// Never for the traces that running gives; the serializer's own type says otherwise.
pub fn traces(traces: &[Trace]) -> serde_json::Result<String> {
    #[derive(serde::Serialize)]
    struct Traces<'t> {
        format: &'static str,
        version: u32,
        runs: &'t [Trace],
    }
    let all = Traces { format: "handlelab traces", version: crate::run::trace::VERSION, runs: traces };
    serde_json::to_string_pretty(&all)
}

/// One run in the same form.
///
/// # Errors
/// As for [`traces`].
pub fn json(run: &super::Run<'_>) -> serde_json::Result<String> {
    traces(std::slice::from_ref(run.trace)).map(|text| text + "\n")
}
