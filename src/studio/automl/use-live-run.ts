import { useCallback, useEffect, useReducer } from "react";
import type { AutoMLRun, WorkspaceEvent } from "../../contract/index.ts";
import { api, useEvents } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { hear, nothingTold, type LiveRun, type ProgressEvent } from "./live-run.ts";

/** Milliseconds without an event after which what was told before has been read. */
const quiet = 1000;

/**
 * What the run tells, from its beginning: what was told before the page was opened is read once, and the rest comes with
 * the events of the workspace. What comes twice counts once.
 */
export function useLiveRun({ id, events }: Pick<AutoMLRun, "id" | "events">, isActive: boolean): LiveRun {
  const workspace = useWorkspace();
  const [live, told] = useReducer(hear, nothingTold);
  const onEvent = useCallback(({ type, data }: WorkspaceEvent): void => {
    if (type === "run.progress") told(data["event"] as ProgressEvent);
  }, []);
  useEvents(`run/${id}`, onEvent);
  useEffect(() => {
    if (!isActive) return undefined;
    const ended = new AbortController();
    void readBefore({ workspace, id, after: events }, onEvent, ended);
    return () => ended.abort();
  }, [workspace, id, events, isActive, onEvent]);
  return live;
}

interface Place {
  readonly workspace: string;
  readonly id: string;
  /** Where the run's events begin. */
  readonly after: string;
}

/** Ends when nothing has come for a while: a connection for each page is more than a browser has. */
async function readBefore(
  { workspace, id, after }: Place,
  onEvent: (event: WorkspaceEvent) => void,
  ended: AbortController,
): Promise<void> {
  const stop = (): void => ended.abort();
  let timer = setTimeout(stop, 5 * quiet);
  try {
    const query = { after, subject: `run/${id}`, types: ["run.progress"] };
    for await (const { data } of await api.streamEvents({ workspace, query }, { signal: ended.signal })) {
      clearTimeout(timer);
      timer = setTimeout(stop, quiet);
      onEvent(data);
    }
  } catch {
    // Ended, or not to be had: the trials that are stored are shown all the same.
  } finally {
    clearTimeout(timer);
  }
}
