/** An endpoint's log: its end, and what comes from now on. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { EndpointLogEntry } from "../../contract/index.ts";
import { api } from "../api/index.ts";
import { logTail, type LogAsked } from "./asked.ts";
import { joinLines, withoutSeen, type LogLine } from "./log-entries.ts";

/** Milliseconds between two drawings, however many lines come; and before a broken stream is opened again. */
const calm = 150;
const pause = 2000;

export interface EndpointLog {
  /** The oldest first; null until the first reading. */
  readonly lines: readonly LogLine[] | null;
  /** Why it cannot be read; it is tried again meanwhile. */
  readonly error: unknown;
  readonly isLive: boolean;
}

const nothing: EndpointLog = { lines: null, error: null, isLive: false };

export function useEndpointLog({ workspace, endpoint, level, request }: LogAsked): EndpointLog {
  const queryClient = useQueryClient();
  const [log, setLog] = useState<EndpointLog>(() => {
    const read = queryClient.getQueryData(logTail({ workspace, endpoint, level, request }).queryKey);
    return read === undefined ? nothing : { ...nothing, lines: joinLines([], read.items) };
  });
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    const follow = async (): Promise<void> => {
      // Followed before it is read, so that nothing falls between the two.
      const stream = await api.followEndpointLogs({ workspace, endpoint }, { signal });
      const { items } = await queryClient.fetchQuery(logTail({ workspace, endpoint, level, request }));
      if (signal.aborted) return;
      setLog({ lines: joinLines([], items), error: null, isLive: true });
      await pour(stream, (entries) => {
        const later = withoutSeen(entries, items);
        if (later.length > 0) setLog((before) => ({ ...before, lines: joinLines(before.lines ?? [], later) }));
      });
    };
    const goOn = async (): Promise<void> => {
      while (!signal.aborted) {
        await follow().catch((error: unknown) => {
          if (!signal.aborted) setLog((before) => ({ ...before, error, isLive: false }));
        });
        if (!signal.aborted) await wait(pause, signal);
      }
    };
    void goOn();
    return () => ended.abort();
  }, [queryClient, workspace, endpoint, level, request]);
  return log;
}

/** Gives what comes in a short while together, until the stream ends. */
async function pour(
  stream: AsyncIterable<{ readonly data: EndpointLogEntry }>,
  take: (entries: readonly EndpointLogEntry[]) => void,
): Promise<void> {
  let waiting: EndpointLogEntry[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    timer = null;
    take(waiting);
    waiting = [];
  };
  try {
    for await (const { data } of stream) {
      waiting.push(data);
      timer ??= setTimeout(flush, calm);
    }
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
