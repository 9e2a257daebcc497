/** What is answered below the contract's roots where it has no route. */
import type { FastifyInstance } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { createMethodFinder, refuseMethod } from "./other-methods.ts";
import { fastifyPath } from "./register.ts";
import type { Route } from "./route.ts";

/** Below which the contract has addresses: ours, and Azure ML's of published pipelines. */
const roots = ["/api/v1/*", "/pipelines/v1.0/*"];

/** What is below a root and no route: whoever has no token does not learn which addresses there are. */
export function refuseOthers(scope: FastifyInstance, routes: readonly Route[]): void {
  const methodsOf = createMethodFinder(
    routes.map(({ operation: { method, path } }) => ({ method, url: fastifyPath(path) })),
  );
  for (const url of roots) {
    scope.route({
      method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      url,
      config: { access: "user", workspace: null, upload: ["*/*"] },
      handler: (request, reply) => {
        const taken = methodsOf(request.url.split("?", 1)[0] as string);
        if (taken.length > 0) refuseMethod(reply, taken);
        throw new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address.");
      },
    });
  }
}
