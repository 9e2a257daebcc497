import { operations, type LogChunk } from "../../contract/index.ts";
import { eventsEnd, streamReconnected } from "../../store/index.ts";
import { appendRunLog, getRun, isFinal, readRunLog, tailRunLog, type RunRef } from "../../tracking/index.ts";
import { route, type Route, type ServerSentEvent } from "../route.ts";
import type { Services } from "../services.ts";
import { watchCaller } from "../still-authorized.ts";

const chunksAtOnce = 100;
const defaultTail = 200;

export function runLogRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(operations.getRunLog, async ({ params, query: { tail = defaultTail, after }, workspace }) => {
      const ref = { workspaceId: workspace.id, runId: params.run };
      if (after === undefined) return { ...(await tailRunLog(database, { ...ref, lines: tail })), more: false };
      const chunks = await readRunLog(database, { ...ref, after, limit: chunksAtOnce });
      const text = chunks.map((chunk) => chunk.text).join("");
      return { text, after: chunks.at(-1)?.seq ?? after, more: chunks.length === chunksAtOnce };
    }),
    route(operations.followRunLog, async (call) => {
      const { params, query, headers, workspace, signal } = call;
      const { after = 0 } = query;
      const ref = { workspaceId: workspace.id, runId: params.run };
      // An unknown run is refused before the stream begins.
      await getRun(database, ref);
      const last = headers["last-event-id"];
      const start = typeof last === "string" && /^\d{1,15}$/.test(last) ? Number(last) : after;
      return followLog(services, ref, { start, signal, isStillGood: watchCaller(database, call) });
    }),
    route(operations.appendRunLog, ({ params, body, workspace }) =>
      appendRunLog(database, { workspaceId: workspace.id, runId: params.run, text: body.text }).then(() => undefined),
    ),
  ];
}

interface FollowOptions {
  /** Number of the chunk after which to begin. */
  readonly start: number;
  readonly signal: AbortSignal;
  /** May whoever reads it still do so? */
  readonly isStillGood: () => Promise<boolean>;
}

/** Chunks as they come, until the run has ended and all of them are sent. */
async function* followLog(
  { database, events }: Services,
  ref: RunRef,
  { start, signal, isStillGood }: FollowOptions,
): AsyncGenerator<ServerSentEvent<LogChunk>> {
  let after = start;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  try {
    // Listening begins before the first look, so that nothing falls between the two.
    const wakeUps = events.subscribe(ref.workspaceId, await eventsEnd(database), stop)[Symbol.asyncIterator]();
    let wakeUp = wakeUps.next();
    wakeUp.catch(() => {});
    for (;;) {
      const final = isFinal((await getRun(database, ref)).status);
      for (;;) {
        const chunks = await readRunLog(database, { ...ref, after, limit: chunksAtOnce });
        if (chunks.length > 0 && !(await isStillGood())) return;
        for (const { seq, at, text } of chunks) {
          after = seq;
          yield { id: String(seq), data: { seq, at: at.toISOString(), text } };
        }
        if (chunks.length < chunksAtOnce) break;
      }
      if (final) return;
      for (let next = await wakeUp; ; next = await wakeUp) {
        if (next.done) return;
        wakeUp = wakeUps.next();
        wakeUp.catch(() => {});
        const { type, subject } = next.value;
        if (subject === `run/${ref.runId}` || type === streamReconnected) break;
      }
    }
  } finally {
    ended.abort();
  }
}
