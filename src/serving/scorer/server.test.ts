import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { slipwayVersion } from "../../base/index.ts";
import type { Model, NeighboursLearner, TreesLearner } from "../../model/index.ts";
import type { RowExplanation } from "../backends/index.ts";
import { serveModel, type Endpoint } from "./index.ts";
import { key, regressionModel, request, row, sendRaw, testModel } from "../test-model.ts";

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await serveModel({ model: testModel, host: "127.0.0.1", port: 0, key, name: "bank" });
});
afterAll(() => endpoint.close());

const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
const score = (body: unknown, more: Record<string, string> = {}): Promise<Response> =>
  fetch(`${endpoint.url}/score`, { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) });

describe("POST /score", () => {
  test("a label for each row, whatever the order of the keys", async () => {
    const reversed = Object.fromEntries(Object.entries({ ...row, job: "admin." }).toReversed());
    const response = await score({ data: [row, reversed] });
    expect([response.status, await response.text()]).toEqual([200, '{"result":["yes","no"]}']);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("x-slipway-warning")).toBeNull();
  });

  test("lists in schema order", async () => {
    expect(
      await (
        await score({
          data: [
            [30, "student", null, null],
            [30, "admin.", 1, null],
          ],
        })
      ).json(),
    ).toEqual({ result: ["yes", "no"] });
  });

  test("probabilities in the order of the labels", async () => {
    const { result } = (await (await score({ data: [row], method: "predict_proba" })).json()) as {
      result: [[number, number]];
    };
    expect(result[0][1]).toBeCloseTo(1 / (1 + Math.exp(-2)), 15);
    expect(result[0][0] + result[0][1]).toBeCloseTo(1, 15);
  });

  test("no rows, no answers", async () => {
    expect(await (await score({ data: [] })).json()).toEqual({ result: [] });
  });

  test("unknown columns and categories are told in a header of plain ASCII", async () => {
    const response = await score({ data: [{ ...row, Agee: 1, job: "пилот\r\nSet-Cookie: a" }] });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-slipway-warning")).toBe(
      'unknown column "Agee" ignored, did you mean "age"?; ' +
        'data[0], column "job": unknown category "\\u043f\\u0438\\u043b\\u043e\\u0442\\r\\nSet-Cookie: a"',
    );
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;charset="UTF-8"',
    "application/json ; charset=us-ascii;",
  ])("takes %s", async (type) => {
    expect((await score({ data: [row] }, { "content-type": type })).status).toBe(200);
  });

  test.each(["text/csv; header=present", 'text/csv;charset=utf-8; header="present"', "Text/CSV; HEADER=Present"])(
    "takes %s",
    async (type) => {
      const body = "age,job\n57,student\n";
      const answer = await fetch(`${endpoint.url}/score?method=predict_proba`, {
        method: "POST",
        body,
        headers: { authorization: `Bearer ${key}`, "content-type": type },
      });
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/^no,yes\r\n/)]);
    },
  );

  test("says what scored and how long it took, as Azure ML's server does", async () => {
    const { headers } = await score({ data: [row] });
    expect(headers.get("x-ms-run-fn-exec-ms")).toMatch(/^\d+\.\d{3}$/);
    expect(headers.get("x-ms-server-version")).toBe(`slipway/${slipwayVersion()}`);
  });

  test("a body with a byte order mark, and Content-Encoding: identity", async () => {
    const body = request(
      "POST",
      "/score",
      { "Content-Encoding": "identity" },
      `\ufeff${JSON.stringify({ data: [row] })}`,
    );
    expect((await sendRaw(endpoint.url, body)).body).toBe('{"result":["yes"]}');
  });

  test("request ids: ours always, the client's when it is a sane token", async () => {
    const first = await score({ data: [] }, { "x-ms-client-request-id": "run-7.b" });
    const second = await score({ data: [] }, { "x-ms-client-request-id": "<script>" });
    expect(first.headers.get("x-ms-client-request-id")).toBe("run-7.b");
    expect(second.headers.get("x-ms-client-request-id")).toBeNull();
    expect(first.headers.get("x-ms-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.headers.get("x-ms-request-id")).not.toBe(first.headers.get("x-ms-request-id"));
  });

  test("a refusal names row, column, what was expected and what came", async () => {
    const response = await score({ data: [row, { ...row, age: "57" }] });
    expect(await response.json()).toEqual({
      type: "about:blank",
      status: 400,
      code: "SLW_SCORE_VALUE",
      title: "A value cannot be used for its column.",
      detail: 'data[1], column "age": expected a finite number, got the text "57".',
      fix: "Send a JSON number, without quotes.",
      details: { row: 1, column: "age", expected: "a finite number", got: 'the text "57"' },
    });
  });

  test("regression answers numbers and has no probabilities", async () => {
    const regression = await serveModel({ model: regressionModel, host: "127.0.0.1", port: 0, key });
    const ask = (method: string): Promise<Response> =>
      fetch(`${regression.url}/score`, { method: "POST", headers, body: JSON.stringify({ data: [row], method }) });
    expect(await (await ask("predict")).json()).toEqual({ result: [2] });
    expect(await (await ask("predict_proba")).json()).toMatchObject({ status: 400, code: "SLW_SCORE_METHOD" });
    await regression.close();
  });
});

