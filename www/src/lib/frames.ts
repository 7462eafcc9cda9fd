/**
 * Work for the screen, a little in each frame: eight lanes have 32 pictures, which at once would keep the
 * page from answering.
 */

/** Of a frame's 16 ms at 60 Hz. */
const BUDGET_MS = 8;

const jobs = new Map<object, () => void>();
let scheduled = false;

/** Does `job` in one of the next frames, instead of an earlier one of the same `key` that waits. */
export function inFrame(key: object, job: () => void): void {
  jobs.set(key, job);
  schedule();
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(work);
}

function work(): void {
  scheduled = false;
  const end = performance.now() + BUDGET_MS;
  for (const [key, job] of jobs) {
    jobs.delete(key);
    job();
    if (performance.now() > end) break;
  }
  if (jobs.size > 0) schedule();
}
