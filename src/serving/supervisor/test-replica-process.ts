/**
 * A replica for tests, without a model: it answers with who it is. What it does at its start is the name of the model
 * of its first deployment: "broken" fails, "dies" ends, "dies-later" ends once it has listened, "hangs" never answers.
 */
import { createServer, type Server } from "node:http";
import { Server as NetServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { SlipwayError } from "../../base/index.ts";
import type { EndpointConfig } from "../config/index.ts";
import type { ReplicaStart } from "./messages.ts";
import { runReplica, type ReplicaService } from "./replica-link.ts";

export interface TestAnswer {
  readonly pid: number;
  readonly generation: number;
  readonly revision: number;
  readonly model: string;
}

runReplica(open);

async function open({ config, generation }: ReplicaStart): Promise<ReplicaService> {
  const model = config.deployments[0]?.model.name ?? "";
  if (model === "broken") throw new SlipwayError("SLW_MODEL_FORMAT", "The model is broken.", { fix: "Mend it." });
  if (model === "dies") process.exit(7);
  if (model === "hangs") await new Promise(() => {});
  const running = { config, inFlight: 0, draining: false };
  const server = createServer(async (request, response) => {
    running.inFlight++;
    response.once("close", () => running.inFlight--);
    const wait = Number(new URL(request.url ?? "/", "http://localhost").searchParams.get("wait") ?? 0);
    if (wait > 0) await delay(wait);
    const answer: TestAnswer = { pid: process.pid, generation, revision: running.config.revision, model };
    if (running.draining) response.setHeader("connection", "close");
    response.end(JSON.stringify(answer));
  });
  return {
    warmUpMs: 0,
    async listen(fd) {
      await listen(server, fd);
      if (model === "dies-later") setTimeout(() => process.exit(8), 50);
    },
    configure(next: EndpointConfig) {
      running.config = next;
      return Promise.resolve();
    },
    drain() {
      running.draining = true;
      // As a server of net: that of http ends idle connections, on which a request may be under way.
      return new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    },
    load: () => ({ inFlight: running.inFlight, busyShare: busyShare(running.config), pids: [] }),
  };
}

function listen(server: Server, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ fd }, () => resolve());
  });
}

/** As the configuration says, so that tests can ask for a load. */
function busyShare({ deployments }: EndpointConfig): number {
  return (deployments[0]?.mirror ?? 0) / 100;
}