describe("POST /score with explain", () => {
  interface Explained {
    readonly result: unknown[];
    readonly explanations: {
      readonly output: string;
      readonly scale: string;
      readonly exact: boolean;
      readonly baseline: number;
      readonly contributions: Record<string, number>;
    }[];
  }
  const total = ({ baseline, contributions }: Explained["explanations"][number]): number =>
    Object.values(contributions).reduce((sum, value) => sum + value, baseline);

  test("the contributions of each row add up to its log-odds", async () => {
    const rows = [row, { ...row, job: "admin." }];
    const response = await score({ data: rows, method: "predict_proba", explain: true });
    expect(response.status).toBe(200);
    const { result, explanations } = (await response.json()) as Explained;
    expect(explanations.map(({ output, scale, exact }) => [output, scale, exact])).toEqual([
      ["yes", "logOdds", true],
      ["yes", "logOdds", true],
    ]);
    explanations.forEach((each, i) => {
      const [no, yes] = result[i] as [number, number];
      expect(Object.keys(each.contributions)).toEqual(["age", "job", "duration", "since"]);
      expect(total(each)).toBeCloseTo(Math.log(yes / no), 9);
    });
    expect(explanations[0]?.contributions["job"]).toBeGreaterThan(explanations[1]?.contributions["job"] ?? NaN);
  });

  test("of more than two classes the one that is answered; of a regression the value", async () => {
    // One tree of one leaf, which adds nothing: the second class has the highest base.
    const learner: TreesLearner = {
      ...(testModel.members[0]?.learner as TreesLearner),
      outputs: 3,
      link: "softmax",
      base: Float64Array.of(0, 1, 0),
      trees: {
        roots: Int32Array.of(0),
        feature: Int32Array.of(-1),
        left: Int32Array.of(0),
        threshold: new Float64Array(1),
        flags: new Uint8Array(1),
        cover: Float32Array.of(1),
        bitsets: new Uint32Array(0),
        leafValues: new Float64Array(1),
      },
    };
    const three = { ...testModel, labels: ["a", "b", "c"], members: [{ name: "it", weight: 1, learner }] };
    for (const [model, output] of [
      [three, { output: "b", scale: "score", baseline: 1 }],
      [regressionModel, { output: regressionModel.target, scale: "value" }],
    ] as const) {
      const other = await serveModel({ model, host: "127.0.0.1", port: 0, key });
      const body = JSON.stringify({ data: [row], explain: true });
      const answer = (await (await fetch(`${other.url}/score`, { method: "POST", headers, body })).json()) as Explained;
      expect(answer.explanations[0]).toMatchObject(output);
      if (model === regressionModel) expect(total(answer.explanations[0]!)).toBeCloseTo(answer.result[0] as number, 12);
      await other.close();
    }
  });

  test("false, or left out: no explanations", async () => {
    expect(await (await score({ data: [row], explain: false })).json()).toEqual({ result: ["yes"] });
  });

  test.each([
    ["no boolean", { data: [row], explain: "yes" }, 400, "SLW_SCORE_DATA"],
    ["more rows than are explained", { data: new Array(101).fill(row), explain: true }, 413, "SLW_HTTP_ROWS"],
  ])("refused: %s", async (_name, body, status, code) => {
    expect(await (await score(body)).json()).toMatchObject({ status, code });
  });

  test("a vote that holds neighbours is explained too, in probabilities, and the same each time", async () => {
    const learner: NeighboursLearner = {
      kind: "neighbours",
      outputs: 2,
      link: "identity",
      k: 1,
      weighting: "uniform",
      columns: 4,
      codeCount: 0,
      encodings: [
        { kind: "scaled", feature: 0, position: 0, mean: 0, scale: 1, fill: 0, missing: -1, range: [0, 100] },
      ],
      numbers: Float32Array.of(20, 0, 0, 0, 60, 0, 0, 0),
      codes: new Uint32Array(0),
      targets: Float64Array.of(0, 1),
      rowWeights: new Float64Array(0),
      drawnFrom: 2,
    };
    const [boosting] = testModel.members as [Model["members"][number]];
    const members = [
      { ...boosting, weight: 0.5 },
      { name: "KNN", weight: 0.5, learner },
    ];
    const background = [
      [20, 40, 50, 70],
      ["admin.", "admin.", "admin.", "student"],
      [0, 1, 2, 3],
      [0, 0, 0, 0],
    ];
    const model: Model = { ...testModel, members, background };
    const other = await serveModel({ model, host: "127.0.0.1", port: 0, key });
    const ask = async (): Promise<{ result: number[][]; explanations: RowExplanation[] }> => {
      const body = JSON.stringify({ data: [row], method: "predict_proba", explain: true });
      return (await (await fetch(`${other.url}/score`, { method: "POST", headers, body })).json()) as never;
    };
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toEqual(first);
    expect(first.explanations).toMatchObject([{ output: "yes", scale: "probability", exact: false }]);
    const [{ baseline, contributions }] = first.explanations as [RowExplanation];
    const { age = NaN, job = NaN, duration, since } = contributions;
    expect(baseline + age + job).toBeCloseTo(first.result[0]?.[1] ?? NaN, 12);
    expect({ duration, since, moved: age !== 0 && job !== 0 }).toEqual({ duration: 0, since: 0, moved: true });
    await other.close();
  });
});

