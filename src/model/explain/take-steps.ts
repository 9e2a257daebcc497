/** Long work in steps, between which timers, signals and requests have their turn. */
const turnMilliseconds = 50;

/** Takes all steps. @throws the signal's reason, at most one step after 50 milliseconds */
export async function takeSteps(steps: Iterator<void>, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  let turn = performance.now();
  while (!steps.next().done) {
    if (performance.now() - turn < turnMilliseconds) continue;
    // Not setImmediate: models are explained in browsers too.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    turn = performance.now();
  }
}
