import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { WorkspaceEvent } from "../../contract/index.ts";
import { isOld } from "./invalidation.ts";
import { openLiveStream } from "./live.ts";

type Handler = (event: WorkspaceEvent) => void;
const handlers = new Set<{ readonly subject: string; readonly handle: Handler }>();

/** Milliseconds between two readings of the same answers, however many events there are. */
const calm = 500;

/** Keeps what is shown true. @returns false while the server is not being heard */
export function useLive(workspace: string): boolean {
  const queryClient = useQueryClient();
  const [heard, setHeard] = useState(true);
  useEffect(() => {
    const invalidate = collector(queryClient);
    let wasLost = false;
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
        wasLost = !open;
      },
      () => void queryClient.invalidateQueries(),
    );
    return () => stream.close();
  }, [queryClient, workspace]);
  return heard;
}

/** The first event is answered at once, those that follow it shortly together. */
function collector(queryClient: QueryClient): Handler {
  let waiting: WorkspaceEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = 0;
  const flush = (): void => {
    const events = waiting;
    waiting = [];
    timer = null;
    last = performance.now();
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => events.some((event) => isOld(queryKey, event)) });
  };
  return (event) => {
    waiting.push(event);
    timer ??= setTimeout(flush, Math.max(0, last + calm - performance.now()));
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
