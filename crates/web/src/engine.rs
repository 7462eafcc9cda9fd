//! The class that a worker holds.

use std::collections::HashMap;
use std::sync::Arc;

use burn::tensor::Device;
use js_sys::{Array, Object, Reflect, Uint8ClampedArray};
use losscope_datasets::Dataset;
use losscope_losses::{Loss, catalogue};
use losscope_render::Picture;
use losscope_trainer::{
    Checkpoint, DataConfig, Experiment, LaneSnapshot, Room, Session, SplitName, check_room,
};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device::{self, EngineDevice};
use crate::js::{EngineError, from_js, to_js, to_json};
use crate::pictures::{self, Canvas, Pictures};

/// What the engine runs on.
#[derive(Debug, Clone, Serialize)]
struct EngineInfo {
    /// "webgpu" or "cpu".
    backend: &'static str,
    /// The adapter's own name, as far as the browser tells it.
    adapter: String,
    /// Version of Losscope.
    version: &'static str,
}

/// Numbers that go with the pictures of a snapshot.
#[derive(Debug, Serialize)]
struct SnapshotNumbers<'a> {
    lane: u32,
    step: usize,
    image: usize,
    loss: f32,
    dice: Option<f64>,
    gradient_share: &'a [f32],
    gradient_max: f32,
}

/// The most sets of images that wait to be trained on: each may take hundreds of megabytes.
const MAX_DATASETS: usize = 4;

/// Trains lanes of networks on WebGPU or the CPU. Calls on one engine must not overlap; whatever it
/// rejects with is an `Error` with a sentence for a person, and leaves everything else as it was.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    canvas: Canvas,
    room: Room,
    info: EngineInfo,
    session: Option<Session>,
    datasets: HashMap<String, Arc<Dataset>>,
}

type JsResult<T = JsValue> = Result<T, JsValue>;

impl Engine {
    fn session(&mut self) -> Result<&mut Session, EngineError> {
        self.session.as_mut().ok_or(EngineError::NoSession)
    }

    fn session_info(&mut self) -> JsResult {
        Ok(to_js(&self.session()?.info())?)
    }

    fn dataset(&self, experiment: &Experiment) -> Result<Arc<Dataset>, EngineError> {
        if let Some(dataset) = experiment.data.generate(experiment.data_seed())? {
            return Ok(Arc::new(dataset));
        }
        match &experiment.data {
            DataConfig::Imported { id, .. } => self
                .datasets
                .get(id)
                .cloned()
                .ok_or_else(|| EngineError::NoSuchDataset(id.clone())),
            _ => Err(EngineError::Folder),
        }
    }
}

#[wasm_bindgen]
impl Engine {
    /// An engine on `"webgpu"` or `"cpu"`.
    ///
    /// # Errors
    /// When there is no such backend, no adapter or no device.
    pub async fn create(backend: String) -> JsResult<Engine> {
        let EngineDevice {
            device,
            backend,
            adapter,
            canvas,
            room,
        } = device::create(&backend).await?;
        let info = EngineInfo {
            backend,
            adapter,
            version: env!("CARGO_PKG_VERSION"),
        };
        Ok(Engine {
            device,
            canvas,
            room,
            info,
            session: None,
            datasets: HashMap::new(),
        })
    }

