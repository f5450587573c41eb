use super::*;

fn call(name: &str) -> &'static CallSpec {
    CallSpec::find(name).unwrap()
}

#[test]
fn what_may_be_left_out_of_a_call_stands_in_brackets() {
    for (name, written) in [
        ("SetEvent", "SetEvent(hEvent)"),
        ("NtMakePermanentObject", "NtMakePermanentObject(Handle)"),
        ("OpenEvent", "OpenEvent(dwDesiredAccess, [bInheritHandle], lpName)"),
        (
            "CreateEvent",
            "CreateEvent([lpEventAttributes], [bManualReset], [bInitialState], [lpName], [bInheritHandle: …])",
        ),
        (
            "DuplicateHandle",
            "DuplicateHandle(hSourceProcessHandle, hSourceHandle, hTargetProcessHandle, [&lpTargetHandle], \
             [dwDesiredAccess], [bInheritHandle], [dwOptions])",
        ),
        ("GetCurrentProcess", "GetCurrentProcess()"),
    ] {
        assert_eq!(call(name).signature(), written);
    }
}

#[test]
fn a_short_signature_leaves_out_what_is_rarely_written() {
    for (name, written) in [
        ("SetEvent", "SetEvent(hEvent)"),
        ("CreateEvent", "CreateEvent([lpEventAttributes], [bManualReset], [bInitialState], [lpName], …)"),
        ("GetCurrentProcess", "GetCurrentProcess()"),
    ] {
        assert_eq!(call(name).short_signature(), written);
    }
}

#[test]
fn a_parameter_that_must_be_named_may_still_be_required() {
    const PARAMS: &[ParamSpec] = &[
        ParamSpec { required: true, ..ParamSpec::field("field", Kind::Bool, "") },
        ParamSpec::optional("place", Kind::Bool, ""),
        ParamSpec::field("rare", Kind::Bool, ""),
    ];
    let spec = CallSpec { name: "F", params: PARAMS, ..CallSpec::OPENING };
    assert_eq!(spec.signature(), "F(field: …, [place], [rare: …])");
    assert_eq!(spec.short_signature(), "F(field: …, [place], …)");
}

#[test]
fn a_call_is_known_by_its_name_and_stands_beside_those_of_its_table() {
    assert_eq!(call("SetEvent"), call("SetEvent"));
    assert_ne!(call("SetEvent"), call("ResetEvent"));
    let sisters = |name| call(name).sisters().iter().map(|call| call.name).collect::<Vec<_>>();
    assert!(sisters("SetEvent").contains(&"CreateEvent"));
    assert!(!sisters("SetEvent").contains(&"CloseHandle"));
    assert!(sisters("CloseHandle").contains(&"CloseHandle"));
    assert!(CallSpec::all().iter().all(|spec| spec.sisters().contains(spec)));
}

#[test]
fn every_call_is_told_in_words_of_its_own_with_an_example_that_makes_it() {
    for (index, spec) in CallSpec::all().iter().enumerate() {
        assert!(!spec.about.is_empty() && spec.example.contains(&format!("{}(", spec.name)), "{}", spec.name);
        let alike = CallSpec::all()[..index].iter().find(|other| other.about == spec.about);
        assert_eq!(alike.map(|other| other.name), None, "{}", spec.name);
    }
}
