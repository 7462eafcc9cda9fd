export type ImageMetrics = {
  image: string;
  dice: (number | null)[];
  iou: (number | null)[];
  precision: (number | null)[];
  recall: (number | null)[];
};
