//! Who is in the class?
//!
//! A text file with a name or id a line, or a CSV file, whose first column it is.

use std::collections::BTreeMap;

/// The longest id.
const LONGEST: usize = 100;
/// What stands over a first column.
const HEADINGS: &[&str] = &[
    "id",
    "student",
    "name",
    "login",
    "user",
    "username",
    "email",
    "e-mail",
    "sid",
    "student id",
    "student_id",
];

/// A student, and a name for files that is safe everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Student {
    pub(super) id: String,
    pub(super) file: String,
}

/// The students of a class, in order.
///
/// # Errors
/// Everything that is wrong with the file, each with its line.
pub(super) fn read(text: &str) -> Result<Vec<Student>, Vec<String>> {
    let (mut students, mut complaints) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim().is_empty() {
            continue;
        }
        let id = match first_column(line) {
            Ok(id) => id,
            Err(why) => {
                complaints.push(format!("{number}: {why}"));
                continue;
            }
        };
        let is_heading = students.is_empty() && line.contains([',', ';', '\t']) && is_heading(&id);
        if is_heading {
            continue;
        }
        if let Err(why) = is_fit(&id) {
            complaints.push(format!("{number}: {why}"));
        } else if let Some(first) = seen.insert(id.to_lowercase(), number) {
            complaints.push(format!(
                "{number}: {id} is in line {first} already; each student needs an id of their own"
            ));
        } else {
            students.push(Student { file: safe(&id), id });
        }
    }
    if students.is_empty() && complaints.is_empty() {
        complaints.push("1: nobody is in it; write a name or id a line".to_owned());
    }
    if complaints.is_empty() { Ok(students) } else { Err(complaints) }
}

fn is_heading(id: &str) -> bool {
    HEADINGS.contains(&id.to_lowercase().as_str())
}

/// The first column of a line: up to the separator, or what is quoted.
fn first_column(line: &str) -> Result<String, &'static str> {
    let Some(quoted) = line.trim_start().strip_prefix('"') else {
        let end = line.find([',', ';', '\t']).unwrap_or(line.len());
        return Ok(line[..end].trim().to_owned());
    };
    let mut id = String::new();
    let mut letters = quoted.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if letters.peek() == Some(&'"') => {
                letters.next();
                id.push('"');
            }
            '"' => return Ok(id.trim().to_owned()),
            letter => id.push(letter),
        }
    }
    Err("the quotation mark at the beginning has no other")
}

fn is_fit(id: &str) -> Result<(), String> {
    if id.is_empty() {
        return Err("the first column is empty; it must say who the student is".to_owned());
    }
    if id.chars().count() > LONGEST {
        return Err(format!("the id has more than {LONGEST} letters; take a shorter one"));
    }
    if id.chars().any(char::is_control) {
        return Err("the id has a control character; remove it".to_owned());
    }
    Ok(())
}

/// A name for files that every system takes: lower-case letters, digits and `-`. What had to be changed gets a number that
/// follows from the id, so that no two students share a name.
fn safe(id: &str) -> String {
    let plain: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let mut plain = plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    plain.truncate(40);
    if plain == id && !is_reserved(&plain) {
        return plain;
    }
    let hash =
        id.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let between = if plain.is_empty() { "" } else { "-" };
    format!("{plain}{between}{hash:08x}")
}

/// Names that are devices on Windows.
fn is_reserved(name: &str) -> bool {
    let numbered = ["com", "lpt"].iter().any(|device| {
        name.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()))
    });
    numbered || ["con", "prn", "aux", "nul", "students"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        read(text).unwrap().into_iter().map(|student| student.id).collect()
    }

    #[test]
    fn a_line_or_the_first_column_is_a_student() {
        assert_eq!(ids("ada\nben\n"), ["ada", "ben"]);
        assert_eq!(ids("\u{feff}ada\r\n\r\nben\r\n"), ["ada", "ben"]);
        assert_eq!(ids("Student,Mail\nada,a@x\n\"Hopper, Grace\";g@x\n"), ["ada", "Hopper, Grace"]);
        assert_eq!(ids("\"say \"\"hi\"\"\"\tx"), ["say \"hi\""]);
        assert_eq!(ids("name\n"), ["name"], "a list without columns has no heading");
    }

    #[test]
    fn files_are_called_so_that_every_system_takes_them_and_no_two_alike() {
        let students =
            read("ada\nAda/../x\n..\n\u{1f980}\nZo\u{eb}\nzoe\ncon\na b\na-b\n../../etc/passwd\n").unwrap();
        let mut files: Vec<&str> = students.iter().map(|student| student.file.as_str()).collect();
        assert_eq!(files[0], "ada");
        for file in &files {
            assert!(
                file.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c)),
                "{file}"
            );
            assert!(!file.is_empty() && *file != "con", "{file}");
        }
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), students.len());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let complaints = read("ada\n,empty\nADA\n\"open\nx\u{7}y\n").unwrap_err();
        assert_eq!(complaints.len(), 4, "{complaints:?}");
        for (complaint, start) in complaints.iter().zip(["2: ", "3: ", "4: ", "5: "]) {
            assert!(complaint.starts_with(start), "{complaint}");
        }
        assert_eq!(read("\n \n").unwrap_err().len(), 1);
    }
}
