//! The class that a study's workers hold: one makes reports, others run cells.

use std::collections::HashMap;
use std::sync::Arc;

use losscope_datasets::Dataset;
use losscope_study::figures::{Figure, Look, figures};
use losscope_study::{
    Bundle, Cell, CellResult, CellRun, Collection, Files, Machine, Merged, Origin, PRESETS, Study,
    StudyReport, gather, tables,
};
use losscope_trainer::{DataConfig, check_room};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device::{self, EngineDevice};
use crate::js::{EngineError, from_js, to_js};

type JsResult<T = JsValue> = Result<T, JsValue>;

/// A study, its results, and one cell under way, on the CPU. Calls must not overlap; whatever it rejects with is an
/// `Error` with a sentence for a person, and leaves everything else as it was.
#[wasm_bindgen]
pub struct Studies {
    device: EngineDevice,
    opened: Option<Opened>,
    datasets: HashMap<String, Arc<Dataset>>,
    /// What was made last for a cell: neighbours mostly share it.
    drawn: Option<(DataConfig, u64, Arc<Dataset>)>,
    run: Option<CellRun>,
}

struct Opened {
    collection: Collection,
    /// What is to be told of the files beside the report.
    notes: Vec<String>,
}

/// A preset.
#[derive(Serialize)]
struct PresetInfo {
    name: &'static str,
    summary: &'static str,
    document: String,
}

/// Files as the page has them.
#[derive(Deserialize)]
struct Folder {
    name: String,
    files: Vec<(String, String)>,
}

/// A study that was opened.
#[derive(Serialize)]
struct StudyInfo<'a> {
    name: &'a str,
    /// With every default filled in.
    document: String,
    /// The metric that losses are ranked by.
    primary: losscope_metrics::Metric,
    cells: Vec<CellInfo<'a>>,
    /// Results of cells that the study does not have.
    foreign: usize,
    /// Files that were left out, in sentences.
    unusable: &'a [String],
    provenance: &'a [Origin],
}

/// A cell of it. Its seed is text: numbers of JavaScript do not hold every one.
#[derive(Serialize)]
struct CellInfo<'a> {
    key: &'a str,
    dataset: &'a str,
    foreground: Option<f64>,
    learning_rate: f64,
    loss: &'a str,
    seed: String,
    /// The imported images that it needs.
    imported: Option<&'a str>,
    /// There is nothing here to train it on: its data are a folder on disk.
    folder: bool,
    steps: usize,
    done: bool,
}

/// A figure as it is on the page.
#[derive(Serialize)]
struct PageFigure {
    name: String,
    caption: String,
    svg: String,
}

impl From<Figure> for PageFigure {
    fn from(figure: Figure) -> Self {
        Self {
            name: figure.name,
            caption: figure.caption,
            svg: figure.svg,
        }
    }
}

/// Names of the metrics, for heads of tables, and which of their values are good.
#[derive(Serialize)]
struct Made {
    /// A `StudyReport` as JSON.
    report: String,
    figures: Vec<PageFigure>,
    metrics: Vec<losscope_metrics::MetricInfo>,
}

fn cell_info<'a>((cell, result): (&'a Cell, &Option<CellResult>)) -> CellInfo<'a> {
    let data = &cell.experiment.data;
    CellInfo {
        key: &cell.key,
        dataset: &cell.dataset,
        foreground: cell.foreground,
        learning_rate: cell.learning_rate,
        loss: &cell.loss,
        seed: cell.seed.to_string(),
        imported: match data {
            DataConfig::Imported { id, .. } => Some(id),
            _ => None,
        },
        folder: matches!(data, DataConfig::Folder { .. }),
        steps: cell.experiment.training.steps,
        done: result.is_some(),
    }
}

/// Cells that several people have with values that are not the same.
fn differing(provenance: &[Origin]) -> impl Iterator<Item = String> {
    let differ = provenance.iter().filter(|o| !o.differs_in.is_empty());
    differ.map(|origin| {
        format!(
            "{} was taken from {}, but has other values in {}.",
            origin.key,
            origin.taken_from,
            origin.differs_in.join(", ")
        )
    })
}

impl Studies {
    fn opened(&mut self) -> Result<&mut Opened, EngineError> {
        self.opened.as_mut().ok_or(EngineError::NoStudy)
    }

    fn run(&mut self) -> Result<&mut CellRun, EngineError> {
        self.run.as_mut().ok_or(EngineError::NoCell)
    }

