/** What MLflow's clients ask of a server before anything else. */
import type { FastifyInstance } from "fastify";
import { defaultWorkspace } from "../../access/index.ts";
import { mlflowError } from "./errors.ts";

/** The version of MLflow whose API this is. */
const mlflowVersion = "3.17.2";

/** Multipart uploads work, but are not recommended: one PUT takes a file of any size, and stores it once. */
const serverInfo = {
  store_type: "SqlStore",
  workspaces_enabled: false,
  trace_archival_enabled: false,
  multipart_uploads_enabled: false,
  multipart_downloads_enabled: false,
};

export function registerServerInfo(scope: FastifyInstance): void {
  const open = { access: "public", workspace: null } as const;
  for (const [url, answer] of [
    ["/health", "OK"],
    ["/version", mlflowVersion],
  ] as const) {
    scope.get(url, { config: open }, (_request, reply) => reply.type("text/plain; charset=utf-8").send(answer));
  }
  for (const { before, workspace } of [
    { before: "", workspace: { name: defaultWorkspace } },
    { before: "/workspaces/:workspace", workspace: { param: "workspace" } },
  ]) {
    const config = { access: "reader", workspace, errorBody: mlflowError } as const;
    scope.get(`${before}/api/3.0/mlflow/server-info`, { config }, (_request, reply) => reply.send(serverInfo));
  }
}
