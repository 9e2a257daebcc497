import { slipwayVersion } from "../../base/index.ts";
import { operations } from "../../contract/index.ts";
import { route, type Route } from "../route.ts";

export function serverRoutes(): Route[] {
  return [route(operations.getStatus, () => Promise.resolve({ status: "ready" as const, version: slipwayVersion() }))];
}
