/** The text of a run's log, as far as it is known here; read again, it asks only for what came since. */
import { queryOptions, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { WorkspaceEvent } from "../../contract/index.ts";
import { call, useEvents, type Call } from "../api/index.ts";

/** Lines that are read at first. */
export const firstLines = 10_000;

export interface RunLog {
  readonly text: string;
  /** Where what is not read yet begins. */
  readonly after: number;
  /** The text begins where the log does. */
  readonly isWhole: boolean;
}

interface LogKey {
  readonly workspace: string;
  readonly run: string;
}

const keyOf = ({ workspace, run }: LogKey) => ["runLogText", { workspace, run }] as const;

export function logQuery(key: LogKey) {
  return queryOptions({
    queryKey: keyOf(key),
    queryFn: ({ client, signal, meta }) => readOn(key, client.getQueryData<RunLog>(keyOf(key)), { signal, meta }),
    // The text is long, and compared by its end alone.
    structuralSharing: false,
  });
}

async function readOn(key: LogKey, known: RunLog | undefined, options: Call): Promise<RunLog> {
  const from = known ?? (await readEnd(key, options));
  let { text, after } = from;
  for (let more = known !== undefined; more;) {
    const next = await call("getRunLog", { ...key, query: { after } }, options);
    text += next.text;
    ({ after, more } = next);
  }
  return known && text === known.text ? known : { text, after, isWhole: from.isWhole };
}

async function readEnd(key: LogKey, options: Call): Promise<RunLog> {
  const { text, after } = await call("getRunLog", { ...key, query: { tail: firstLines } }, options);
  return { text, after, isWhole: countLines(text) < firstLines };
}

/** Reads the log from its beginning. */
export async function readWholeLog(queryClient: QueryClient, key: LogKey): Promise<void> {
  const log = await readOn(key, { text: "", after: 0, isWhole: true }, {});
  queryClient.setQueryData(keyOf(key), log);
}

/** Keeps the log that is shown true. */
export function useLogEvents({ workspace, run }: LogKey): void {
  const queryClient = useQueryClient();
  const onEvent = useCallback(
    ({ type }: WorkspaceEvent) => {
      if (type !== "run.metrics" && type !== "run.progress")
        void queryClient.invalidateQueries({ queryKey: keyOf({ workspace, run }) });
    },
    [queryClient, workspace, run],
  );
  useEvents(`run/${run}`, onEvent);
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
