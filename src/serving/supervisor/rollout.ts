/** Has all replicas of an endpoint run another configuration. */
import { availableParallelism } from "node:os";
import type { EndpointConfig } from "../config/index.ts";
import { dismiss, freeStarts, listeningReplicas, reconcile, start, type Fleet } from "./fleet.ts";
import { replicaProblem, ReplicaProblem, toReplicaProblem } from "./replica-channel.ts";
import type { ReplicaProcess } from "./replica.ts";
import { startTimeout } from "./timeouts.ts";

/** With autoscale as many as the load has asked for, within its new bounds. */
function replicasWanted(fleet: Fleet, { settings }: EndpointConfig): number {
  const { enabled, minReplicas, maxReplicas } = settings.autoscale;
  if (!enabled) return settings.replicas;
  const now = fleet.config?.settings.autoscale.enabled === true ? fleet.wanted : minReplicas;
  return Math.max(minReplicas, Math.min(maxReplicas, now));
}

/**
 * Replaces the replicas by new ones that run `config`. They take over when all of them listen; if one of them fails,
 * all is as before.
 * @throws ReplicaProblem
 */
export async function roll(fleet: Fleet, config: EndpointConfig): Promise<void> {
  const { next, current, leaving, options } = fleet;
  fleet.generation++;
  const wanted = replicasWanted(fleet, config);
  options.log.info({ generation: fleet.generation, revision: config.revision, replicas: wanted }, "replicas start");
  try {
    await startAll(fleet, config, wanted);
    await Promise.all([...next].map((replica) => replica.listen()));
    const dead = [...next].find(({ status }) => status.phase !== "listening");
    if (dead !== undefined || next.size < wanted) throw new ReplicaProblem(replicaProblem("A scoring process ended."));
  } catch (error) {
    const failure = toReplicaProblem(error);
    for (const replica of next) replica.kill(failure.problem);
    throw failure;
  }
  for (const replica of current) leaving.add(replica);
  tellLeaving(fleet, config);
  current.clear();
  for (const replica of next) current.add(replica);
  next.clear();
  Object.assign(fleet, { config, wanted, death: null, quickDeaths: 0, startAgainAt: 0 });
  dismiss(fleet);
  reconcile(fleet);
}

/** As many at a time as there are processors: warming up is work. */
async function startAll(fleet: Fleet, config: EndpointConfig, wanted: number): Promise<void> {
  let left = wanted;
  const startInTurn = async (): Promise<void> => {
    while (left-- > 0 && !fleet.stopping) {
      const replica = start(fleet, config, fleet.next);
      await replica.ready;
      checkMemory(replica, config);
    }
  };
  await Promise.all(Array.from({ length: Math.min(wanted, availableParallelism()) }, startInTurn));
}

function checkMemory({ status }: ReplicaProcess, { settings }: EndpointConfig): void {
  const { memoryBytes } = status.load;
  if (settings.memoryBytes === null || memoryBytes < settings.memoryBytes) return;
  const [used, cap] = [memoryBytes, settings.memoryBytes].map((bytes) => Math.ceil(bytes / 2 ** 20));
  throw new ReplicaProblem(
    replicaProblem(`A scoring process uses ${used} MB once its models are open, and may use ${cap} MB.`),
  );
}

/**
 * Has all replicas go on with `config`, whose models are the same. One that does not is replaced by one that does.
 */
export async function configureAll(fleet: Fleet, config: EndpointConfig): Promise<void> {
  const before = [...fleet.current];
  fleet.wanted = replicasWanted(fleet, config);
  fleet.config = config;
  tellLeaving(fleet, config);
  reconcile(fleet);
  await Promise.all(
    before.map(async (replica) => {
      try {
        await replica.ready;
        await replica.configure(config);
      } catch (error) {
        // What is wrong with it shows in its end, and the one that follows starts with the new configuration.
        replica.kill(toReplicaProblem(error).problem);
        await replica.ended;
      }
    }),
  );
}

/** Connections that are still open where a replica drains: a key that was revoked must not work there either. */
function tellLeaving({ leaving }: Fleet, config: EndpointConfig): void {
  for (const replica of leaving) replica.configure(config).catch(() => {});
}

/**
 * Resolves when as many replicas listen as should.
 * @throws ReplicaProblem when they do not in time, or keep dying
 */
export async function settled(fleet: Fleet): Promise<void> {
  const until = performance.now() + startTimeout;
  while (listeningReplicas(fleet).length < fleet.wanted) {
    const left = until - performance.now();
    if (left <= 0 || fleet.stopping || fleet.quickDeaths > freeStarts) {
      throw new ReplicaProblem(fleet.death ?? replicaProblem("Not all scoring processes became ready in time."));
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      fleet.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
