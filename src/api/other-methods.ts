/** 405 instead of 404 for a path that is there with another method; as every route, only for those with a token. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { fastifyPath } from "./register.ts";
import type { Route } from "./route.ts";

/** A route as Fastify writes it: "/a/:b/*". */
interface Address {
  readonly method: string;
  readonly url: string;
}

/**
 * Which methods a path takes, by the patterns of routes. Asked after the router has found nothing, so that no route
 * has to be made for what is refused: they would be most of all, and a router of thousands takes long to fill.
 * @returns for a path without its query; [] where no pattern fits
 */
export function createMethodFinder(addresses: readonly Address[]): (path: string) => readonly string[] {
  const patterns = addresses.map(({ method, url }) => ({ method, fits: new RegExp(`^${expressionOf(url)}$`) }));
  return (path) => [...new Set(patterns.filter(({ fits }) => fits.test(path)).map(({ method }) => method))];
}

/** A parameter is one segment, a star at the end is all that follows; the rest of a pattern is letters, "-", "_", ".". */
function expressionOf(url: string): string {
  return url.replace(/\./g, "\\.").replace(/:\w+/g, "[^/]+").replace(/\*$/, ".*");
}

/** @throws SLW_HTTP_METHOD, with the header that says what is taken */
export function refuseMethod(reply: FastifyReply, taken: readonly string[]): never {
  const allow = [...taken, ...(taken.includes("GET") ? ["HEAD"] : [])].join(", ");
  reply.header("allow", allow);
  throw new SlipwayError("SLW_HTTP_METHOD", `This address takes ${allow}.`, { details: { allow } });
}

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
