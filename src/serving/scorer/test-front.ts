/** A front on any free port with made-up models and a recorder that remembers, for the tests of this folder. */
import { hash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createHostCheck } from "../../http/index.ts";
import type { Backend, ScoredRows, ScoringSchema } from "../backends/index.ts";
import { defaultSettings, type EndpointConfig, type EndpointSettings } from "../config/index.ts";
import type { RequestRecord } from "../logs/request-record.ts";
import type { RequestRecorder } from "../metrics/index.ts";
import { createFront, type Front, type FrontOptions } from "./front.ts";

export const testKey = "0123456789abcdefghijABCDEFGHIJ01";

const schema: ScoringSchema = {
  algorithm: "Test",
  task: "regression",
  target: "y",
  columns: [{ name: "x", type: "numeric", integer: false, nullable: false, categories: null, range: null, example: 1 }],
  labels: [],
  probabilities: false,
  explanations: false,
};

/** Answers every row with `value`, by `score` where that is given. */
export function testBackend(value: unknown, score?: Backend["score"]): Backend {
  const answer = (rows: readonly unknown[]): ScoredRows => ({
    result: rows.map(() => value),
    explanations: null,
    warnings: [],
  });
  // Its own: in which order rows have their keys is remembered for each model.
  const own = { ...schema, columns: [...schema.columns] };
  return { schema: own, score: score ?? (({ rows }) => answer(rows)), close: () => Promise.resolve() };
}

export interface TestDeployment {
  readonly name: string;
  readonly traffic: number;
  readonly mirror?: number;
  readonly kind?: "slipway" | "onnx" | "mlflow";
  readonly backend?: Backend;
}

export interface TestOptions {
  readonly deployments?: readonly TestDeployment[];
  readonly settings?: Partial<EndpointSettings>;
  readonly auth?: EndpointConfig["auth"];
  readonly collector?: FrontOptions["collector"];
}

export function keyHash(key: string, expiresAt: number | null = null, name: "primary" | "secondary" = "primary") {
  return { name, sha256: hash("sha256", key), expiresAt } as const;
}

export function testConfig({
  deployments = [{ name: "blue", traffic: 100 }],
  settings,
  auth,
}: TestOptions): EndpointConfig {
  return {
    format: 1,
    revision: 1,
    id: "endpoint-1",
    name: "bank",
    workspace: "w",
    host: "127.0.0.1",
    port: 1,
    auth: auth ?? { mode: "key", keys: [keyHash(testKey)] },
    deployments: deployments.map(({ name, traffic, mirror = 0, kind = "slipway" }) => ({
      name,
      model: { name: `model-${name}`, version: 3, kind, path: "", sha256: null },
      traffic,
      mirror,
    })),
    settings: { ...defaultSettings, ...settings },
    otlpEndpoint: null,
  };
}

export interface TestFront {
  readonly front: Front;
  readonly url: string;
  readonly records: RequestRecord[];
  /** What was reported as never to happen. */
  readonly faults: unknown[];
  /** POST /score with one row, unless `init` says otherwise. */
  score(init?: { headers?: Record<string, string>; body?: string }): Promise<Response>;
  close(): Promise<void>;
}

export async function startFront(options: TestOptions = {}): Promise<TestFront> {
  const config = testConfig(options);
  const records: RequestRecord[] = [];
  const faults: unknown[] = [];
  const recorder: RequestRecorder = {
    record: (entry) => void records.push(entry),
    countCollected: () => {},
    configure: () => {},
    snapshot: () => `requests ${records.length}\n`,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const deployments = options.deployments ?? [{ name: "blue", traffic: 100 }];
  const front = createFront({
    config,
    backends: new Map(deployments.map(({ name, backend }) => [name, backend ?? testBackend(name)])),
    recorder,
    collector: options.collector ?? null,
    isOurHost: createHostCheck("127.0.0.1"),
    times: { headersMilliseconds: 15_000, requestMilliseconds: 60_000 },
    reportFault: (error) => void faults.push(error),
  });
  front.server.listen({ host: "127.0.0.1", port: 0 });
  await once(front.server, "listening");
  const url = `http://127.0.0.1:${(front.server.address() as AddressInfo).port}`;
  return {
    front,
    url,
    records,
    faults,
    score: ({ headers = {}, body = '{"data":[{"x":1}]}' } = {}) =>
      fetch(`${url}/score`, {
        method: "POST",
        headers: { authorization: `Bearer ${testKey}`, "content-type": "application/json", ...headers },
        body,
      }),
    close: () => front.stop(100),
  };
}
