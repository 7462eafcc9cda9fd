//! Figures and the page hold what they should, and nothing breaks out of them.

use losscope_study::figures::{Look, figures};
use losscope_study::{StudyReport, tables};
use serde_json::json;

use crate::{collected, small, study};

#[test]
fn every_image_is_a_dot_and_undefined_ones_are_not() {
    let values = [Some(0.25), Some(0.75), None];
    let report = StudyReport::new(&collected(small(), &[&values[..]; 4])).unwrap();
    let figures = figures(&report, Look::Paper);
    assert_eq!(figures.len(), 1);
    let svg = &figures[0].svg;
    assert_eq!(svg.matches("<circle").count(), 2 * 2);
    assert!(svg.contains(">CE</text>") && svg.contains(">Dice</text>"));
    // 0.25 to 0.75 in ticks of 0.1 from 0.2 to 0.8, from 230 to 736 across: 0.25 is at 230 + 506 / 12.
    assert!(svg.contains(r#"cx="272.2""#), "{svg}");
}

#[test]
fn a_sweep_has_a_point_for_every_value_of_its_axis() {
    let study = study(json!({
        "grid": { "losses": [{ "kind": "ce" }, { "kind": "dice" }], "foreground": [0.1, 0.01, 0.001] },
        "metrics": { "metrics": [] },
    }));
    let (low, high) = ([Some(0.2), Some(0.4)], [Some(0.6), Some(0.8)]);
    let report =
        StudyReport::new(&collected(study, &[&low, &high, &low, &high, &low, &high])).unwrap();
    let figures = figures(&report, Look::Paper);
    assert_eq!(figures.len(), 1 + 3);
    let sweep = &figures[0];
    assert!(
        sweep
            .caption
            .starts_with("Dice against the mean share of foreground")
    );
    assert_eq!(sweep.svg.matches("<circle").count(), 2 * 3);
    assert_eq!(sweep.svg.matches("<polygon").count(), 2);
    for tick in ["0.1 %", "1 %", "10 %"] {
        assert!(sweep.svg.contains(&format!(">{tick}</text>")), "{tick}");
    }
}

#[test]
fn a_parameter_makes_a_sweep_of_each_loss_that_has_it() {
    let study = study(json!({
        "grid": { "losses": [
            { "kind": "ce" },
            { "kind": "focal", "vary": { "gamma": [1, 2] } },
            { "kind": "sym_unified_focal", "vary": { "gamma": [0.3, 0.5] } },
        ] },
        "metrics": { "metrics": [] },
    }));
    let values = [Some(0.2), Some(0.4)];
    let report = StudyReport::new(&collected(study, &[&values[..]; 5])).unwrap();
    let sweep = &figures(&report, Look::Paper)[0];
    assert!(
        sweep.caption.starts_with("Dice against gamma"),
        "{}",
        sweep.caption
    );
    assert_eq!(sweep.svg.matches("<circle").count(), 4);
}

#[test]
fn names_cannot_break_out_of_the_page() {
    let mut study = small();
    study.name = "<script>alert(1)</script> & \"more\"".to_owned();
    let values = [Some(0.2), Some(0.4)];
    let report = StudyReport::new(&collected(study, &[&values[..]; 4])).unwrap();
    let page = tables::html(&report, &[]).unwrap();
    assert_eq!(
        page.matches("<script>").count(),
        1,
        "the page's own, by which tables are sorted"
    );
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
    // It needs nothing else to be read.
    assert!(!page.contains("src=") && !page.contains("href="));
}

#[test]
fn on_the_page_figures_take_its_colours_and_are_otherwise_the_same() {
    let values = [Some(0.25), Some(0.75)];
    let report = StudyReport::new(&collected(small(), &[&values[..]; 4])).unwrap();
    let paper = &figures(&report, Look::Paper)[0].svg;
    let page = &figures(&report, Look::Page)[0].svg;
    assert!(!page.contains('#') && page.contains("var(--lane-1)") && page.contains("var(--ink)"));
    assert!(!paper.contains("var("));
    assert_eq!(page.lines().count(), paper.lines().count());
}
