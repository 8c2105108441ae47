//! The table of mistakes and grades, `grades.md`, lists every case with its number of errors.

use std::{collections::BTreeMap, fs, path::Path};

/// A row: the errors of a case, and how many of them have each grade.
struct Row {
    errors: usize,
    grades: [usize; 3],
}

fn table() -> BTreeMap<String, Row> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("grades.md")).expect("the table");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let row = |row: &str| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let number = |at: usize| cells[at].parse::<usize>().unwrap_or_else(|_| panic!("{row}"));
        (cells[0].to_owned(), Row { errors: number(1), grades: [number(2), number(3), number(4)] })
    };
    rows.map(row).collect()
}

fn errors_of_cases() -> BTreeMap<String, usize> {
    let cases = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")).expect("the cases");
    let files = cases.map(|entry| entry.expect("an entry").path());
    let outputs = files.filter(|path| path.extension().is_some_and(|extension| extension == "stderr"));
    outputs
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let output = fs::read_to_string(&path).expect("the output");
            (name, output.lines().filter(|line| line.starts_with("error")).count())
        })
        .collect()
}

#[test]
fn every_error_of_every_case_has_a_grade() {
    let (table, cases) = (table(), errors_of_cases());
    let listed: BTreeMap<String, usize> =
        table.iter().map(|(name, row)| (name.clone(), row.errors)).collect();
    assert_eq!(listed, cases, "grades.md and cases/*.stderr differ");
    for (name, Row { errors, grades }) in &table {
        assert_eq!(grades.iter().sum::<usize>(), *errors, "{name}");
    }
    let [ideal, fair, poor] =
        [0, 1, 2].map(|grade| table.values().map(|row| row.grades[grade]).sum::<usize>());
    println!(
        "{} cases, {} errors: {ideal} ideal, {fair} fair, {poor} poor",
        cases.len(),
        ideal + fair + poor
    );
    // No change may make the messages worse.
    assert!(poor == 0 && fair <= 15, "{fair} fair, {poor} poor");
}
