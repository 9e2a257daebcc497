/** A model in this process as an endpoint of one deployment, until `close`: what `slipway serve` does. */
import { hash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { SlipwayError } from "../../base/index.ts";
import { createHostCheck } from "../../http/index.ts";
import { createSlipwayBackend } from "../backends/index.ts";
import { defaultSettings, type EndpointConfig, type EndpointSettings } from "../config/index.ts";
import { createRecorder } from "../metrics/index.ts";
import { createFront, type Front } from "./front.ts";
import type { Endpoint, ServeOptions } from "./options.ts";
import { requestTimes } from "./times.ts";

const graceMilliseconds = 2_000;

/**
 * Resolves when requests are answered: the model has scored its example row.
 * @throws SLW_SERVE_KEY, SLW_SERVE_LISTEN
 */
export async function serveModel(options: ServeOptions): Promise<Endpoint> {
  const { limits = {} } = options;
  const config = configOf(options);
  const front = createFront({
    config,
    backends: new Map([[deployment, await createSlipwayBackend(options.model)]]),
    recorder: createRecorder({ folder: null, writer: "serve", config }),
    collector: null,
    isOurHost: createHostCheck(options.host),
    times: { ...requestTimes, ...limits },
    reportFault: (error) =>
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  });
  const url = await listen(front, options);
  return { url, close: () => front.stop(limits.graceMilliseconds ?? graceMilliseconds) };
}

const deployment = "default";

function configOf({ host, port, key, limits = {}, name, model }: ServeOptions): EndpointConfig {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const problem = key === "" ? "is empty" : "has characters that a header cannot carry";
    throw new SlipwayError("SLW_SERVE_KEY", `The key ${problem}.`);
  }
  const settings: EndpointSettings = {
    ...defaultSettings,
    bodyBytes: limits.bodyBytes ?? defaultSettings.bodyBytes,
    maxRows: limits.rows ?? defaultSettings.maxRows,
    explainedRows: limits.explainedRows ?? defaultSettings.explainedRows,
    // The file is all there is: whoever serves it has no settings to change when the world has a new category.
    unknownCategories: "ignore",
  };
  const served = { name: name ?? model.name, version: 1, kind: "slipway", path: "", sha256: null } as const;
  return {
    format: 1,
    revision: 1,
    id: "serve",
    name: name ?? model.name,
    workspace: "serve",
    host,
    port,
    auth: { mode: "key", keys: [{ name: "primary", sha256: hash("sha256", key), expiresAt: null }] },
    deployments: [{ name: deployment, model: served, traffic: 100, mirror: 0 }],
    settings,
    otlpEndpoint: null,
  };
}

/** @returns the URL */
async function listen({ server }: Front, options: ServeOptions): Promise<string> {
  const { port } = options;
  const host = options.host === "localhost" ? "127.0.0.1" : options.host;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === "EADDRINUSE" ? "the port is in use" : (cause as Error).message;
    throw new SlipwayError("SLW_SERVE_LISTEN", `Cannot listen on ${host}, port ${port}: ${reason}.`, {
      details: { host, port },
      cause,
    });
  }
  return `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}
