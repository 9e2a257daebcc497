/** The short ways through node:http do what its own do. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { request } from "../test-model.ts";
import { createRequestIds } from "./request-id.ts";
import { startFront, testBackend, testKey, type TestFront, type TestOptions } from "./test-front.ts";

const open: TestFront[] = [];
async function start(options: TestOptions = {}): Promise<TestFront> {
  const started = await startFront(options);
  open.push(started);
  return started;
}
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

const echo = testBackend("", ({ rows }) => ({
  result: rows.map((row) => (Array.isArray(row) ? (row[0] as unknown) : (row as { x: unknown }).x)),
  explanations: null,
  warnings: [],
}));
const deployments = [{ name: "blue", traffic: 100, backend: echo }];

function scoring(body: string, headers: Record<string, string | undefined> = {}): Buffer {
  return request("POST", "/score", { Authorization: `Bearer ${testKey}`, Connection: undefined, ...headers }, body);
}

/** Reads until `count` answers are whole. Their heads, and their bodies. */
async function readAnswers(socket: Socket, count: number): Promise<{ head: string; body: string }[]> {
  let text = "";
  for (;;) {
    const answers: { head: string; body: string }[] = [];
    for (let at = 0; answers.length < count;) {
      const end = text.indexOf("\r\n\r\n", at);
      if (end < 0) break;
      const head = text.slice(at, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (text.length < end + 4 + length) break;
      answers.push({ head, body: text.slice(end + 4, end + 4 + length) });
      at = end + 4 + length;
    }
    if (answers.length === count) return answers;
    const [chunk] = (await once(socket, "data")) as [Buffer];
    text += chunk.toString("latin1");
  }
}

function headersOf(head: string): Map<string, string> {
  const lines = head.split("\r\n").slice(1);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.replace(/^[^:]*: /, "")]));
}

describe("an answer that is sent whole", () => {
  test("has the status line and headers that node:http would write, but for those that only pages need", async () => {
    const { url } = await start({ deployments });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const more = { "x-ms-client-request-id": "mine-1" };
    socket.write(scoring('{"data":[{"x":1}]}', more));
    socket.write(scoring('{"data":[{"x":1}]}', { ...more, Origin: "http://127.0.0.1:1" }));
    const [whole, usual] = (await readAnswers(socket, 2)) as [
      { head: string; body: string },
      { head: string; body: string },
    ];
    socket.destroy();
    expect(whole.head.split("\r\n")[0]).toBe(usual.head.split("\r\n")[0]);
    expect(whole.body).toBe(usual.body);
    const [ours, nodes] = [headersOf(whole.head), headersOf(usual.head)];
    for (const own of ["access-control-allow-origin", "access-control-expose-headers"])
      expect(nodes.delete(own)).toBe(true);
    expect([...ours.keys()].toSorted()).toEqual([...nodes.keys()].toSorted());
    for (const varies of ["x-ms-request-id", "x-ms-run-fn-exec-ms", "date"]) {
      expect(nodes.delete(varies) && ours.delete(varies)).toBe(true);
    }
    expect([...ours].toSorted()).toEqual([...nodes].toSorted());
    expect(ours.get("keep-alive")).toBe("timeout=75");
    expect(headersOf(whole.head).get("x-ms-run-fn-exec-ms")).toMatch(/^\d+\.\d{3}$/);
    expect(Math.abs(Date.parse(headersOf(whole.head).get("date") ?? "") - Date.now())).toBeLessThan(60_000);
  });

  test("counts bytes, not characters", async () => {
    const { score } = await start({ deployments });
    const response = await score({ body: '{"data":[{"x":"grün – 日本"}]}' });
    expect(await response.json()).toEqual({ result: ["grün – 日本"] });
  });
});

describe("a body that is taken past the stream", () => {
  test("may come byte by byte, and chunked", async () => {
    const { url } = await start({ deployments });
    const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", noDelay: true });
    const body = '{"data":[{"x":"ü"},{"x":2}]}';
    const chunked = Buffer.from(
      `${scoring("", { "Content-Length": undefined, "Transfer-Encoding": "chunked" }).toString()}` +
        `${[...Buffer.from(body)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join("")}0\r\n\r\n`,
      "latin1",
    );
    for (const bytes of [scoring(body), chunked]) {
      const answer = readAnswers(socket, 1);
      for (let at = 0; at < bytes.length; at += 7) {
        socket.write(bytes.subarray(at, at + 7));
        await new Promise(setImmediate);
      }
      expect(Buffer.from((await answer)[0]?.body ?? "", "latin1").toString()).toBe('{"result":["ü",2]}');
    }
    socket.destroy();
  });

  test("requests that come in one piece are answered in their order, refused ones too", async () => {
    const { url, records } = await start({ deployments });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const bodies = ['{"data":[{"x":1}]}', "{", '{"data":[{"x":3}]}', '{"data":[{"x":4}]}'];
    socket.write(Buffer.concat(bodies.map((body) => scoring(body))));
    const answers = await readAnswers(socket, 4);
    socket.destroy();
    expect(answers.map(({ head }) => Number(head.split(" ")[1]))).toEqual([200, 400, 200, 200]);
    expect([0, 2, 3].map((i) => answers[i]?.body)).toEqual(['{"result":[1]}', '{"result":[3]}', '{"result":[4]}']);
    expect(records.map(({ status }) => status)).toEqual([200, 400, 200, 200]);
  });
});

test("ids of requests are UUIDs of version 4, each once", () => {
  const nextId = createRequestIds();
  const ids = Array.from({ length: 70_000 }, nextId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of [ids[0], ids[255], ids[256], ids[65_536], ids.at(-1)]) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
