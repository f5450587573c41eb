use super::{Class, Misuse};
use crate::run::record;
use crate::scenario::Document;

fn found(source: &str) -> Vec<Misuse> {
    let document = Document::read(source).unwrap_or_else(|mistakes| panic!("{source}\n{mistakes:#?}"));
    let (report, trace) = record("test.hlab", &document);
    assert!(report.is_good(), "{source}\n{report:#?}");
    trace.misuses
}

fn told(source: &str) -> Vec<(u32, Class)> {
    found(source).iter().map(|misuse| (misuse.line, misuse.class)).collect()
}

fn sentence(source: &str) -> String {
    found(source).into_iter().map(|misuse| misuse.what).collect::<Vec<_>>().join(" / ")
}

#[test]
fn the_wrong_example_of_each_class_has_it_once_and_the_right_one_has_none() {
    for class in Class::ALL {
        let spec = class.spec();
        let classes: Vec<Class> = found(spec.wrong).iter().map(|misuse| misuse.class).collect();
        assert_eq!(classes, [*class], "{}", spec.wrong);
        assert_eq!(found(spec.right), [], "{}", spec.right);
        assert!(spec.wrong.contains("=> ") || spec.wrong.contains("check"), "{}", spec.name);
    }
}
