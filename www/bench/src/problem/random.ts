/** Random numbers that any language can make again from the same seed. */
export class Random {
  #state: number;

  /** @param seed an unsigned 32-bit number */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** Uniform over [0, 1), a multiple of 2⁻³²: mulberry32 by Tommy Ettinger. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Standard normal by Box and Muller, the cosine alone: two uniform numbers, the radius's first. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
