/**
 * The server's part in its endpoints: every change of rows is told to the processes, what the processes tell goes into
 * rows, and what should run and does not is started, also after the machine did.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError, type Log } from "../../base/index.ts";
import type { ArtifactStore, Database, SecretBox } from "../../store/index.ts";
import { adoptRestored } from "./adopt-restored.ts";
import { folderOf, openHome } from "./home.ts";
import { saveState } from "./reconcile.ts";
import { placeWanted } from "./place-wanted.ts";
import { createReconciler } from "./reconciler.ts";
import { readEndpoint } from "./rows.ts";
import { stateOf } from "./state-of.ts";
import type { ProcessState } from "../supervisor/state.ts";
import type { Controller, Endpoint } from "./types.ts";

export interface KeeperOptions {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly secrets: SecretBox;
  /** Where the folders of endpoints are. */
  readonly folder: string;
  /** The address that new endpoints listen on. */
  readonly host: string;
  /** As in EndpointConfig. */
  readonly otlpEndpoint: string | null;
  readonly controller: Controller;
  readonly log: Log;
  /** Milliseconds between two looks at rows and processes. Default 1,000. */
  readonly pause?: number;
}

export interface EndpointKeeper {
  /** Begins to look after all endpoints; to be called once the tables are there. */
  start(): void;
  /** Id of the data folder, and the address that new endpoints listen on. */
  readonly place: { readonly home: string; readonly host: string };
  /**
   * Resolves when the processes run what the rows say at this moment, or the rows say why not. An endpoint of another
   * home is waited for.
   * @throws SlipwayError where they do not: SLW_ENDPOINT_START, SLW_ENDPOINT_PORT, SLW_ARTIFACT_*
   */
  settle(endpoint: Pick<Endpoint, "id" | "home">): Promise<void>;
  /** As settle; what is under way for it is given up first. */
  interrupt(endpoint: Pick<Endpoint, "id" | "home">): Promise<void>;
  /** Ends the processes of an endpoint whose row says that it is deleted; what fails is tried again later. */
  remove(endpoint: Pick<Endpoint, "id" | "home">): Promise<void>;
  /** What its processes tell at this moment; null where none lives, or they live elsewhere. */
  processes(endpoint: Pick<Endpoint, "id" | "home">): Promise<ProcessState | null>;
  /** Where the files of an endpoint are, whether it runs or not; of another home there are none. */
  folderOf(endpointId: string): string;
  /** Gives up what is under way; the next server goes on with it. Processes live on. */
  close(): Promise<void>;
}

/** Milliseconds in which the server of another home makes a change. */
const foreignPatience = 100_000;
const foreignPause = 200;
export async function openKeeper(options: KeeperOptions): Promise<EndpointKeeper> {
  const { database, controller, pause = 1_000, host } = options;
  const log = options.log.child({ part: "endpoints" });
  const home = await openHome(options.folder);
  const reconciler = createReconciler({ ...options, home, log });
  const { closed } = reconciler;
  const place = { home: home.id, host: host === "localhost" ? "127.0.0.1" : host };
  let looking = Promise.resolve();
  const isOurs = (endpoint: Pick<Endpoint, "home">): boolean => endpoint.home === home.id;

  const lookAfter = async (endpoint: OwnEndpoint): Promise<void> => {
    if (endpoint.isDue) return reconciler.attempt(endpoint.id);
    if (!endpoint.runs) return;
    const running = await controller.readState(folderOf(home, endpoint.id));
    if (running === null) reconciler.attempt(endpoint.id);
    else await saveSeen(database, endpoint, running);
  };
  const lookAfterAll = async (): Promise<void> => {
    while (!closed.aborted) {
      try {
        await adoptRestored(database, home.id);
        await placeWanted(options, place);
        const looks = await Promise.allSettled((await findOwn(database, home.id)).map(lookAfter));
        for (const look of looks) if (look.status === "rejected") throw look.reason;
      } catch (error) {
        if (!closed.aborted) log.warn({ err: error }, "endpoints cannot be looked after");
      }
      await sleep(pause, undefined, { signal: closed }).catch(() => {});
    }
  };
  return {
    place,
    start: () => void (looking = lookAfterAll()),
    settle: (endpoint) => (isOurs(endpoint) ? reconciler.run(endpoint.id) : waitForOther(database, endpoint, closed)),
    interrupt: (endpoint) =>
      isOurs(endpoint) ? reconciler.interrupt(endpoint.id) : waitForOther(database, endpoint, closed),
    async remove(endpoint) {
      if (!isOurs(endpoint)) return;
      await reconciler.interrupt(endpoint.id).catch((error: unknown) => {
        log.warn({ err: error, endpoint: endpoint.id }, "a deleted endpoint has not ended yet");
      });
    },
    folderOf: (endpointId) => folderOf(home, endpointId),
    processes: async (endpoint) => (isOurs(endpoint) ? controller.readState(folderOf(home, endpoint.id)) : null),
    async close() {
      await reconciler.close();
      await looking;
    },
  };
}

interface OwnEndpoint {
  readonly id: string;
  /** Its processes are to learn of something. */
  readonly isDue: boolean;
  /** Its processes should live. */
  readonly runs: boolean;
  readonly state: Endpoint["state"];
  readonly stateReason: string | null;
}

async function findOwn(database: Database, home: string): Promise<OwnEndpoint[]> {
  const rows = await database
    .selectFrom("endpoints")
    .where("home", "=", home)
    .select(["id", "desired", "state", "state_reason", "revision", "applied_revision"])
    .select(({ selectFrom }) =>
      selectFrom("deployments")
        .whereRef("endpoint_id", "=", "endpoints.id")
        .select(({ fn }) => fn.agg<string[] | null>("array_agg", ["deployments.state"]).as("states"))
        .as("states"),
    )
    .orderBy("created_at")
    .execute();
  return rows.map((row) => {
    const states = row.states ?? [];
    const isDue =
      row.desired === "deleted" || row.revision !== row.applied_revision || states.includes("Transitioning");
    const runs = row.desired === "started" && states.includes("Healthy");
    return { id: row.id, isDue, runs, state: row.state, stateReason: row.state_reason };
  });
}

async function saveSeen(database: Database, endpoint: OwnEndpoint, running: ProcessState): Promise<void> {
  const { state, reason } = stateOf(running);
  if (state === endpoint.state && reason === endpoint.stateReason) return;
  await saveState(database, endpoint.id, state, reason);
}

/** @throws SLW_ENDPOINT_START where nobody does it */
async function waitForOther(database: Database, { id }: Pick<Endpoint, "id">, signal: AbortSignal): Promise<void> {
  const until = performance.now() + foreignPatience;
  while (performance.now() < until) {
    const endpoint = await readEndpoint(database, id);
    if (endpoint === null) return;
    const waits = endpoint.deployments.some(({ state }) => state === "Transitioning");
    if (endpoint.revision === endpoint.appliedRevision && !waits) return;
    await sleep(foreignPause, undefined, { signal });
  }
  throw new SlipwayError("SLW_ENDPOINT_START", `The server that runs the endpoint has not taken the change.`, {
    fix: "Start the server on the machine where the endpoint was made; it takes the change then.",
    details: { seconds: foreignPatience / 1000 },
  });
}
