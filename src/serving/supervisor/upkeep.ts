/** Once a second: replicas that use too much memory or hang, and how many there should be. */
import { allReplicas, forgetDeaths, listeningReplicas, reconcile, replace, type Fleet } from "./fleet.ts";
import { useOf } from "./process-identity.ts";
import { rotateProcessLog } from "./process-log.ts";
import { replicaProblem } from "./replica-channel.ts";
import type { ReplicaProcess } from "./replica.ts";
import { keepFor, nextReplicas, type LoadSample } from "./scale.ts";
import { silenceTimeout } from "./timeouts.ts";

/** Milliseconds between two rounds. */
const roundEvery = 1_000;
/** Rounds that come so much later say that this process itself stood still, and nothing about its replicas. */
const stoodStill = 5_000;
/** A replica is not replaced for its memory before it has lived so long: its successor would use as much. */
const worthReplacing = 60_000;
/** Times the cap of memory: it is ended at once. */
const hardCap = 1.25;
/** Milliseconds that a replica may take beyond the time for one answer. */
const answerGrace = 10_000;

/** @returns what ends it */
export function startUpkeep(fleet: Fleet, processLog: string): () => void {
  const samples: LoadSample[] = [];
  let roundAt = performance.now();
  let scaledAt = roundAt;
  const timer = setInterval(() => {
    const now = performance.now();
    const awake = now - roundAt < stoodStill;
    roundAt = now;
    rotateProcessLog(processLog);
    forgetDeaths(fleet);
    if (fleet.config === null || fleet.stopping || !awake) return;
    for (const replica of allReplicas(fleet))
      if (replica.status.phase === "listening") checkReplica(fleet, replica, now);
    const { autoscale } = fleet.config.settings;
    if (!autoscale.enabled) return void (samples.length = 0);
    samples.push({ at: now, busy: busyNow(fleet) });
    while ((samples[0]?.at ?? now) < now - keepFor) samples.shift();
    if (now - scaledAt < autoscale.refreshSeconds * 1_000 - roundEvery / 2) return;
    scaledAt = now;
    scale(fleet, nextReplicas(fleet.wanted, samples, autoscale));
  }, roundEvery);
  return () => clearInterval(timer);
}

function busyNow(fleet: Fleet): number {
  const most = fleet.config?.settings.maxConcurrentRequests ?? 1;
  return listeningReplicas(fleet)
    .map(({ status: { load } }) => Math.max(load.busyShare, load.inFlight / most))
    .reduce((sum, share) => sum + share, 0);
}

function scale(fleet: Fleet, replicas: number): void {
  if (replicas === fleet.wanted) return;
  fleet.options.log.info({ from: fleet.wanted, to: replicas }, "the number of replicas changes");
  fleet.wanted = replicas;
  reconcile(fleet);
}

function checkReplica(fleet: Fleet, replica: ReplicaProcess, now: number): void {
  const { status, identity } = replica;
  const { memoryBytes: cap, scoringTimeoutMs } = fleet.config?.settings ?? {};
  const patience = Math.max(silenceTimeout, (scoringTimeoutMs ?? 0) + answerGrace);
  if (now - status.heardAt > patience) {
    const reason = replicaProblem(`The scoring process ${identity.pid} has hung for ${Math.round(patience / 1000)} s.`);
    fleet.options.log.error({ replica: identity.pid }, reason.message);
    return replica.kill(reason);
  }
  if (cap === null || cap === undefined) return;
  const used = memoryOf(replica);
  if (used < cap) return;
  const message = `The scoring process ${identity.pid} uses ${megabytes(used)} MB and may use ${megabytes(cap)} MB.`;
  if (used >= hardCap * cap) {
    fleet.options.log.error({ replica: identity.pid, used, cap }, message);
    return replica.kill(replicaProblem(message));
  }
  if (now - (status.listeningSince ?? now) < worthReplacing) return;
  fleet.options.log.warn({ replica: identity.pid, used, cap }, message);
  replace(fleet, replica);
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** Its Python processes are part of it. */
function memoryOf({ identity, status: { load } }: ReplicaProcess): number {
  const own = useOf(identity.pid).memoryBytes ?? load.memoryBytes;
  return load.pids.reduce((sum, pid) => sum + (useOf(pid).memoryBytes ?? 0), own);
}
