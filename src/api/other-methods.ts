/** 405 instead of 404 for a path that is there with another method; as every route, only for those with a token. */
import type { FastifyInstance } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { fastifyPath } from "./register.ts";
import type { Route } from "./route.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export function refuseOtherMethods(scope: FastifyInstance, routes: readonly Route[]): void {
  const taken = new Map<string, string[]>();
  for (const { operation } of routes) {
    const url = fastifyPath(operation.path).replace(/:\w+/g, ":param");
    taken.set(url, [...(taken.get(url) ?? []), operation.method]);
  }
  for (const [url, allowed] of taken) {
    const allow = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : [])].join(", ");
    scope.route({
      method: methods.filter((method) => !allowed.includes(method)),
      url,
      config: { access: "user", workspace: null, upload: ["*/*"] },
      handler: () => {
        throw new SlipwayError("SLW_HTTP_METHOD", `This address takes ${allow}.`, { details: { allow } });
      },
    });
  }
}
