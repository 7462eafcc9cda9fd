/**
 * Which of several tabs runs a study. The others wait for their turn, and take over when that tab is closed, but not
 * where someone stopped it.
 */

/** As long, those who wait can see that it was stopped, however busy the machine is. */
const SEEN_MS = 10_000;

const running = (id: string) => `losscope.study.${id}`;
const stopped = (id: string) => `losscope.study.${id}.stopped`;

type Release = () => void;

/** What this tab stopped lately. */
const stops = new Map<string, Release>();

export interface Turn {
  /** Lets another tab run it. */
  end: (stop: boolean) => void;
}

/** Resolves with what lets go of a lock, as soon as it is held; with null where it is not to be had at once, if it must. */
function hold(name: string, options: LockOptions): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const held = (lock: Lock | null) =>
      lock === null ? resolve(null) : new Promise<void>((release) => resolve(release));
    navigator.locks.request(name, options, held).catch(reject);
  });
}

/**
 * The turn to run this study, as soon as no other tab has it; `waiting` is called where one does. Null where `signal`
 * ended the wait, or someone stopped it in the other tab.
 */
export async function takeTurn(id: string, signal: AbortSignal, waiting: () => void): Promise<Turn | null> {
  // A page that did not come by HTTPS has no locks.
  if (!("locks" in navigator)) return { end: () => undefined };
  stops.get(id)?.();
  let release = await hold(running(id), { ifAvailable: true });
  if (release === null) {
    waiting();
    release = await hold(running(id), { signal }).catch(() => null);
    if (release === null) return null;
    const seen = await hold(stopped(id), { ifAvailable: true });
    seen?.();
    if (seen === null) {
      release();
      return null;
    }
  }
  const end = release;
  return {
    end: (stop) => {
      if (stop) void stopping(id).then(end, end);
      else end();
    },
  };
}

async function stopping(id: string): Promise<void> {
  const release = await hold(stopped(id), { mode: "shared", ifAvailable: true });
  if (release === null) return;
  stops.set(id, release);
  setTimeout(release, SEEN_MS);
}
