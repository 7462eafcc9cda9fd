//! Weights as safetensors files: names are paths in the network, layouts are PyTorch's
//! (convolutions `[out, in, h, w]`, transposed ones `[in, out, h, w]`).

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{ExecutionError, Tensor, TensorData};
use safetensors::tensor::{Dtype, TensorView};
use thiserror::Error;

use crate::UNet;

/// Why weights could not be written.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The device did not give them back.
    #[error("the weights could not be read from the device: {0:?}")]
    Read(ExecutionError),
    /// They do not make a safetensors file.
    #[error("the weights do not make a safetensors file: {0}")]
    Format(#[from] safetensors::SafeTensorError),
}

type Pending = std::pin::Pin<Box<dyn Future<Output = Result<TensorData, ExecutionError>>>>;

/// Collects every parameter's name and its data, still to be read.
#[derive(Default)]
struct Collector {
    path: Vec<String>,
    tensors: Vec<(String, Vec<usize>, Pending)>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims().to_vec();
        self.tensors.push((
            self.path.join("."),
            shape,
            Box::pin(tensor.into_data_async()),
        ));
    }
}

/// The bytes of a safetensors file with every parameter as F32.
///
/// # Errors
/// When the device does not give the weights back.
pub async fn to_safetensors(network: &UNet) -> Result<Vec<u8>, WeightsError> {
    let mut collector = Collector::default();
    network.valid().visit(&mut collector);
    let mut tensors = Vec::with_capacity(collector.tensors.len());
    for (name, shape, pending) in collector.tensors {
        let data = pending.await.map_err(WeightsError::Read)?;
        let bytes: Vec<u8> = data.iter::<f32>().flat_map(f32::to_le_bytes).collect();
        tensors.push((name, shape, bytes));
    }
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| {
            Ok((
                name.as_str(),
                TensorView::new(Dtype::F32, shape.clone(), bytes)?,
            ))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    Ok(safetensors::serialize(views, None)?)
}
