//! Every scenario of the project holds: one test a file, named like the file.

use handlelab::run::{Watch, run};
use handlelab::scenario::{Document, parser, printer};
use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let arguments = Arguments::from_args();
    let mut files = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").as_path(), &mut files);
    let trials = files.into_iter().map(|path| {
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path).display().to_string();
        Trial::test(name, move || holds(&path))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// The files of a folder, without those that are wrong on purpose.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "broken") {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|ending| ending == "hlab") {
            files.push(path);
        }
    }
}

/// The file reads, every expectation holds, and it stands in the canonical form.
fn holds(path: &Path) -> Result<(), Failed> {
    let source = fs::read_to_string(path)?;
    let (tree, _) = parser::parse(&source);
    let document = Document::read(source.as_str()).map_err(|mistakes| format!("{mistakes:#?}"))?;
    let report = run(&document, Watch::Quietly);
    if !report.is_good() {
        return Err(format!("{:#?}\n{:#?}\n{:#?}", report.failures, report.broken, report.mistake).into());
    }
    if printer::print(&tree) != source {
        return Err("the file is not in the canonical form; `handlelab fmt` puts it there".into());
    }
    Ok(())
}
