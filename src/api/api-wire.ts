/** Our own API: the operations of the contract below /api/v1, Azure ML's published pipelines, and their documentation. */
import type { FastifyInstance } from "fastify";
import { parseJsonBody } from "../http/index.ts";
import { addDocs } from "./docs.ts";
import { refuseOthers } from "./refuse-others.ts";
import { registerRoutes } from "./register.ts";
import { apiRoutes } from "./routes/index.ts";
import type { Services } from "./services.ts";

export async function registerApi(app: FastifyInstance, services: Services): Promise<void> {
  const routes = apiRoutes(services);
  await app.register((scope, _options, done) => {
    takeJson(scope);
    registerRoutes(
      scope,
      routes.filter(({ operation }) => operation.upload === undefined),
      services,
    );
    addDocs(scope);
    done();
  });
  await app.register((scope, _options, done) => {
    takeBytes(scope);
    registerRoutes(
      scope,
      routes.filter(({ operation }) => operation.upload !== undefined),
      services,
    );
    refuseOthers(scope, routes);
    done();
  });
}

function takeJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function takeBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}
