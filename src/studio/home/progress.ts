/** How far an AutoML run is, by what its events say. */

export interface Progress {
  readonly text: string;
  /** Of the time that it has: 0 to 1; null where that has no limit. */
  readonly share: number | null;
}

/** @param event of run.progress; null where it says nothing about how far the run is */
export function readProgress(event: unknown): Progress | null {
  const said = (event ?? {}) as Readonly<Record<string, unknown>>;
  const elapsed = said["elapsedSeconds"];
  if (said["type"] !== "trialFinished" || typeof elapsed !== "number") return null;
  const { trial, name } = (said["model"] ?? {}) as Readonly<Record<string, unknown>>;
  const best = said["bestValue"];
  const left = said["secondsLeft"];
  const parts = [
    ...(typeof trial === "number" ? [`Trial ${trial + 1}`] : []),
    ...(typeof best === "number" ? [`best ${best.toFixed(4)}`] : []),
    ...(typeof name === "string" ? [`last ${name}`] : []),
  ];
  return { text: parts.join(", "), share: typeof left === "number" ? elapsed / Math.max(elapsed + left, 1e-9) : null };
}
