/** The load generator of bench/load against servers that answer well, badly and not at all. */
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { slopeOf } from "../../bench/harness/statistics.ts";
import { closedLoop } from "../../bench/load/closed-loop.ts";
import { createConnection, requestBytes, type Outcome, type Target } from "../../bench/load/connection.ts";
import { openLoop } from "../../bench/load/open-loop.ts";
import { createTally } from "../../bench/load/tally.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<Target> {
  servers.push(server);
  server.on("connection", (socket: Socket) => void sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, path: "/score", headers: { key: "k" } };
}

const http = (listener: RequestListener): Promise<Target> => listen(createHttpServer(listener));

/** Answers the first bytes of each connection with `parts`, each as a packet of its own. */
const raw = (parts: readonly string[]): Promise<Target> =>
  listen(
    createServer((socket) => {
      socket.setNoDelay();
      socket.once("data", () => {
        const next = (i: number): void => {
          if (i < parts.length) socket.write(parts[i] as string, () => setImmediate(next, i + 1));
          else socket.end();
        };
        next(0);
      });
    }),
  );

/** The outcome of one request; its body as text. */
async function ask(target: Target, body = "{}"): Promise<unknown> {
  const connection = createConnection(target);
  const outcome = await new Promise<unknown>((resolve) =>
    connection.send(requestBytes(target, body), (answer: Outcome) =>
      resolve(answer.status === null ? answer.error : [answer.status, answer.body.toString()]),
    ),
  );
  connection.close();
  return outcome;
}

describe("a connection", () => {
  test("sends path, headers and body, and keeps itself for the next request", async () => {
    const seen: string[] = [];
    const ports = new Set<number | undefined>();
    const target = await http((request, response) => {
      ports.add(request.socket.remotePort);
      request.setEncoding("utf8").on("data", (text) => {
        seen.push(`${request.method} ${request.url} ${request.headers["key"]} ${text}`);
        response.end("done");
      });
    });
    const connection = createConnection(target);
    for (const body of ['{"a":"é"}', "{}"])
      await new Promise<Outcome>((resolve) => connection.send(requestBytes(target, body), resolve));
    connection.close();
    expect(seen).toEqual(['POST /score k {"a":"é"}', "POST /score k {}"]);
    expect(ports.size).toBe(1);
  });

  test("puts together what comes in chunks of the protocol", async () => {
    const target = await http((_request, response) => {
      response.write("first,");
      setImmediate(() => response.end("second"));
    });
    expect(await ask(target)).toEqual([200, "first,second"]);
  });

  test.each([
    {
      name: "in pieces",
      parts: ["HTTP/1.1 20", "0 OK\r\nContent-Length: 4\r\n\r", "\nab", "cd"],
      expected: [200, "abcd"],
    },
    { name: "refused", parts: ["HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"], expected: [503, ""] },
    {
      name: "cut off",
      parts: ["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"],
      expected: "closed before the answer",
    },
    { name: "no HTTP", parts: ["SSH-2.0-server\r\n\r\n"], expected: "no HTTP/1.1" },
    {
      name: "too long",
      parts: ["HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab"],
      expected: "more bytes than the answer has",
    },
  ])("an answer that is $name", async ({ parts, expected }) => {
    expect(await ask(await raw(parts))).toEqual(expected);
  });

  test("says that nobody listens", async () => {
    const target = await raw([]);
    const closed = servers.pop() as Server;
    closed.close();
    await once(closed, "close");
    expect(await ask(target)).toBe("ECONNREFUSED");
  });
});

test("a closed loop has a connection and at most one request under way for each client, and counts by cause", async () => {
  const ports = new Set<number | undefined>();
  let [underWay, most, answered] = [0, 0, 0];
  const target = await http((request, response) => {
    ports.add(request.socket.remotePort);
    most = Math.max(most, ++underWay);
    request.resume().on("end", () => {
      underWay--;
      response.writeHead(answered++ % 4 === 3 ? 500 : 200).end("{}");
    });
  });
  const result = await closedLoop(target, [requestBytes(target, "{}")], { concurrency: 3, seconds: 0.2 });
  expect(ports.size).toBe(3);
  expect(most).toBeLessThanOrEqual(3);
  expect(result.requests).toBe(answered);
  expect(result.failures).toEqual({ "status 500": Math.floor(answered / 4) });
});

test("an open loop goes on sending to a server that stands still, and its latencies tell", async () => {
  const held: (() => void)[] = [];
  const target = await http((_request, response) => {
    held.push(() => response.end("right"));
    // Twenty wait; from then on all are answered.
    if (held.length >= 20) for (const answer of held.splice(0, held.length)) answer();
  });
  const requests = [requestBytes(target, "{}")];
  const load = openLoop(target, requests, [Buffer.from("right")], 500);
  let result = load.take();
  while (result.requests < 20) {
    await new Promise((resolve) => setImmediate(resolve));
    const more = load.take();
    if (more.requests > 0) result = { ...more, requests: result.requests + more.requests };
  }
  for (const answer of held.splice(0)) answer();
  // Nineteen were due 2 ms apart before the last of the first twenty: the first of them waited for all that time.
  expect(result.latency?.max).toBeGreaterThanOrEqual(19 * 2 - 1);
  expect(result.failures).toEqual({});
  setImmediate(function answerRest() {
    for (const answer of held.splice(0)) answer();
    if (servers.length > 0) setImmediate(answerRest);
  });
  await load.stop();
});

test("a tally knows the share of requests below its latencies, and begins anew", () => {
  const tally = createTally();
  const now = performance.now();
  for (let i = 1; i <= 100; i++) tally.add({ status: 200, body: Buffer.from("a") }, now - i * 1000, Buffer.from("a"));
  tally.add({ status: 200, body: Buffer.from("b") }, now, Buffer.from("a"));
  const { latency, failures, requests, failedBetween } = tally.take();
  expect(requests).toBe(101);
  expect(failures).toEqual({ "wrong answer": 1 });
  expect(failedBetween).not.toBeNull();
  const seconds = Object.values(latency ?? {}).map((value) => Math.floor(value / 1000));
  expect(seconds).toEqual([50, 95, 99, 100]);
  expect(tally.take()).toMatchObject({ requests: 0, failures: {}, failedBetween: null, latency: null });
});

test("the slope of a line with symmetric errors is that of the line", () => {
  expect(slopeOf([0, 1, 2, 3], [1, 3, 5, 7])).toBe(2);
  expect(slopeOf([0, 0, 2, 2], [0, 2, 6, 8])).toBe(3);
});
