/** What a person changed in the pairs that an import found. */
export interface Hand {
  /** The masks of an image. */
  pairs: Record<string, string[]>;
  /** Images that are to be in no pair. */
  apart: string[];
}

export const UNTOUCHED: Hand = { pairs: {}, apart: [] };

/** Gives an image these masks; they leave the images that they were given to before. */
export function paired(hand: Hand, image: string, masks: string[]): Hand {
  const others = Object.entries(hand.pairs).flatMap(([other, given]): [string, string[]][] => {
    const left = given.filter((mask) => !masks.includes(mask));
    return other === image || left.length === 0 ? [] : [[other, left]];
  });
  return {
    pairs: { ...Object.fromEntries(others), [image]: masks },
    apart: hand.apart.filter((other) => other !== image),
  };
}

/** Takes the pair of an image apart. */
export function parted(hand: Hand, image: string): Hand {
  const pairs = Object.fromEntries(Object.entries(hand.pairs).filter(([other]) => other !== image));
  return { pairs, apart: [...hand.apart.filter((other) => other !== image), image] };
}
