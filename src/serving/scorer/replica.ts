/** The scoring process: all deployments of an endpoint, in this process or behind it. Its supervisor starts it. */
import { rm } from "node:fs/promises";
import { makeTemporaryFolder, removeLeftFolders } from "../../base/index.ts";
import { createHostCheck } from "../../http/index.ts";
import type { Backend } from "../backends/index.ts";
import { createCollector, type Collector } from "../collection/index.ts";
import { endpointFolder, type EndpointConfig } from "../config/index.ts";
import { createRecorder, type RequestRecorder } from "../metrics/index.ts";
import { createProcessLog } from "../supervisor/process-log.ts";
import { runReplica, type ReplicaService } from "../supervisor/replica-link.ts";
import type { ReplicaStart } from "../supervisor/messages.ts";
import { createFront, type Front } from "./front.ts";
import { openBackends } from "./open-backends.ts";
import { requestTimes } from "./times.ts";
import { followTelemetry, type FollowedTelemetry } from "./follow-telemetry.ts";
import { warmUp } from "./warm-up.ts";

/** Connections that may wait while all replicas are busy or start anew; the system may allow fewer. */
const backlog = 4096;

const temporaryPrefix = "slipway-replica-";

const log = createProcessLog("replica");

interface Replica {
  /** What it was started with. */
  readonly config: EndpointConfig;
  readonly front: Front;
  readonly recorder: RequestRecorder;
  readonly collector: Collector;
  readonly telemetry: FollowedTelemetry;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly temporaryFolder: string;
}

async function openReplica({ folder, config, writer }: ReplicaStart): Promise<ReplicaService> {
  const began = performance.now();
  // In the system's folder: addresses of sockets are short.
  const temporaryFolder = await makeTemporaryFolder(temporaryPrefix);
  // Nobody waits for what replicas that were killed left there.
  void removeLeftFolders(temporaryPrefix);
  const backends = await openBackends(folder, config, temporaryFolder);
  await warmUp(config, backends);
  const files = endpointFolder(folder);
  const recorder = createRecorder({ folder: files, writer, config });
  const collector = createCollector({
    folder: files,
    writer,
    config,
    count: (deployment, collected, dropped) => front.countCollected(deployment, collected, dropped),
  });
  const front: Front = createFront({
    config,
    backends,
    recorder,
    collector,
    isOurHost: createHostCheck(config.host),
    times: requestTimes,
    reportFault: (error, requestId) => log.error({ err: error, requestId }, "a request failed inside Slipway"),
  });
  const telemetry = followTelemetry(front, process.env);
  await telemetry.configure(config);
  return serviceOf(
    { config, front, recorder, collector, telemetry, backends, temporaryFolder },
    performance.now() - began,
  );
}

function serviceOf(replica: Replica, warmUpMs: number): ReplicaService {
  const { front, recorder, collector, telemetry, backends } = replica;
  let before = performance.eventLoopUtilization();
  return {
    warmUpMs: Math.round(warmUpMs),
    listen: (fd) => listen(front, fd),
    async configure(next: EndpointConfig) {
      const config = withOpenDeployments(next, replica);
      front.configure(config);
      recorder.configure(config.settings);
      collector.configure(config);
      await telemetry.configure(config);
    },
    drain: (idle) => drain(replica, idle),
    load() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      const pids = [...backends.values()].flatMap((backend) => backend.pids ?? []);
      return { inFlight: front.inFlight(), busyShare: utilization, pids };
    },
  };
}

/** A process that drains learns of keys and settings too; deployments that it has not open are for those after it. */
function withOpenDeployments(config: EndpointConfig, { backends, config: first }: Replica): EndpointConfig {
  const open = config.deployments.every(({ name }) => backends.has(name));
  return open ? config : { ...config, deployments: first.deployments };
}

function listen({ server }: Front, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ fd }, backlog, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function drain(replica: Replica, idle: number): Promise<void> {
  const { front, recorder, collector, telemetry, backends, temporaryFolder } = replica;
  await front.drain(idle);
  // It counts the last rows in the recorder.
  await collector.close();
  await Promise.allSettled([
    recorder.close(),
    telemetry.close(),
    ...[...backends.values()].map((each) => each.close()),
  ]);
  await rm(temporaryFolder, { recursive: true, force: true });
}

runReplica(openReplica);
