/** A small model made by hand and a bare HTTP client, for the tests of this folder. */
import { connect } from "node:net";
import type { Model, TreesLearner } from "../model/index.ts";

/** "yes" when job is student or age > 60, otherwise "no". `duration` may be null; `since` is not looked at. */
export const testModel: Model = {
  task: "classification",
  target: "y",
  labels: ["no", "yes"],
  inputs: [
    { name: "age", type: "numeric", integer: true, nullable: false, range: [18, 90], example: 41 },
    { name: "job", type: "string", integer: false, nullable: false, range: null, example: "admin." },
    { name: "duration", type: "numeric", integer: false, nullable: true, range: [0, 9.5], example: 1.5 },
    { name: "since", type: "datetime", integer: false, nullable: true, range: [0, 1.6e12], example: "2020-02-29" },
  ],
  transforms: [
    { op: "Numeric", column: "age" },
    { op: "Category", column: "job", categories: ["admin.", "student"] },
  ],
  combination: { kind: "vote" },
  labelWeights: null,
  members: [
    {
      name: "GradientBoosting",
      weight: 1,
      learner: {
        kind: "trees",
        outputs: 1,
        leafWidth: 1,
        base: Float64Array.of(0),
        scale: 1,
        link: "sigmoid",
        trees: {
          roots: Int32Array.of(0),
          feature: Int32Array.of(1, -1, 0, -1, -1),
          left: Int32Array.of(1, 0, 3, 1, 2),
          threshold: Float64Array.of(0, 0, 60, 0, 0),
          flags: Uint8Array.of(1, 0, 0, 0, 0),
          cover: Float32Array.of(9, 3, 6, 4, 2),
          bitsets: Uint32Array.of(1, 0b10),
          leafValues: Float64Array.of(2, -2, 2),
        },
      },
    },
  ],
  name: "GradientBoosting",
  metrics: { accuracy: 1 },
  provenance: {
    slipway: "0.1.0",
    primaryMetric: "accuracy",
    seed: 42,
    validation: "cv:5",
    rows: 9,
    featurization: [],
    trials: [],
  },
};

const [member] = testModel.members as [Model["members"][number]];

/** 2 where testModel says "yes", otherwise -2. */
export const regressionModel: Model = {
  ...testModel,
  task: "regression",
  labels: [],
  members: [{ ...member, learner: { ...(member.learner as TreesLearner), link: "identity" } }],
};

export const key = "0123456789abcdefghij";
export const row = { age: 57, job: "student", duration: 1.5, since: "2020-02-29" };

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** All that came, interim answers included. */
  readonly text: string;
}

/** Sends bytes as they are and reads until the server ends the connection. */
export function sendRaw(url: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (error) => (chunks.length > 0 ? resolve(parseAnswer(chunks)) : reject(error)));
    socket.on("close", () => resolve(parseAnswer(chunks)));
  });
}

function parseAnswer(chunks: readonly Buffer[]): RawAnswer {
  const text = Buffer.concat(chunks).toString();
  const final = text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
  const [head = "", ...body] = final.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.slice(line.indexOf(":") + 1).trim(),
  ]);
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: Object.fromEntries(headers),
    body: body.join("\r\n\r\n"),
    text,
  };
}

/** A request that ends its connection. Header values of undefined leave the header out. */
export function request(
  method: string,
  path: string,
  headers: Record<string, string | undefined> = {},
  body: string | Uint8Array = "",
): Buffer {
  const bytes = Buffer.from(body);
  const all = {
    Host: "127.0.0.1",
    Connection: "close",
    "Content-Type": "application/json",
    Authorization: `Bearer ${key}`,
    "Content-Length": String(bytes.length),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n")), bytes]);
}
