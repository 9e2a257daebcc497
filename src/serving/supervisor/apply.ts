/** From config.json to replicas that run it; one change after the other. */
import { SlipwayError } from "../../base/index.ts";
import { readConfig, type EndpointConfig, type EndpointFolder } from "../config/index.ts";
import { needsNewReplicas, readApplied, writeApplied } from "./applied-config.ts";
import type { Fleet } from "./fleet.ts";
import type { Problem } from "./messages.ts";
import { toProblem } from "./problem.ts";
import { configureAll, roll, settled } from "./rollout.ts";

/** The configuration of an endpoint, as its supervisor sees it. */
export interface Applying {
  readonly folder: EndpointFolder;
  readonly fleet: Fleet;
  /** Why config.json is not what the replicas run; null where it is. */
  refused: Problem | null;
  /** The changes that are under way. */
  work: Promise<void>;
  retryTimer: NodeJS.Timeout | null;
  /** Called when replicas run a configuration. */
  readonly onRunning: () => void;
}

export function createApplying(folder: EndpointFolder, fleet: Fleet, onRunning: () => void): Applying {
  return { folder, fleet, refused: null, work: Promise.resolve(), retryTimer: null, onRunning };
}

/**
 * Reads config.json and resolves when all replicas run it. Changes wait for each other; the later one reads the file
 * when it is its turn.
 * @throws ReplicaProblem, SLW_ENDPOINT_CONFIG, SLW_ENDPOINT_STATE; the replicas go on with what they ran before
 */
export function apply(applying: Applying): Promise<void> {
  const mine = applying.work.then(() => applyNow(applying));
  applying.work = mine.catch(() => {});
  return mine;
}

async function applyNow(applying: Applying): Promise<void> {
  const { folder, fleet } = applying;
  try {
    await change(fleet, await readConfig(folder));
    applying.refused = null;
  } catch (error) {
    applying.refused = toProblem(error);
    fleet.options.log.error({ problem: applying.refused }, "the configuration is not taken on");
    throw error;
  }
  applying.onRunning();
  if (fleet.config === null) return;
  await writeApplied(folder, fleet.config).catch((error: unknown) => {
    // A full disk: the replicas run it all the same.
    fleet.options.log.error({ err: error }, "applied.json cannot be written");
  });
}

async function change(fleet: Fleet, config: EndpointConfig): Promise<void> {
  const before = fleet.config;
  if (before === null) return roll(fleet, config);
  if (before.host !== config.host || before.port !== config.port) {
    throw new SlipwayError("SLW_ENDPOINT_STATE", "The address of an endpoint cannot change while it runs.", {
      fix: "Stop the endpoint and start it again.",
      details: { before: `${before.host}:${before.port}`, after: `${config.host}:${config.port}` },
    });
  }
  if (needsNewReplicas(before, config)) return roll(fleet, config);
  if (before.revision !== config.revision) await configureAll(fleet, config);
  await settled(fleet);
}

/** Milliseconds before replicas that did not start are tried again; twice as long after each further time. */
const firstPause = 1_000;
const longestPause = 60_000;

/**
 * The first start: config.json, or what worked last where that does not; again and again until one of them does.
 * Resolves when the first round is over.
 */
export async function begin(applying: Applying, pause = firstPause): Promise<void> {
  const { fleet } = applying;
  const round = applying.work.then(() => beginNow(applying));
  applying.work = round;
  await round;
  if (fleet.config !== null || fleet.stopping) return;
  applying.retryTimer = setTimeout(() => void begin(applying, Math.min(longestPause, 2 * pause)), pause);
}

async function beginNow(applying: Applying): Promise<void> {
  const { folder, fleet, onRunning } = applying;
  // Somebody has asked for a change that worked.
  if (fleet.config !== null) return;
  await applyNow(applying).catch(() => {});
  if (fleet.config !== null || fleet.stopping) return;
  const applied = await readApplied(folder);
  if (applied !== null) await roll(fleet, applied).then(onRunning, () => {});
}
