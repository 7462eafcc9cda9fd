/**
 * The wasm backend of TensorFlow.js has every kernel that this training takes but one, the gradient
 * of a convolution with respect to its weights. This is that gradient from operations it has.
 */
import * as tf from "@tensorflow/tfjs-core";

/** A convolution with stride 1 and padding "same" whose gradient needs no `Conv2DBackpropFilter`. */
export const convolveByMatMul = tf.customGrad((input, kernel, save) => {
  const [images, weights] = [input as tf.Tensor4D, kernel as tf.Tensor4D];
  (save as tf.GradSaveFunc)([images, weights]);
  return {
    value: tf.conv2d(images, weights, 1, "same"),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [images, weights] = saved as [tf.Tensor4D, tf.Tensor4D];
      return [
        tf.conv2dTranspose(dy as tf.Tensor4D, weights, images.shape, 1, "same"),
        weightsGradient(images, dy as tf.Tensor4D, weights.shape),
      ];
    },
  };
}) as (input: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D;

/** For each place of the kernel, the shifted images times the gradient, summed over all pixels. */
function weightsGradient(images: tf.Tensor4D, dy: tf.Tensor4D, shape: [number, number, number, number]): tf.Tensor4D {
  const [side, , inputs, outputs] = shape;
  const [batch, height, width] = images.shape;
  const margin = (side - 1) / 2;
  const padded = tf.pad(images, [
    [0, 0],
    [margin, margin],
    [margin, margin],
    [0, 0],
  ]);
  const gradient = tf.reshape(dy, [batch * height * width, outputs]);
  const products: tf.Tensor[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const shifted = tf.slice(padded, [0, y, x, 0], [batch, height, width, inputs]);
      products.push(tf.matMul(tf.reshape(shifted, [batch * height * width, inputs]), gradient, true));
    }
  }
  return tf.reshape(tf.stack(products), shape);
}
