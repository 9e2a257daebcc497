/**
 * The event log as it grows, for any number of listeners: one connection that LISTENs and one reader for the whole
 * process. A listener that begins in the past, or that fell behind, reads the log by itself until it has caught up.
 */
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Log } from "../base/index.ts";
import { activityChannel, wakeUpMilliseconds, type Activity } from "./activity.ts";
import type { Database } from "./database.ts";
import { eventsChannel, eventsEnd, readEvents, type EventCursor, type StoredEvent } from "./events.ts";
import { listen } from "./listen.ts";

export interface EventStreamOptions {
  /** postgresql:// of the database, for the connection that listens. */
  readonly url: string;
  readonly database: Database;
  readonly log: Log;
}

/** An event of the log, or a wake-up that stands in no log and has no cursor. */
export type StreamItem = StoredEvent | (Activity & { readonly cursor: null });

/** Type of the wake-up, of no subject, that says: others may have been missed while the connection was broken. */
export const streamReconnected = "stream.reconnected";

export interface EventStream {
  /**
   * What happens in a workspace, in order, each event once, until the signal is aborted or the stream closed.
   * @param after of the last event that the listener has seen; null: from now on
   */
  subscribe(workspaceId: string, after: EventCursor | null, signal: AbortSignal): AsyncIterable<StreamItem>;
  /** Ends all subscriptions. */
  close(): Promise<void>;
}

const pageSize = 500;
/** Events that wait for a slow listener; with more of them it reads the log instead. */
const longestQueue = 1000;
/** Milliseconds after which the reader looks although nobody has called it: a connection may die without a word. */
const idleLook = 15_000;
/** Milliseconds that the first listener waits for the connection at most. */
const connectPatience = 3_000;

interface Listener {
  readonly workspaceId: string;
  cursor: EventCursor;
  /** It must read the log itself. */
  behind: boolean;
  queue: StoredEvent[];
  readonly wakeUps: Map<string, Activity>;
  /** Resolves its wait. */
  wake: () => void;
}

export function createEventStream(options: EventStreamOptions): EventStream {
  const listeners = new Set<Listener>();
  const closed = new AbortController();
  const reader = createReader(options, listeners, closed.signal);
  return {
    async *subscribe(workspaceId, after, signal) {
      const end = AbortSignal.any([signal, closed.signal]);
      if (end.aborted) return;
      const cursor = after ?? (await eventsEnd(options.database));
      const listener: Listener = { workspaceId, cursor, behind: true, queue: [], wakeUps: new Map(), wake: () => {} };
      listeners.add(listener);
      // What the reader will never hand out, since it begins after it, is readable from here on.
      await reader.start();
      const onAbort = (): void => listener.wake();
      end.addEventListener("abort", onAbort);
      try {
        while (!end.aborted) yield* takeItems(options.database, listener, end);
      } finally {
        end.removeEventListener("abort", onAbort);
        listeners.delete(listener);
      }
    },
    async close() {
      closed.abort();
      await reader.stopped();
    },
  };
}

/** What is there for the listener; waits where there is nothing. */
async function* takeItems(database: Database, listener: Listener, end: AbortSignal): AsyncGenerator<StreamItem> {
  if (listener.behind) {
    listener.behind = false;
    listener.queue = [];
    for (;;) {
      const events = await readEvents(database, {
        workspaceId: listener.workspaceId,
        after: listener.cursor,
        limit: pageSize,
      });
      for (const event of events) {
        listener.cursor = event.cursor;
        yield event;
      }
      if (events.length < pageSize || end.aborted) return;
    }
  }
  const event = listener.queue.shift();
  if (event) {
    if (!isLater(event.cursor, listener.cursor)) return;
    listener.cursor = event.cursor;
    yield event;
    return;
  }
  const [wakeUp] = listener.wakeUps;
  if (wakeUp) {
    listener.wakeUps.delete(wakeUp[0]);
    yield { ...wakeUp[1], cursor: null };
    return;
  }
  await new Promise<void>((resolve) => {
    listener.wake = resolve;
    if (end.aborted) resolve();
  });
}

