//! Bad input: one sentence that names what is wrong, exit code 2, and nothing written.

use crate::{TINY, experiment, losscope, path, scratch, stderr};

#[test]
fn bad_experiments_are_refused_with_what_is_wrong() {
    let folder = scratch("bad-experiments");
    for (text, named) in [
        (r#"{"sed": 3}"#, "`sed`"),
        (r#"{"training": {"batchsize": 3}}"#, "`batchsize`"),
        (
            r#"{"data": {"source": "synthetic", "colour": 1}}"#,
            "`colour`",
        ),
        (
            r#"{"losses": [{"kind": "asym_unified_focal", "lamda": 1}]}"#,
            "`lamda`",
        ),
        (r#"{"losses": [{"kind": "best"}]}"#, "`best`"),
        (
            r#"{"losses": [{"kind": "tversky", "delta": 2}]}"#,
            "delta of tversky is 2",
        ),
        (r#"{"data": {"source": "synthetic", "size": 30}}"#, "30×30"),
        (
            r#"{"data": {"source": "synthetic", "size": 8}}"#,
            "16 to 512",
        ),
        (
            r#"{"data": {"source": "synthetic", "split": [0.5, 0.1, 0.1]}}"#,
            "sum to 1",
        ),
        (
            r#"{"data": {"source": "imported", "id": "x"}}"#,
            "\"folder\"",
        ),
        (
            r#"{"data": {"source": "folder", "path": "/nowhere/at/all"}}"#,
            "/nowhere/at/all",
        ),
        (r#"{"network": {"depth": 9}}"#, "network.depth"),
        (
            r#"{"losses": [{"kind": "focal_clip", "alpha": [1, 1, 1]}]}"#,
            "3 class weights for 2 classes",
        ),
        ("{", "line 1"),
        ("", "line 1"),
    ] {
        let out = folder.join("out");
        let output = losscope(&["train", &experiment(&folder, text), "--out", path(&out)]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        assert!(
            said.starts_with("error: ") && said.lines().count() == 1,
            "{text}: {said}"
        );
        assert!(said.contains(named), "{text}: {said}");
        assert!(output.stdout.is_empty() && !out.exists(), "{text}");
    }
}

#[test]
fn documents_that_cannot_be_read_are_named() {
    let folder = scratch("unreadable");
    std::fs::write(folder.join("latin1.json"), b"{\"seed\": \"\xe9\"}").unwrap();
    for name in ["missing.json", "latin1.json", "."] {
        let file = folder.join(name);
        for arguments in [
            ["train", path(&file), "--out", path(&folder)],
            ["loss", "eval", path(&file), "--pretty"],
        ] {
            let output = losscope(&arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            let said = stderr(&output);
            assert!(
                said.starts_with("error: ") && said.contains(path(&file)),
                "{said}"
            );
            assert!(!said.contains("panicked"), "{said}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_a_failure() {
    let folder = scratch("unwritable");
    std::fs::write(folder.join("file"), "").unwrap();
    let out = folder.join("file/out");
    let output = losscope(&["train", &experiment(&folder, TINY), "--out", path(&out)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("cannot be written"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn unknown_arguments_are_refused() {
    for arguments in [
        &["train"] as &[&str],
        &["loss"],
        &["loss", "eval"],
        &["tain"],
        &["loss", "list", "--yaml"],
    ] {
        let output = losscope(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("Usage: losscope"), "{arguments:?}");
    }
    assert!(losscope(&["--version"]).status.success());
}
