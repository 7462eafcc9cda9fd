//! Metrics of networks on images that have masks.

use losscope_metrics::statistics::mean;
use losscope_metrics::{ImageValues, Metric, per_image};

use crate::CliError;
use crate::text::{columns, metric};

/// Metrics in the table on the screen; the file has all.
const SHOWN: [Metric; 6] = [
    Metric::Dice,
    Metric::Iou,
    Metric::Precision,
    Metric::Recall,
    Metric::Hd95,
    Metric::ClDice,
];

/// What was measured of one network.
struct Measured {
    network: String,
    classes: Vec<String>,
    images: Vec<ImageValues>,
}

/// What was measured of all networks, in their order.
#[derive(Default)]
pub(super) struct Scores(Vec<Measured>);

impl Scores {
    /// Adds an image of a network.
    pub(super) fn add(&mut self, network: &str, classes: &[String], values: ImageValues) {
        match self.0.iter_mut().find(|known| known.network == network) {
            Some(known) => known.images.push(values),
            None => self.0.push(Measured {
                network: network.to_owned(),
                classes: classes.to_vec(),
                images: vec![values],
            }),
        }
    }

    /// One line for each network, image and class. What is undefined, or was not measured of a large image, is left
    /// empty.
    ///
    /// # Errors
    /// Never, in fact: a table in memory takes every row.
    pub(super) fn csv(&self) -> Result<Vec<u8>, CliError> {
        let encoded = |error: csv::Error| CliError::Encode {
            file: "metrics.csv".to_owned(),
            reason: error.to_string(),
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        let ids = Metric::all().map(|metric| metric.info().id);
        let head = ["network", "image", "class"].into_iter().chain(ids);
        writer.write_record(head).map_err(encoded)?;
        for Measured {
            network,
            classes,
            images,
        } in &self.0
        {
            for image in images {
                for (class, name) in classes.iter().enumerate() {
                    let value = |metric| {
                        let values = image.metric(metric)?;
                        values.per_class.get(class).copied().flatten()
                    };
                    let cells = Metric::all()
                        .map(|metric| value(metric).map_or(String::new(), |v| v.to_string()));
                    let first = [network, &image.image, name].map(String::clone);
                    let record = first.into_iter().chain(cells);
                    writer.write_record(record).map_err(encoded)?;
                }
            }
        }
        writer
            .into_inner()
            .map_err(|error| encoded(error.into_error().into()))
    }

    /// Means over the images that have masks, `measured` of `all`, and foreground classes, with how many values are
    /// undefined.
    pub(super) fn table(&self, measured: usize, all: usize) -> String {
        let head = SHOWN.map(|metric| metric.info().short_name);
        let first = ["network"].into_iter().chain(head);
        let mut rows = vec![first.map(str::to_owned).collect::<Vec<_>>()];
        for Measured {
            network, images, ..
        } in &self.0
        {
            let cell = |of| {
                let values = per_image(images, of, None);
                let undefined = values.iter().filter(|value| value.is_none()).count();
                let text = metric(mean(values.into_iter().flatten()));
                match undefined {
                    0 => text,
                    _ => format!("{text} ({undefined} undefined)"),
                }
            };
            let cells = SHOWN.map(cell);
            rows.push([network.clone()].into_iter().chain(cells).collect());
        }
        let images = match measured == all {
            true => format!("all {all} images"),
            false => format!("the {measured} of {all} images that have a mask"),
        };
        format!(
            "Means over {images}, each in its own size; metrics.csv has every image and metric:\n{}",
            columns(&rows, 1)
        )
    }
}
