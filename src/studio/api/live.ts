/**
 * One stream of events for all tabs of a browser: HTTP/1.1 gives an origin six connections. The tab that holds the lock
 * reads the stream and passes it on; when it is closed, the next tab gets the lock.
 */
import type { WorkspaceEvent } from "../../contract/index.ts";

type Told = { readonly kind: "event"; readonly event: WorkspaceEvent } | { readonly kind: "state"; readonly open: boolean };

export interface LiveStream {
  close(): void;
}

/**
 * @param onEvent every event of the workspace, once in each tab
 * @param onState whether the server is being heard
 */
export function openLiveStream(
  workspace: string,
  onEvent: (event: WorkspaceEvent) => void,
  onState: (open: boolean) => void,
): LiveStream {
  const name = `slipway-live-${workspace}`;
  const channel = new BroadcastChannel(name);
  const ended = new AbortController();
  const take = (told: Told): void => (told.kind === "event" ? onEvent(told.event) : onState(told.open));
  channel.addEventListener("message", ({ data }: MessageEvent<Told>) => take(data));
  const tellAll = (told: Told): void => {
    channel.postMessage(told);
    take(told);
  };
  navigator.locks
    .request(name, { signal: ended.signal }, () => readStream(workspace, tellAll, ended.signal))
    .catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
  return {
    close() {
      ended.abort();
      channel.close();
    },
  };
}

/** Until it is aborted; a broken stream is opened again by the browser, after the event that it read last. */
function readStream(workspace: string, tellAll: (told: Told) => void, signal: AbortSignal): Promise<void> {
  const source = new EventSource(`/api/v1/workspaces/${encodeURIComponent(workspace)}/events`);
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
