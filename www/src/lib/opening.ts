/**
 * What the page opens on where its address asks for nothing else: few foreground pixels, and small batches
 * at a high rate, so that on any laptop there is something to see within seconds.
 */
export const OPENING = JSON.stringify({
  data: { source: "synthetic", foreground: 0.02 },
  optimiser: { learning_rate: 0.005 },
  training: { batch_size: 4 },
});
