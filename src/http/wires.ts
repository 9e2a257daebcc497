/**
 * One server for several apps, each of which is made when it is first asked for something: the routes of all of them take
 * longer to make than everything else of a start, and most servers are asked for few.
 */
import type { Server, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { answerBrokenRequest } from "./broken-request.ts";
import { problemType, toProblem, toSlipwayError } from "./problem.ts";
import { serverOptions, type RequestTimes } from "./server-options.ts";

// As in broken-request.ts: an import would read every member.
const { createServer } = process.getBuiltinModule("node:http");

/** What is spoken below some paths. */
export interface Wire {
  readonly paths: RegExp;
  /** @returns the app that answers there, ready */
  make(): Promise<FastifyInstance>;
}

export interface Wires {
  /** The app of an address, which is made where it is not there yet. @param url as it was sent, with its query */
  appOf(url: string): Promise<FastifyInstance>;
  /** The same, or null where it is not there yet. */
  madeFor(url: string): FastifyInstance | null;
  /** Closes those that were made. */
  close(): Promise<void>;
}

interface Making {
  readonly promise: Promise<FastifyInstance>;
  app: FastifyInstance | null;
}

/** @param wires the first whose paths fit has an address; the last takes what none has */
export function createWires(wires: readonly Wire[]): Wires {
  const begun = new Map<Wire, Making>();
  const last = wires.at(-1) as Wire;
  const wireOf = (url: string): Wire => {
    const path = url.split("?", 1)[0] as string;
    return wires.find(({ paths }) => paths.test(path)) ?? last;
  };
  const make = (wire: Wire): Making => {
    const making: Making = { promise: wire.make(), app: null };
    begun.set(wire, making);
    making.promise.then(
      (app) => void (making.app = app),
      // The next request tries again.
      () => void begun.delete(wire),
    );
    return making;
  };
  return {
    appOf(url) {
      const wire = wireOf(url);
      return (begun.get(wire) ?? make(wire)).promise;
    },
    madeFor: (url) => begun.get(wireOf(url))?.app ?? null,
    async close() {
      const made = await Promise.allSettled([...begun.values()].map(({ promise }) => promise));
      for (const one of made) if (one.status === "fulfilled") await one.value.close();
    },
  };
}

/** Milliseconds for which a connection may wait for its next request; Fastify's default. */
const keepAliveMilliseconds = 72_000;

/** A server, not listening yet, whose requests the wires answer. @param onFailure is told why an app could not be made */
export function createWiresServer(wires: Wires, times: RequestTimes, onFailure: (error: unknown) => void): Server {
  const server = createServer({ ...serverOptions(times), keepAliveTimeout: keepAliveMilliseconds });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    answerBrokenRequest(error, socket as Parameters<typeof answerBrokenRequest>[1]);
  });
  server.on("request", (request, response) => {
    const url = request.url ?? "";
    const made = wires.madeFor(url);
    if (made !== null) return made.routing(request, response);
    wires.appOf(url).then(
      (app) => app.routing(request, response),
      (error: unknown) => {
        onFailure(error);
        answerFailure(response, error);
      },
    );
  });
  return server;
}

function answerFailure(response: ServerResponse, error: unknown): void {
  const problem = toProblem(toSlipwayError(error));
  const body = JSON.stringify(problem);
  const headers = { "content-type": problemType, "content-length": Buffer.byteLength(body), connection: "close" };
  response.writeHead(problem.status, headers).end(body);
}
