/** Remembers the answers to the last questions, so that moving one loss's slider asks only about that one. */
const MOST = 64;

export class Memory<Q, A> {
  #ask: (question: Q) => Promise<A>;
  #answers = new Map<string, Promise<A>>();

  constructor(ask: (question: Q) => Promise<A>) {
    this.#ask = ask;
  }

  recall(question: Q): Promise<A> {
    const key = JSON.stringify(question);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#ask(question);
    this.#answers.set(key, answer);
    // A failure may pass; it is not worth remembering.
    answer.catch(() => this.#answers.delete(key));
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}
