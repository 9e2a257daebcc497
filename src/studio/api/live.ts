/**
 * One stream of events for all tabs of a browser: HTTP/1.1 gives an origin six connections. The tab that holds the lock
 * reads the stream and passes it on; when it is closed, the next tab gets the lock.
 */
import type { WorkspaceEvent } from "../../contract/index.ts";

type Told =
  | { readonly kind: "event"; readonly event: WorkspaceEvent }
  | { readonly kind: "state"; readonly open: boolean }
  | { readonly kind: "gap" };

export interface LiveStream {
  close(): void;
}

/**
 * @param onEvent every event of the workspace, once in each tab
 * @param onState whether the server is being heard
 * @param onGap events may have been missed: the tab that read the stream was closed, and another one has taken over
 */
export function openLiveStream(
  workspace: string,
  onEvent: (event: WorkspaceEvent) => void,
  onState: (open: boolean) => void,
  onGap: () => void,
): LiveStream {
  const name = `slipway-live-${workspace}`;
  const channel = new BroadcastChannel(name);
  const ended = new AbortController();
  const take = (told: Told): void => {
    if (told.kind === "event") onEvent(told.event);
    else if (told.kind === "state") onState(told.open);
    else onGap();
  };
  channel.addEventListener("message", ({ data }: MessageEvent<Told>) => take(data));
  const tellAll = (told: Told): void => {
    channel.postMessage(told);
    take(told);
  };
  readInTurn(name, workspace, tellAll, ended.signal).catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  return {
    close() {
      ended.abort();
      channel.close();
    },
  };
}

/** Reads at once where no other tab does, otherwise when the one that does is closed. */
async function readInTurn(
  lock: string,
  workspace: string,
  tellAll: (told: Told) => void,
  signal: AbortSignal,
): Promise<void> {
  const isFirst = await navigator.locks.request(lock, { ifAvailable: true }, async (granted) => {
    if (granted === null) return false;
    await readStream(workspace, tellAll, signal);
    return true;
  });
  if (isFirst) return;
  await navigator.locks.request(lock, { signal }, () =>
    readStream(workspace, tellAll, signal, () => tellAll({ kind: "gap" })),
  );
}

/**
 * Until it is aborted; a broken stream is opened again by the browser, after the event that it read last.
 * @param onFirstOpen called once, when the server is heard
 */
function readStream(
  workspace: string,
  tellAll: (told: Told) => void,
  signal: AbortSignal,
  onFirstOpen?: () => void,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const source = new EventSource(`/api/v1/workspaces/${encodeURIComponent(workspace)}/events`);
  if (onFirstOpen) source.addEventListener("open", onFirstOpen, { once: true });
  source.addEventListener("open", () => tellAll({ kind: "state", open: true }));
  source.addEventListener("error", () => tellAll({ kind: "state", open: false }));
  source.addEventListener("message", ({ data }: MessageEvent<string>) =>
    tellAll({ kind: "event", event: JSON.parse(data) as WorkspaceEvent }),
  );
  return new Promise((done) => {
    signal.addEventListener("abort", () => {
      source.close();
      done();
    });
  });
}
