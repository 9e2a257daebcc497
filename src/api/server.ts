/** The API server: several wires behind one address, each made when it is first asked for something. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance, RouteOptions } from "fastify";
import { SlipwayError } from "../base/index.ts";
import {
  answerExpectations,
  createHttpApp,
  createWires,
  createWiresServer,
  trackConnections,
  type Wires,
} from "../http/index.ts";
import { addMetrics, countRequests, openMetrics, type RequestMetrics } from "./metrics.ts";
export { exportMetrics } from "./export-metrics.ts";
import { addGuards } from "./guards.ts";
import { mlflowAddress, mlflowPaths } from "./mlflow/address.ts";
import { addTracing } from "./tracing.ts";
import type { CoreServices, Services } from "./services.ts";
import { sessionSecret } from "./session.ts";

export interface ApiOptions {
  /** The address or name to listen on; 127.0.0.1 for this machine alone. */
  readonly host: string;
  readonly services: CoreServices;
  /** What the routes of /api/v1 need besides; asked for when they are made. */
  readonly openServices: () => Promise<Services>;
  /** Sees every route as it is made: for tests that walk the table. */
  readonly onRoute?: (route: RouteOptions) => void;
}

/** Not listening yet. */
export interface Api {
  readonly server: Server;
  readonly wires: Wires;
}

export interface ApiServer {
  /** Without a slash at the end: "http://127.0.0.1:8080". */
  readonly url: string;
  /** Ends idle connections at once and busy ones within two seconds; then the port is free. */
  close(): Promise<void>;
}

/** Bytes of a JSON body at most; files are streamed and have no such limit. */
const bodyBytes = 10 * 1024 * 1024;
const limits = { bodyBytes, headersMilliseconds: 15_000, requestMilliseconds: 0 };
const graceMilliseconds = 2_000;

export interface ListenOptions {
  /** As in ApiOptions. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** @throws SLW_SERVE_LISTEN */
export async function listen({ server, wires }: Api, options: ListenOptions): Promise<ApiServer> {
  const connections = trackConnections(server);
  const host = options.host === "localhost" ? "127.0.0.1" : options.host;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: options.port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "the port is in use" : message;
    throw new SlipwayError("SLW_SERVE_LISTEN", `Cannot listen on ${host}, port ${options.port}: ${reason}.`, {
      details: { host, port: options.port },
      cause,
    });
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    async close() {
      await connections.stop(graceMilliseconds);
      await wires.close();
    },
  };
}

/** Makes an app with the guards that stand before all wires. */
type MakeApp = (register: (app: FastifyInstance) => Promise<void> | void) => Promise<FastifyInstance>;

function appMaker({ host, services, onRoute }: ApiOptions, metrics: RequestMetrics): MakeApp {
  return async (register) => {
    const app = createHttpApp(limits, ({ url = "" }) => mlflowAddress(url));
    app.addHook("onRoute", (registered) => {
      const { method, url, config } = registered;
      if (config?.access === undefined) throw new Error(`${String(method)} ${url} declares no access`);
      onRoute?.(registered);
    });
    addTracing(app);
    countRequests(app, metrics);
    addGuards(app, { ...services, host });
    await register(app);
    await app.ready();
    return app;
  };
}

export function createApi(options: ApiOptions): Api {
  const { services, openServices } = options;
  const metrics = openMetrics();
  const make = appMaker(options, metrics);
  const wires: Wires = createWires([
    {
      paths: mlflowPaths,
      async make() {
        const { registerMlflow } = await import("./mlflow/index.ts");
        return make((app) => registerMlflow(app, services));
      },
    },
    {
      paths: /^\/(api|pipelines)\//,
      async make() {
        const [{ registerApi }, opened] = await Promise.all([import("./api-wire.ts"), openServices()]);
        return make((app) => registerApi(app, opened));
      },
    },
    {
      paths: /^/,
      async make() {
        const { addStudio, openAsk } = await import("./studio/index.ts");
        return make((app) => {
          addMetrics(app, metrics);
          addStudio(app, {
            openAsk: (headers) => openAsk(wires.appOf, headers),
            onDrawError: (err) => log.warn({ err }, "a page of the studio could not be drawn; it is sent without"),
          });
        });
      },
    },
  ]);
  const log = services.log.child({ part: "api" });
  const server = createWiresServer(wires, limits, (err) => log.error({ err }, "a wire could not be made"));
  answerExpectations(server, ({ headers }) => headers.authorization !== undefined || sessionSecret(headers) !== null);
  return { server, wires };
}