    /// Backend, adapter and version.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn info(&self) -> JsResult {
        Ok(to_js(&self.info)?)
    }

    /// Every loss with its formula and parameters.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn catalogue(&self) -> JsResult {
        Ok(to_js(&catalogue())?)
    }

    /// The experiment that `{}` stands for.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn default_experiment(&self) -> JsResult {
        Ok(to_js(&Experiment::default())?)
    }

    /// Makes data and lanes of an experiment, at step 0. On an error the old session stays.
    ///
    /// # Errors
    /// When something in the experiment is out of range, or its data are not here.
    pub async fn configure(&mut self, experiment: JsValue) -> JsResult {
        let experiment =
            Experiment::from_json(&to_json(&experiment)?).map_err(EngineError::from)?;
        let dataset = self.dataset(&experiment)?;
        check_room(&experiment, &dataset, &self.room).map_err(EngineError::from)?;
        self.session =
            Some(Session::new(experiment, dataset, &self.device).map_err(EngineError::from)?);
        self.session_info()
    }

    /// Adds a lane at step 0.
    ///
    /// # Errors
    /// When there are eight already, or the loss is not valid.
    pub async fn add_lane(&mut self, loss: JsValue) -> JsResult {
        let loss: Loss = from_js(&loss)?;
        let room = self.room;
        let session = self.session()?;
        let mut larger = session.info().experiment;
        larger.losses.push(loss.clone());
        check_room(&larger, session.dataset(), &room).map_err(EngineError::from)?;
        session.add_lane(loss).map_err(EngineError::from)?;
        self.session_info()
    }

    /// Gives a lane another loss; only that lane starts again.
    ///
    /// # Errors
    /// When there is no such lane, or the loss is not valid.
    pub async fn set_loss(&mut self, lane: u32, loss: JsValue) -> JsResult {
        let loss: Loss = from_js(&loss)?;
        self.session()?
            .set_loss(lane, loss)
            .map_err(EngineError::from)?;
        self.session_info()
    }

    /// Removes a lane.
    ///
    /// # Errors
    /// When there is no such lane, or it is the last.
    pub async fn remove_lane(&mut self, lane: u32) -> JsResult {
        self.session()?
            .remove_lane(lane)
            .map_err(EngineError::from)?;
        self.session_info()
    }

    /// Takes every lane back to the common start.
    ///
    /// # Errors
    /// When nothing was configured.
    pub async fn reset(&mut self) -> JsResult {
        self.session()?.reset();
        self.session_info()
    }

    /// Makes `count` steps with every lane; their reports are read back at once.
    ///
    /// # Errors
    /// When nothing was configured, or the device fails.
    pub async fn step(&mut self, count: usize) -> JsResult {
        let reports = self
            .session()?
            .step(count)
            .await
            .map_err(EngineError::from)?;
        Ok(to_js(&reports)?)
    }

    /// Makes `count` steps with one lane, as [`Engine::step`] does with all of them.
    ///
    /// # Errors
    /// When nothing was configured, there is no such lane, or the device fails.
    pub async fn step_lane(&mut self, lane: u32, count: usize) -> JsResult {
        let reports = self
            .session()?
            .step_lane(lane, count)
            .await
            .map_err(EngineError::from)?;
        Ok(to_js(&reports)?)
    }

    /// One image (its position in the data) as every lane sees it, with pictures.
    ///
    /// # Errors
    /// When nothing was configured, there is no such image, or the device fails.
    pub async fn snapshot(&mut self, image: usize, shared_scale: bool) -> JsResult {
        let session = self.session.as_mut().ok_or(EngineError::NoSession)?;
        let mut snapshots = session.snapshot(image).await.map_err(EngineError::from)?;
        // A lane that has stopped has nothing to show any more; the page keeps its last pictures.
        for lane in session.lanes().iter().filter(|lane| lane.stopped.is_some()) {
            snapshots.retain(|snapshot| snapshot.lane != lane.id);
        }
        if snapshots.is_empty() {
            return Ok(Array::new().into());
        }
        let drawn = pictures::draw(
            (self.canvas, &self.device),
            &snapshots,
            session.dataset(),
            shared_scale,
        )
        .await?;
        let all = Array::new();
        for (snapshot, (pictures, gradient_max)) in snapshots.iter().zip(drawn) {
            all.push(&snapshot_to_js(snapshot, &pictures, gradient_max)?);
        }
        Ok(all.into())
    }

    /// The lanes as they stand.
    ///
    /// # Errors
    /// When nothing was configured.
    pub fn lanes(&mut self) -> JsResult {
        Ok(to_js(&self.session()?.lanes())?)
    }

    /// Everything that is needed to go on with the same numbers, but imported data: a safetensors file.
    ///
    /// # Errors
    /// When nothing was configured, or the device fails.
    pub async fn checkpoint(&mut self) -> JsResult<Vec<u8>> {
        let session = self.session()?;
        Ok(session.checkpoint().await.map_err(EngineError::from)?)
    }

    /// Goes on from a checkpoint. On an error the old session stays.
    ///
    /// # Errors
    /// When the bytes are no checkpoint, are of another version or damaged, or their data are not here.
    pub async fn resume(&mut self, bytes: Vec<u8>) -> JsResult {
        let checkpoint = Checkpoint::from_bytes(&bytes).map_err(EngineError::from)?;
        let dataset = self.dataset(checkpoint.experiment())?;
        check_room(checkpoint.experiment(), &dataset, &self.room).map_err(EngineError::from)?;
        let session = Session::restore(checkpoint, dataset, &self.device);
        self.session = Some(session.map_err(EngineError::from)?);
        self.session_info()
    }

    /// Metrics of every lane over `"train"`, `"validation"` or `"test"`.
    ///
    /// # Errors
    /// When nothing was configured, or the device fails.
    pub async fn evaluate(&mut self, split: String) -> JsResult {
        let split: SplitName = from_js(&split.into())?;
        let evaluations = self
            .session()?
            .evaluate(split)
            .await
            .map_err(EngineError::from)?;
        Ok(to_js(&evaluations)?)
    }

    /// The weights of a lane as a safetensors file.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn weights(&mut self, lane: u32) -> JsResult<Vec<u8>> {
        Ok(self
            .session()?
            .weights(lane)
            .await
            .map_err(EngineError::from)?)
    }

    /// Takes in a set of images, as the import module writes it: where an experiment's data are
    /// imported, `id` names them. A set of the same id is replaced. The engine holds four at most,
    /// beside the one that it trains on; whoever hands in more removes some first.
    ///
    /// # Errors
    /// When the bytes are no set, of another version or damaged, or there are four already.
    pub fn add_dataset(&mut self, id: String, bytes: Vec<u8>) -> JsResult<()> {
        if self.datasets.len() >= MAX_DATASETS && !self.datasets.contains_key(&id) {
            Err(EngineError::TooManyDatasets)?;
        }
        let dataset = Dataset::from_bytes(&bytes).map_err(EngineError::from)?;
        self.datasets.insert(id, Arc::new(dataset));
        Ok(())
    }

    /// Forgets a set of images, if it is there. A session on it goes on.
    pub fn remove_dataset(&mut self, id: &str) {
        self.datasets.remove(id);
    }
}

