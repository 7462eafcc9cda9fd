//! The class that a worker holds.

use std::collections::HashMap;
use std::sync::Arc;

use burn::tensor::Device;
use js_sys::WebAssembly::Memory;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8ClampedArray};
use losscope_datasets::Dataset;
use losscope_losses::{Loss, catalogue};
use losscope_render::Picture;
use losscope_trainer::{Checkpoint, DataConfig, Experiment, Room, Session, SplitName, check_room};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::device::{self, EngineDevice};
use crate::js::{EngineError, from_js, to_js, to_json};
use crate::look::Looking;
use crate::measure::Queue;
use crate::pictures::{Canvas, Pictures};

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

/// The most sets of images that wait to be trained on: each may take hundreds of megabytes.
const MAX_DATASETS: usize = 4;

/// What earlier steps may take of the memory.
const PAST_BYTES: usize = 64 << 20;

/// Trains lanes of networks on WebGPU or the CPU. Calls on one engine must not overlap; whatever it
/// rejects with is an `Error` with a sentence for a person, and leaves everything else as it was.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    pub(crate) canvas: Canvas,
    room: Room,
    info: EngineInfo,
    session: Option<Session>,
    pub(crate) looking: Option<Looking>,
    pub(crate) measuring: Option<Queue>,
    datasets: HashMap<String, Arc<Dataset>>,
}

pub(crate) type JsResult<T = JsValue> = Result<T, JsValue>;

impl Engine {
    pub(crate) fn session(&mut self) -> Result<&mut Session, EngineError> {
        self.session.as_mut().ok_or(EngineError::NoSession)
    }

    /// Takes up a session in place of the old one.
    async fn take_up(&mut self, mut session: Session) -> JsResult {
        // Parameters on a GPU take a readback.
        let every = if self.info.backend == "cpu" { 1 } else { 5 };
        session
            .keep_past(PAST_BYTES, every)
            .await
            .map_err(EngineError::from)?;
        self.session = Some(session);
        self.measuring = None;
        self.session_info()
    }

    fn session_info(&mut self) -> JsResult {
        Ok(to_js(&self.session()?.info())?)
    }

    fn dataset(&self, data: &DataConfig, seed: u64) -> Result<Arc<Dataset>, EngineError> {
        if let Some(dataset) = data.generate(seed)? {
            return Ok(Arc::new(dataset));
        }
        match data {
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
            looking: None,
            measuring: None,
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

    /// Bytes of memory that the engine has taken from the browser, what is on a GPU apart. It never gives any
    /// back, but uses it again.
    ///
    /// # Errors
    /// When the browser tells nothing of it.
    pub fn memory(&self) -> JsResult<f64> {
        let memory = wasm_bindgen::memory().dyn_into::<Memory>()?;
        let buffer = memory.buffer().dyn_into::<ArrayBuffer>()?;
        Ok(f64::from(buffer.byte_length()))
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
        let dataset = self.dataset(&experiment.data, experiment.data_seed())?;
        check_room(&experiment, &dataset, &self.room).map_err(EngineError::from)?;
        let session = Session::new(experiment, dataset, &self.device);
        self.take_up(session.map_err(EngineError::from)?).await
    }

    /// Goes on with other data of the same size, channels and classes, from the very step each lane is at.
    /// On an error the old data stay.
    ///
    /// # Errors
    /// When nothing was configured, or the data are of another kind, out of range or not here.
    pub async fn set_data(&mut self, data: JsValue) -> JsResult {
        let data: DataConfig = from_js(&data)?;
        let seed = self.session()?.experiment().data_seed();
        let dataset = self.dataset(&data, seed)?;
        let session = self.session()?;
        session.set_data(data, dataset).map_err(EngineError::from)?;
        self.measuring = None;
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
        let mut larger = session.experiment().clone();
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
        let room = self.room;
        let session = self.session()?;
        let changed = session.with_loss(lane, loss.clone());
        let changed = changed.map_err(EngineError::from)?;
        check_room(&changed, session.dataset(), &room).map_err(EngineError::from)?;
        session.set_loss(lane, loss).map_err(EngineError::from)?;
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
        let experiment = checkpoint.experiment();
        let dataset = self.dataset(&experiment.data, experiment.data_seed())?;
        check_room(checkpoint.experiment(), &dataset, &self.room).map_err(EngineError::from)?;
        let session = Session::restore(checkpoint, dataset, &self.device);
        self.take_up(session.map_err(EngineError::from)?).await
    }

    /// Metrics of one lane, or without one of every lane, over `"train"`, `"validation"` or `"test"`.
    ///
    /// # Errors
    /// When nothing was configured, there is no such lane, or the device fails.
    pub async fn evaluate(&mut self, split: String, lane: Option<u32>) -> JsResult {
        let split: SplitName = from_js(&split.into())?;
        let session = self.session()?;
        let evaluations = match lane {
            Some(lane) => session.evaluate_lane(lane, split).await,
            None => session.evaluate(split).await,
        };
        Ok(to_js(&evaluations.map_err(EngineError::from)?)?)
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

pub(crate) fn pictures_to_js(drawn: &Pictures) -> Result<JsValue, EngineError> {
    let object = Object::new();
    let names = ["input", "errors", "probability", "gradient"];
    for (name, picture) in names.into_iter().zip(drawn) {
        set(&object, name, &picture_to_js(picture)?)?;
    }
    Ok(object.into())
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
