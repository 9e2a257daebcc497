/** Work on the database that outlasts its restart. */
import { setTimeout as delay } from "node:timers/promises";
import { isConnectionFailure } from "../store/index.ts";

/** Milliseconds for which a database that does not answer is waited for. */
const patience = 120_000;
const firstPause = 100;
const longestPause = 2_000;

/**
 * Repeats `work` while the connection breaks or cannot be made. Whether a commit was the last to pass is not known then,
 * so that what it does must be the same when it is done twice.
 */
export async function outlasting<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patience;
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionFailure(error) || performance.now() > until) throw error;
      await delay(pause);
    }
  }
}
