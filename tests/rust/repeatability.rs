//! The same experiment and seed give the same numbers, bit for bit, and a lane does not feel the others.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use losscope_losses::{Loss, catalogue};
use losscope_tests::session;
use losscope_trainer::{Experiment, Session, SplitName, StepReport};

fn experiment(seed: u64, losses: &[Loss]) -> Experiment {
    let document = serde_json::json!({
        "seed": seed,
        "data": { "source": "synthetic", "size": 32, "count": 20, "foreground": 0.05 },
        "network": { "base_channels": 4, "depth": 2 },
        "training": { "batch_size": 2 },
        "losses": losses,
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

fn start(seed: u64, losses: &[Loss]) -> Session {
    session(&experiment(seed, losses))
}

fn steps(session: &mut Session, count: usize) -> Vec<StepReport> {
    pollster::block_on(session.step(count)).unwrap()
}

/// Everything of one lane's reports, a row of bits for each step.
fn history(reports: &[StepReport], lane: u32) -> Vec<Vec<u32>> {
    let row = |report: &StepReport| {
        let norms = report.layer_norms.iter().flatten();
        let numbers = [report.loss]
            .into_iter()
            .chain(report.gradient_share.iter().chain(norms).copied());
        [report.step as u32]
            .into_iter()
            .chain(numbers.map(f32::to_bits))
            .collect()
    };
    reports
        .iter()
        .filter(|report| report.lane == lane)
        .map(row)
        .collect()
}

fn tversky() -> Loss {
    let tversky = losscope_losses::kinds::Tversky {
        delta: 0.8,
        smooth: 1e-6,
    };
    tversky.into()
}

#[test]
fn a_seed_gives_the_same_reports_however_steps_are_asked_for() {
    let losses = [Loss::ce(), Loss::dice(), Loss::asym_unified_focal()];
    let reports = steps(&mut start(1, &losses), 6);
    assert_eq!(reports.len(), 18);
    let mut again = start(1, &losses);
    let mut piecewise = Vec::new();
    for count in [1, 0, 3, 2] {
        piecewise.extend(steps(&mut again, count));
        // Looking does not disturb.
        pollster::block_on(again.evaluate(SplitName::Test)).unwrap();
        pollster::block_on(again.snapshot(0)).unwrap();
    }
    for lane in 0..3 {
        assert_eq!(history(&reports, lane), history(&piecewise, lane));
    }
    let mut by_lane = start(1, &losses);
    let mut in_turns = Vec::new();
    for (lane, count) in [(2, 1), (0, 4), (2, 5), (1, 6), (0, 2)] {
        in_turns.extend(pollster::block_on(by_lane.step_lane(lane, count)).unwrap());
    }
    for lane in 0..3 {
        assert_eq!(history(&reports, lane), history(&in_turns, lane));
    }
    let other = steps(&mut start(2, &losses), 6);
    assert_ne!(
        history(&reports, 0),
        history(&other, 0),
        "another seed, other numbers"
    );
}

#[test]
fn lanes_of_equal_losses_stay_equal() {
    let mut session = start(1, &[Loss::dice(), Loss::ce(), Loss::dice()]);
    let reports = steps(&mut session, 6);
    assert_eq!(history(&reports, 0), history(&reports, 2));
    assert_ne!(history(&reports, 0), history(&reports, 1));
    let weights = |lane| pollster::block_on(session.weights(lane)).unwrap();
    assert!(weights(0) == weights(2) && weights(0) != weights(1));
}

#[test]
fn another_loss_restarts_its_lane_alone() {
    let mut session = start(1, &[Loss::ce(), Loss::dice()]);
    let first = steps(&mut session, 4);
    session.set_loss(1, tversky()).unwrap();
    let second = steps(&mut session, 4);

    let undisturbed = steps(&mut start(1, &[Loss::ce()]), 8);
    let both = [history(&first, 0), history(&second, 0)].concat();
    assert_eq!(both, history(&undisturbed, 0), "the other lane goes on");
    let fresh = steps(&mut start(1, &[tversky()]), 4);
    assert_eq!(
        history(&second, 1),
        history(&fresh, 0),
        "the lane is as if it had always had this loss"
    );

    // So is a lane that is added later, and every lane after a reset.
    session.add_lane(tversky()).unwrap();
    let third = steps(&mut session, 4);
    assert_eq!(history(&third, 2), history(&fresh, 0));
    session.reset();
    let fourth = steps(&mut session, 4);
    assert_eq!(history(&fourth, 0), history(&first, 0));
    assert_eq!(history(&fourth, 1), history(&fresh, 0));
    assert!(session.set_loss(9, tversky()).is_err());
}

#[test]
fn gradient_shares_sum_to_one_under_every_loss() {
    let mut checked = 0;
    for infos in catalogue().chunks(8) {
        let loss =
            |kind: &str| serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap();
        let losses: Vec<Loss> = infos.iter().map(|info| loss(info.kind)).collect();
        for report in steps(&mut start(1, &losses), 3) {
            let sum: f32 = report.gradient_share.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{report:?}");
            assert!(
                report
                    .gradient_share
                    .iter()
                    .all(|share| (0.0..=1.0).contains(share)),
                "{report:?}"
            );
            assert!(report.loss.is_finite(), "{report:?}");
            checked += 1;
        }
    }
    assert_eq!(checked, 3 * catalogue().len());
}