    fn data(&mut self, cell: &Cell) -> Result<Arc<Dataset>, EngineError> {
        let config = &cell.experiment.data;
        let seed = cell.experiment.data_seed();
        if let Some((known, of, dataset)) = &self.drawn
            && known == config
            && *of == seed
        {
            return Ok(dataset.clone());
        }
        let dataset = match config {
            DataConfig::Imported { id, .. } => {
                let known = self.datasets.get(id).cloned();
                return known.ok_or_else(|| EngineError::NoSuchDataset(id.clone()));
            }
            _ => config.generate(seed)?.ok_or(EngineError::Folder)?,
        };
        let dataset = Arc::new(dataset);
        self.drawn = Some((config.clone(), seed, dataset.clone()));
        Ok(dataset)
    }
}

#[wasm_bindgen]
impl Studies {
    /// With nothing opened.
    ///
    /// # Errors
    /// Never, in fact: there is always a CPU.
    pub async fn create() -> JsResult<Studies> {
        Ok(Self {
            device: device::create("cpu").await?,
            opened: None,
            datasets: HashMap::new(),
            drawn: None,
            run: None,
        })
    }

    /// Every preset as `{ name, summary, document }`.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn presets(&self) -> JsResult {
        let info = |preset: losscope_study::Preset| {
            Ok::<_, EngineError>(PresetInfo {
                name: preset.name,
                summary: preset.summary,
                document: preset.study()?.to_json()?,
            })
        };
        let all = PRESETS.into_iter().map(info);
        Ok(to_js(&all.collect::<Result<Vec<_>, _>>()?)?)
    }

    /// Opens what is in files, `{ name, files: [[name, text]] }` for each folder or person: studies, results, or both.
    /// On an error what was open stays.
    ///
    /// # Errors
    /// When there is no study among them, or the studies do not belong together.
    pub fn open(&mut self, folders: JsValue) -> JsResult {
        let folders: Vec<Folder> = from_js(&folders)?;
        let bytes = |(name, text): (String, String)| (name, text.into_bytes());
        let folders = folders.into_iter().map(|folder| Files {
            name: folder.name,
            files: folder.files.into_iter().map(bytes).collect(),
        });
        let gathered = gather(folders.collect()).map_err(EngineError::from)?;
        let unusable = gathered.unusable;
        let Merged {
            study,
            results,
            provenance,
        } = gathered.merged;
        let collection =
            Collection::new(study, results.into_values()).map_err(EngineError::from)?;
        let cells = collection.cells.iter().zip(&collection.results);
        let info = to_js(&StudyInfo {
            name: &collection.study.name,
            document: collection.study.to_json().map_err(EngineError::from)?,
            primary: collection.study.primary,
            cells: cells.map(cell_info).collect(),
            foreign: collection.foreign,
            unusable: &unusable,
            provenance: &provenance,
        })?;
        let notes = unusable.into_iter().chain(differing(&provenance)).collect();
        self.opened = Some(Opened { collection, notes });
        self.run = None;
        Ok(info)
    }

    /// Puts the result of a cell, as [`Studies::finish`] gives it, to the others; one that is there stays.
    ///
    /// # Errors
    /// When nothing was opened, or the text is no result.
    pub fn take(&mut self, result: &str) -> JsResult<()> {
        let result = CellResult::from_json(result.as_bytes()).map_err(EngineError::from)?;
        let Collection { cells, results, .. } = &mut self.opened()?.collection;
        let places = cells.iter().zip(results);
        let mut places = places.filter(|(cell, _)| cell.hash == result.cell.hash);
        if let Some((_, place)) = places.next() {
            place.get_or_insert(result);
        }
        Ok(())
    }

    /// What the results come to: `{ report, figures, metrics }`, the report a `StudyReport` as JSON.
    ///
    /// # Errors
    /// When nothing was opened, there are no results, or they cannot be compared.
    pub fn report(&mut self) -> JsResult {
        let report = self.study_report()?;
        let first = report.groups.first();
        let metrics = first.map_or_else(Vec::new, |group| group.metrics.clone());
        Ok(to_js(&Made {
            report: serde_json::to_string(&report)
                .map_err(|error| EngineError::Value(error.to_string()))?,
            figures: figures(&report, Look::Page)
                .into_iter()
                .map(PageFigure::from)
                .collect(),
            metrics: metrics.iter().map(|m| m.metric.info()).cloned().collect(),
        })?)
    }

    /// The figures as files: `{ name, caption, svg }` each, dark on white.
    ///
    /// # Errors
    /// As [`Studies::report`].
    pub fn figures(&mut self) -> JsResult {
        let report = self.study_report()?;
        let drawn = figures(&report, Look::Paper).into_iter();
        Ok(to_js(&drawn.map(PageFigure::from).collect::<Vec<_>>())?)
    }

    /// A file: `"study.json"`, which has the results too, or, as the terminal writes them, `"summary.csv"`, `"comparisons.csv"`, `"values.csv"`, `"runs.csv"`, `"report.json"`, `"report.md"`,
    /// `"report.html"` or `"tables.tex"`.
    ///
    /// # Errors
    /// As [`Studies::report`], and when there is no such file.
    pub fn export(&mut self, file: &str) -> JsResult<Vec<u8>> {
        let report = self.study_report()?;
        let collection = &self.opened()?.collection;
        let drawn = || figures(&report, Look::Paper).into_iter();
        let bytes = match file {
            "summary.csv" => tables::summary_csv(&report),
            "comparisons.csv" => tables::comparisons_csv(&report),
            "values.csv" => tables::values_csv(collection),
            "runs.csv" => tables::runs_csv(collection),
            "tables.tex" => Ok(tables::latex(&report).into_bytes()),
            "report.md" => {
                let beside = drawn().map(|figure| (format!("{}.svg", figure.name), figure.caption));
                Ok(tables::markdown(&report, &beside.collect::<Vec<_>>()).into_bytes())
            }
            "report.html" => {
                let within = drawn().map(|figure| (figure.svg, figure.caption));
                tables::html(&report, &within.collect::<Vec<_>>()).map(String::into_bytes)
            }
            "study.json" => {
                let results = collection.results.iter().flatten().cloned();
                Bundle::new(collection.study.clone(), results.collect()).to_json()
            }
            "report.json" => Ok(serde_json::to_vec_pretty(&report)
                .map_err(|error| EngineError::Value(error.to_string()))?),
            _ => return Err(EngineError::NoExport(file.to_owned()).into()),
        };
        Ok(bytes.map_err(EngineError::from)?)
    }

    /// Takes in a set of images, as the import module writes it: where a cell's data are imported, `id` names them.
    ///
    /// # Errors
    /// When the bytes are no set, of another version or damaged.
    pub fn add_dataset(&mut self, id: String, bytes: &[u8]) -> JsResult<()> {
        let dataset = Dataset::from_bytes(bytes).map_err(EngineError::from)?;
        self.datasets.insert(id, Arc::new(dataset));
        Ok(())
    }

    /// Begins a cell; one that was under way is given up.
    ///
    /// # Errors
    /// When nothing was opened, it has no such cell, or the cell does not fit its data or the memory.
    pub fn begin(&mut self, key: &str) -> JsResult<()> {
        self.run = None;
        let Collection { study, cells, .. } = &self.opened()?.collection;
        let found = cells.iter().find(|cell| cell.key == key).cloned();
        let cell = found.ok_or_else(|| {
            EngineError::from(losscope_study::StudyError::NoSuchCell {
                asked: key.to_owned(),
                count: cells.len(),
            })
        })?;
        let study: Study = study.clone();
        let dataset = self.data(&cell)?;
        check_room(&cell.experiment, &dataset, &self.device.room).map_err(EngineError::from)?;
        let machine = Machine {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: self.device.backend.to_owned(),
            adapter: self.device.adapter.clone(),
        };
        let run = CellRun::new(&study, &cell, dataset, &self.device.device, machine);
        self.run = Some(run.map_err(EngineError::from)?);
        Ok(())
    }

    /// Makes up to so many steps of the cell under way, and returns how many it has made.
    ///
    /// # Errors
    /// When no cell is under way, or the device fails.
    pub async fn advance(&mut self, count: usize) -> JsResult<usize> {
        let run = self.run()?;
        run.advance(count).await.map_err(EngineError::from)?;
        Ok(run.made())
    }

    /// Whether the cell under way has no step to make any more.
    ///
    /// # Errors
    /// When no cell is under way.
    pub fn is_trained(&mut self) -> JsResult<bool> {
        Ok(self.run()?.is_trained())
    }

    /// Roughly how long the cell under way takes, tests included, if a step takes `per_step`.
    ///
    /// # Errors
    /// When no cell is under way.
    pub fn foreseen(&mut self, per_step: f64) -> JsResult<f64> {
        Ok(self.run()?.foreseen(per_step))
    }

    /// Tests the cell under way, and returns its result: the file that the terminal would write.
    ///
    /// # Errors
    /// When no cell is under way, or the device fails.
    pub async fn finish(&mut self) -> JsResult<String> {
        let run = self.run.take().ok_or(EngineError::NoCell)?;
        let result = run.finish().await.map_err(EngineError::from)?;
        let text = result.to_json().map_err(EngineError::from)?;
        String::from_utf8(text).map_err(|error| EngineError::Value(error.to_string()).into())
    }
}

impl Studies {
    fn study_report(&mut self) -> Result<StudyReport, EngineError> {
        let opened = self.opened()?;
        let mut report = StudyReport::new(&opened.collection)?;
        report.notes.extend(opened.notes.iter().cloned());
        Ok(report)
    }
}