function isLater(one: EventCursor, other: EventCursor): boolean {
  const [oneXid = 0n, oneSeq = 0n] = one.split("-").map(BigInt);
  const [otherXid = 0n, otherSeq = 0n] = other.split("-").map(BigInt);
  return oneXid === otherXid ? oneSeq > otherSeq : oneXid > otherXid;
}

interface Reader {
  /** Done when it knows where in the log it begins, and listens. Does nothing where it runs already. */
  start(): Promise<void>;
  stopped(): Promise<void>;
}

/** Reads the log whenever PostgreSQL calls, and hands what is new to the listeners of its workspace. */
function createReader({ url, database, log }: EventStreamOptions, listeners: Set<Listener>, end: AbortSignal): Reader {
  let running: Promise<unknown> | null = null;
  const began = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<void>();
  const calls = createCalls();
  end.addEventListener("abort", calls.call);

  async function read(): Promise<void> {
    let cursor: EventCursor | null = null;
    while (!end.aborted) {
      calls.forget();
      let wait = idleLook;
      try {
        cursor ??= await eventsEnd(database);
        began.resolve();
        cursor = await handOut(database, listeners, cursor);
        // Rows that a longer transaction still stands before: nobody calls when it ends.
        if (await hasRowsToCome(database)) wait = 50;
      } catch (error) {
        log.warn({ err: error }, "the event log could not be read; trying again");
        wait = 1000;
      }
      if (!end.aborted) await calls.wait(wait);
    }
    began.resolve();
  }

  function onConnected(again: boolean): void {
    for (const { workspaceId } of again ? listeners : [])
      wakeAll(listeners, { workspaceId, type: streamReconnected, subject: "" });
    listening.resolve();
    // What happened while nobody listened.
    calls.call();
  }

  const onActivity = (payload: string): void =>
    void setTimeout(() => wakeAll(listeners, JSON.parse(payload) as Activity), wakeUpMilliseconds).unref();
  const channels = { [eventsChannel]: calls.call, [activityChannel]: onActivity };
  return {
    async start() {
      running ??= Promise.all([read(), listen({ url, subject: "events", log, end, onConnected, channels })]);
      // Without a connection the log is still read now and then, and a listener is better off with that.
      const patience = delay(connectPatience, undefined, { ref: false });
      await Promise.all([began.promise, Promise.race([listening.promise, patience])]);
    },
    async stopped() {
      await running;
    },
  };
}

interface Calls {
  call(): void;
  /** Calls so far do not count. */
  forget(): void;
  /** Done at the next call, at once where one came since `forget`, or after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
}

function createCalls(): Calls {
  let called = false;
  let wake = (): void => {};
  return {
    call() {
      called = true;
      wake();
    },
    forget() {
      called = false;
    },
    async wait(milliseconds) {
      if (called) return;
      await new Promise<void>((resolve) => (wake = withTimer(resolve, milliseconds)));
    },
  };
}

/** @returns a function that does the same as the timer, before it or never after it */
function withTimer(resolve: () => void, milliseconds: number): () => void {
  const timer = setTimeout(resolve, milliseconds);
  return () => {
    clearTimeout(timer);
    resolve();
  };
}

async function handOut(database: Database, listeners: Set<Listener>, after: EventCursor): Promise<EventCursor> {
  let cursor = after;
  for (;;) {
    const events = await readEvents(database, { workspaceId: null, after: cursor, limit: pageSize });
    for (const event of events) for (const listener of listeners) enqueue(listener, event);
    cursor = events.at(-1)?.cursor ?? cursor;
    if (events.length < pageSize) return cursor;
  }
}

function enqueue(listener: Listener, event: StoredEvent): void {
  if (listener.workspaceId !== event.workspaceId || listener.behind) return;
  listener.queue.push(event);
  if (listener.queue.length > longestQueue) {
    listener.behind = true;
    listener.queue = [];
  }
  listener.wake();
}

async function hasRowsToCome(database: Database): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    SELECT EXISTS (SELECT 1 FROM events WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())) AS found
  `.execute(database);
  return rows[0]?.found === true;
}

function wakeAll(listeners: Set<Listener>, activity: Activity): void {
  for (const listener of listeners) {
    if (listener.workspaceId !== activity.workspaceId) continue;
    listener.wakeUps.set(`${activity.type} ${activity.subject}`, activity);
    listener.wake();
  }
}
