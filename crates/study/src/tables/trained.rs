//! What a study trained and for how long, in a sentence or two.

use losscope_trainer::{DataConfig, Experiment, OptimiserKind};

use crate::Study;
use crate::report::StudyReport;

/// The budget, and that it is the same for all losses.
pub(crate) fn budget(report: &StudyReport) -> String {
    let budgets = by_dataset(&report.study, report.several_rates());
    let each = match budgets.as_slice() {
        [(what, _)] => format!(" {what}."),
        several => several
            .iter()
            .map(|(what, datasets)| format!(" {}: {what}.", datasets.join(", ")))
            .collect(),
    };
    format!(
        "Budget:{each} Every loss of a seed begins with the same weights and sees the same batches; images and splits are \
         the same for all seeds."
    )
}

/// Budgets with the datasets that they are for, in order.
fn by_dataset(study: &Study, several_rates: bool) -> Vec<(String, Vec<String>)> {
    let mut budgets: Vec<(String, Vec<String>)> = Vec::new();
    // A report is of a study whose cells have been trained.
    for cell in study.cells().unwrap_or_default() {
        let what = of(&cell.experiment, several_rates);
        match budgets.iter_mut().find(|(known, _)| *known == what) {
            Some((_, datasets)) if datasets.contains(&cell.dataset) => {}
            Some((_, datasets)) => datasets.push(cell.dataset),
            None => budgets.push((what, vec![cell.dataset])),
        }
    }
    budgets
}

fn of(experiment: &Experiment, several_rates: bool) -> String {
    let Experiment {
        data,
        network,
        optimiser,
        training,
        ..
    } = experiment;
    let volumes = network.dims == 3;
    let data = match data {
        &DataConfig::Synthetic {
            count, size, depth, ..
        } if depth > 1 => {
            format!("{count} volumes of {depth} × {size} × {size} voxels, drawn by the program; ")
        }
        DataConfig::Synthetic { count, size, .. } => {
            format!("{count} images of {size} × {size} pixels, drawn by the program; ")
        }
        DataConfig::Folder { size, depth, .. } if volumes => {
            format!("volumes, resized to {depth} × {size} × {size} voxels; ")
        }
        DataConfig::Folder { size, .. } => format!("images, resized to {size} × {size} pixels; "),
        DataConfig::Imported { .. } => String::new(),
    };
    let kernels = if volumes {
        " of 3 × 3 × 3 kernels,"
    } else {
        " of"
    };
    let optimiser_name = match optimiser.kind {
        OptimiserKind::Adam => "Adam",
        OptimiserKind::Sgd => "SGD",
    };
    let rate = match several_rates {
        true => String::new(),
        false => format!(" with learning rate {}", optimiser.learning_rate),
    };
    format!(
        "{data}a U-Net{kernels} {} base channels and depth {}; {} steps of {} {}, {optimiser_name}{rate}",
        network.base_channels,
        network.depth,
        training.steps,
        training.batch_size,
        if volumes { "volumes" } else { "images" },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets(document: &str) -> Vec<(String, Vec<String>)> {
        by_dataset(&Study::from_json(document).unwrap(), false)
    }

    #[test]
    fn the_budget_is_that_of_what_is_trained_on() {
        let found = budgets(
            r#"{"base": {"training": {"steps": 7, "batch_size": 2}}, "grid": {"seeds": [1, 2], "datasets": [
                {"name": "a", "data": {"source": "folder", "path": "a", "size": 48}},
                {"name": "b", "data": {"source": "synthetic", "count": 20, "size": 32}},
                {"name": "c", "data": {"source": "folder", "path": "c", "size": 48}}
            ]}}"#,
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].1, ["a", "c"]);
        assert!(
            found[0]
                .0
                .starts_with("images, resized to 48 × 48 pixels; a U-Net of")
        );
        assert!(found[1].0.starts_with("20 images of 32 × 32 pixels, drawn"));
        assert!(
            found[1]
                .0
                .contains("7 steps of 2 images, Adam with learning rate")
        );
    }

    #[test]
    fn volumes_are_called_so() {
        let found = budgets(
            r#"{"base": {"network": {"dims": 3, "base_channels": 4},
                "data": {"source": "synthetic", "family": "brain", "size": 32, "depth": 8, "count": 20}}}"#,
        );
        let [(what, _)] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert!(
            what.starts_with("20 volumes of 8 × 32 × 32 voxels"),
            "{what}"
        );
        assert!(
            what.contains("3 × 3 × 3 kernels, 4 base channels"),
            "{what}"
        );
    }
}
