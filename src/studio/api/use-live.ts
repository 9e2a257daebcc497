import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { WorkspaceEvent } from "../../contract/index.ts";
import { catchUp, hasCaughtUp } from "./first-answers.ts";
import { isOld } from "./invalidation.ts";
import { openLiveStream } from "./live.ts";

type Handler = (event: WorkspaceEvent) => void;
const handlers = new Set<{ readonly subject: string; readonly handle: Handler }>();

/**
 * Milliseconds between two readings of the same answers, however many events there are: twice as long as the last took,
 * so that a busy server is asked less, within these bounds. A tab that nobody sees waits for the longer.
 */
const calm = { shortest: 100, longest: 1000 };

/** Milliseconds after which events are heard where another tab reads them. */
const untilHeard = 300;

/** Keeps what is shown true. @returns false while the server is not being heard */
export function useLive(workspace: string): boolean {
  const queryClient = useQueryClient();
  const [heard, setHeard] = useState(true);
  useEffect(() => {
    const invalidate = collector(queryClient);
    let wasLost = false;
    // Another tab may read the stream, and then nothing tells that it is open.
    const late = setTimeout(() => catchUp(queryClient), untilHeard);
    const stream = openLiveStream(
      workspace,
      (event) => {
        // What happened meanwhile is not known.
        if (event.type === "stream.reconnected") void queryClient.invalidateQueries();
        else invalidate(event);
        for (const { subject, handle } of handlers) if (event.subject.startsWith(subject)) handle(event);
      },
      (open) => {
        setHeard(open);
        if (open && wasLost) void queryClient.invalidateQueries();
        else if (open) {
          clearTimeout(late);
          catchUp(queryClient);
          hasCaughtUp();
        }
        wasLost = !open;
      },
      () => void queryClient.invalidateQueries(),
    );
    return () => {
      clearTimeout(late);
      stream.close();
    };
  }, [queryClient, workspace]);
  return heard;
}

/** The first event is answered at once, those that follow it shortly together. */
function collector(queryClient: QueryClient): Handler {
  let waiting: WorkspaceEvent[] = [];
  let isCalm = true;
  const flush = async (): Promise<void> => {
    const events = waiting;
    waiting = [];
    isCalm = false;
    const began = performance.now();
    const read = queryClient.invalidateQueries({
      predicate: ({ queryKey }) => events.some((event) => isOld(queryKey, event)),
    });
    // One answer that takes long does not hold up the others.
    await Promise.race([read, new Promise((done) => setTimeout(done, calm.longest))]);
    const pause = document.hidden ? calm.longest : 2 * (performance.now() - began);
    setTimeout(
      () => {
        isCalm = true;
        if (waiting.length > 0) void flush();
      },
      Math.min(calm.longest, Math.max(calm.shortest, pause)),
    );
  };
  return (event) => {
    waiting.push(event);
    // Events that come together are answered together.
    if (isCalm && waiting.length === 1) queueMicrotask(() => void flush());
  };
}

/** Calls `handle` for each event whose subject begins so: "run/0190…". */
export function useEvents(subject: string, handle: Handler): void {
  useEffect(() => {
    const entry = { subject, handle };
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
    };
  }, [subject, handle]);
}