pub(crate) fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), EngineError> {
    Reflect::set(object, &name.into(), value)
        .map(|_| ())
        .map_err(|_| EngineError::Value(format!("the field {name} cannot be set")))
}

pub(crate) fn picture_to_js(picture: &Picture) -> Result<JsValue, EngineError> {
    let object = Object::new();
    set(&object, "width", &(picture.width as u32).into())?;
    set(&object, "height", &(picture.height as u32).into())?;
    set(
        &object,
        "rgba",
        &Uint8ClampedArray::from(picture.rgba.as_slice()).into(),
    )?;
    Ok(object.into())
}

fn snapshot_to_js(
    snapshot: &LaneSnapshot,
    drawn: &Pictures,
    gradient_max: f32,
) -> Result<JsValue, EngineError> {
    let numbers = to_js(&SnapshotNumbers {
        lane: snapshot.lane,
        step: snapshot.step,
        image: snapshot.image,
        loss: snapshot.loss,
        dice: snapshot.dice,
        gradient_share: &snapshot.gradient_share,
        gradient_max,
    })?;
    let object = Object::from(numbers);
    let pictures = Object::new();
    for (name, picture) in ["input", "errors", "probability", "gradient"]
        .into_iter()
        .zip(drawn)
    {
        set(&pictures, name, &picture_to_js(picture)?)?;
    }
    set(&object, "pictures", &pictures.into())?;
    Ok(object.into())
}