describe("HTTP/1.0, as ab speaks it", () => {
  const body = JSON.stringify({ data: [row] });
  const text = (connection: string): string =>
    `POST /score HTTP/1.0\r\n${connection}Content-Type: application/json\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  test("one request a connection, without a Host header", async () => {
    const answer = await sendRaw(endpoint.url, text(""));
    expect([answer.status, answer.body]).toEqual([200, '{"result":["yes"]}']);
    expect(answer.headers["connection"]).toBe("close");
  });

  test("two requests on a connection that is kept alive", async () => {
    const answer = await sendRaw(endpoint.url, text("Connection: keep-alive\r\n") + text(""));
    expect(answer.text.match(/\{"result":\["yes"\]\}/g)).toHaveLength(2);
    expect(answer.headers["connection"]).toBe("keep-alive");
  });
});

describe("before the body", () => {
  const expecting = (authorization: string): Buffer =>
    request("POST", "/score", { Authorization: authorization, Expect: "100-continue", "Content-Length": "1000000" });

  test("100 Continue is said to who has the key, and not to others", async () => {
    const refused = await sendRaw(endpoint.url, expecting("Bearer wrong"));
    expect(refused.status).toBe(401);
    expect(refused.text).not.toContain("100 Continue");

    const socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
    socket.write(expecting(`Bearer ${key}`));
    const [interim] = (await once(socket, "data")) as [Buffer];
    expect(interim.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.destroy();
  });

  test("a refused client that is still sending gets its answer", async () => {
    const response = await fetch(`${endpoint.url}/score`, {
      method: "POST",
      headers,
      body: new Uint8Array(11 * 1024 * 1024),
    });
    expect(await response.json()).toMatchObject({ code: "SLW_HTTP_BODY_TOO_LARGE" });
  });

  test("after a small refused body the connection goes on", async () => {
    const refused = request(
      "POST",
      "/score",
      { Authorization: undefined, Connection: "keep-alive" },
      JSON.stringify({ data: [row] }),
    );
    const answer = await sendRaw(endpoint.url, Buffer.concat([refused, request("GET", "/")]));
    expect(answer.text).toMatch(/401 Unauthorized[\s\S]*200 OK[\s\S]*Healthy$/);
  });
});

describe("slow clients", () => {
  test.each([
    ["headers", "POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\n"],
    ["bodies", request("POST", "/score", { "Content-Length": "100" }, "{")],
  ])("%s that do not end are answered with 408 and the end of the connection", async (_, bytes) => {
    const impatient = await serveModel({
      model: testModel,
      host: "127.0.0.1",
      port: 0,
      key,
      limits: { headersMilliseconds: 40, requestMilliseconds: 80 },
    });
    const answer = await sendRaw(impatient.url, bytes);
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "SLW_HTTP_TIMEOUT" });
    await impatient.close();
  });
});

describe("the other addresses", () => {
  test("health", async () => {
    const health = await fetch(endpoint.url);
    expect([health.status, await health.text()]).toEqual([200, "Healthy"]);
    expect(await (await fetch(`${endpoint.url}/health/live`)).json()).toEqual({ status: "live" });
    expect(await (await fetch(`${endpoint.url}/health/ready`)).json()).toEqual({ status: "ready" });
    expect((await fetch(endpoint.url, { method: "HEAD" })).status).toBe(200);
  });

  test("a wrong method is told the right ones", async () => {
    const response = await fetch(`${endpoint.url}/score`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  test("no key: how to send one", async () => {
    const response = await fetch(`${endpoint.url}/score`, { method: "POST" });
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(((await response.json()) as { fix: string }).fix).toContain("Authorization: Bearer");
  });

  test("CORS: a page elsewhere may ask before it sends", async () => {
    const response = await fetch(`${endpoint.url}/score`, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:9000", "access-control-request-method": "POST" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toContain("authorization");
  });
});

describe("close", () => {
  const open = async (bytes: string | Buffer): Promise<{ socket: Socket; ended: Promise<unknown> }> => {
    const socket = connect(Number(new URL(brief.url).port), "127.0.0.1");
    await once(socket, "connect");
    if (bytes.length > 0) {
      socket.write(bytes);
    }
    return { socket, ended: new Promise((resolve) => socket.on("error", () => undefined).once("close", resolve)) };
  };
  let brief: Endpoint;

  test("ends idle connections and half requests, answers what is being answered, and frees the port", async () => {
    brief = await serveModel({
      model: testModel,
      host: "127.0.0.1",
      port: 0,
      key,
      limits: { graceMilliseconds: 60_000 },
    });
    const silent = await open("");
    const half = await open("POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    const kept = await open(request("GET", "/", { Connection: "keep-alive" }));
    await once(kept.socket, "data");
    const body = JSON.stringify({ data: [row] });
    const busy = await open(
      request("POST", "/score", {
        Connection: "keep-alive",
        Expect: "100-continue",
        "Content-Length": String(body.length),
      }),
    );
    await once(busy.socket, "data");

    const closed = brief.close();
    await Promise.all([silent.ended, half.ended, kept.ended]);
    busy.socket.write(body);
    const [answer] = (await once(busy.socket, "data")) as [Buffer];
    expect(answer.toString()).toContain('{"result":["yes"]}');
    await Promise.all([closed, busy.ended]);
    const again = await serveModel({ model: testModel, host: "127.0.0.1", port: Number(new URL(brief.url).port), key });
    await again.close();
  });

  test("cuts off after the grace who does not end", async () => {
    brief = await serveModel({ model: testModel, host: "127.0.0.1", port: 0, key, limits: { graceMilliseconds: 20 } });
    const busy = await open(request("POST", "/score", { Expect: "100-continue", "Content-Length": "100" }));
    await once(busy.socket, "data");
    await brief.close();
    await expect(busy.ended).resolves.toBe(false);
  });
});

test("localhost is this machine, by one server", async () => {
  const local = await serveModel({ model: testModel, host: "localhost", port: 0, key });
  expect(local.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(local.url.replace("127.0.0.1", "localhost"))).text()).toBe("Healthy");
  await local.close();
});

describe("serveModel refuses", () => {
  test.each(["", "a key with blanks in it", "schlüssel-schlüssel"])("the key %j", async (bad) => {
    await expect(serveModel({ model: testModel, host: "127.0.0.1", port: 0, key: bad })).rejects.toThrow(
      expect.objectContaining({ code: "SLW_SERVE_KEY" }),
    );
  });

  test("a port in use", async () => {
    const port = Number(new URL(endpoint.url).port);
    await expect(serveModel({ model: testModel, host: "127.0.0.1", port, key })).rejects.toThrow(
      expect.objectContaining({
        code: "SLW_SERVE_LISTEN",
        message: `Cannot listen on 127.0.0.1, port ${port}: the port is in use.`,
      }),
    );
  });
});
