/** The words that a second-year student may not know, each in a sentence or two. */
export const TERMS = {
  loss: "The number that training makes smaller. Different losses have different scales: compare how each one falls, not how high it stands.",
  dice: "How well prediction and truth overlap: twice their common area over the sum of both areas. 1 is perfect, 0 is no overlap.",
  iou: "Intersection over union: the common area over the area covered by either. Stricter than Dice on the same prediction.",
  precision: "Of the pixels called foreground, the share that is foreground. It falls with false alarms.",
  recall: "Of the foreground pixels, the share that was found. It falls with missed foreground.",
  logit:
    "The network's raw output for a pixel, before it becomes a probability. Above zero means foreground is more likely.",
  gradient:
    "How the loss would change if a pixel's logit grew a little. Training pushes the other way: red is where the step lowers the foreground, blue where it raises it.",
  gradientShare:
    "Sum the size of the loss's gradient over all pixels of the batch: the part of that sum which comes from foreground pixels. With few of them, it is easily drowned.",
  foregroundFraction:
    "The share of all pixels that belongs to the object to be found. The smaller it is, the more the background has to say.",
  probability: "How likely the network thinks each pixel is foreground, from 0 to 1.",
  outline: "White outlines show the truth; in the prediction, what of it was found.",
  falsePositive: "A pixel called foreground that is background.",
  falseNegative: "A foreground pixel that was missed.",
  pullAngle:
    "Between the part of the weights' gradient that comes from foreground pixels and the part that comes from background: below 90° both pull the weights the same way, above they pull against each other.",
  pullShare:
    "How much of the gradient's length is foreground's doing; the rest is background's. Below zero foreground pulls against what is done, above 100 % background does.",
  layerNorm:
    "How strongly the loss pulls on the weights of each layer: the length of the gradient vector there. Where it is tiny, that layer hardly learns.",
  validation:
    "Images held out from training, so that the numbers tell what the network has learnt rather than remembered.",
  learningRate: "How far each step moves the weights. Too small learns slowly, too large never settles.",
  batchSize: "How many images each step looks at. The gradient is the mean over them.",
  baseChannels: "Width of the network: feature maps in its first layer, doubled at each level down.",
  depth: "How many times the network halves the image before building it up again.",
  norm: "How feature maps are rescaled between layers, which steadies training.",
  optimiser:
    "The rule that turns gradients into weight updates. Adam adapts each weight's rate; SGD uses one rate for all.",
  momentum: "How much of the last update carries over into the next.",
  seed: "Fixes everything random: images, split, first weights, batches. The same seed gives the same run.",
  evaluateEvery: "Measure on the validation images after so many steps.",
} as const;

export type TermKey = keyof typeof TERMS;
