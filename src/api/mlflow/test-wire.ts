/** A server with MLflow's wire, users of several roles and a canary beside its files: for tests. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { assignRole, createUser, createWorkspace, ensureAdmin, issueToken } from "../../access/index.ts";
import { silentLog } from "../../base/index.ts";
import { openArtifactStore, openDatabase, serverActor, type Database } from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import { startApi } from "../start-api.ts";
import type { Services } from "../services.ts";

export const base = "/api/2.0/mlflow";
export const proxy = "/api/2.0/mlflow-artifacts/artifacts";

interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Asking {
  readonly json?: unknown;
  readonly bytes?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the administrator's. */
  readonly token?: string;
}

export interface TestWire {
  readonly url: string;
  /** Holds the artifact store in "artifacts", and a file "canary". */
  readonly folder: string;
  /** Of an administrator, of two users of the workspace "default", and of the owner of the workspace "other". */
  readonly tokens: Readonly<Record<"admin" | "contributor" | "reader" | "stranger", string>>;
  /** With the path as it is: fetch would tidy it up. */
  ask(method: string, path: string, asking?: Asking): Promise<Asked>;
  /** @returns its id */
  newRun(token?: string): Promise<string>;
  /** @returns the id of a logged model */
  newModel(token?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openTestWire(options: Pick<Services, "artifactRoot"> = {}): Promise<TestWire> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-mlflow-wire-"));
  await writeFile(join(folder, "canary"), "canary");
  const made = await testDatabase();
  const database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const tokens = await makeUsers(database);
  const artifacts = await openArtifactStore(join(folder, "artifacts"));
  const services = { database, artifacts, ...options, log: silentLog } as Services;
  const api = await startApi({ host: "127.0.0.1", port: 0, services });
  const ask: TestWire["ask"] = (method, path, { token = tokens.admin, ...asking } = {}) =>
    send(api.url, method, path, { ...asking, token });
  const create = async (path: string, token = tokens.admin): Promise<Created> =>
    JSON.parse((await ask("POST", path, { json: { experiment_id: "0" }, token })).body) as Created;
  return {
    url: api.url,
    folder,
    tokens,
    ask,
    newRun: async (token) => (await create(`${base}/runs/create`, token)).run.info.run_id,
    newModel: async (token) => (await create(`${base}/logged-models`, token)).model.info.model_id,
    async close() {
      await api.close();
      await database.destroy();
      await made.drop();
      await rm(folder, { recursive: true });
    },
  };
}

interface Created {
  readonly run: { readonly info: { readonly run_id: string } };
  readonly model: { readonly info: { readonly model_id: string } };
}

async function makeUsers(database: Database): Promise<TestWire["tokens"]> {
  const admin = (await ensureAdmin(database)) as string;
  const { id } = await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow();
  const other = await createWorkspace(database, { name: "other", description: "" }, serverActor);
  const user = async (name: string, workspaceId: string, role: "reader" | "contributor" | "owner"): Promise<string> => {
    const { id: userId } = await createUser(database, { name, isAdmin: false }, serverActor);
    await assignRole(database, workspaceId, { user: name, role }, serverActor);
    return (await issueToken(database, { userId, userName: name, name: "test", expiresAt: null }, serverActor)).token;
  };
  return {
    admin,
    contributor: await user("contributor", id, "contributor"),
    reader: await user("reader", id, "reader"),
    stranger: await user("stranger", other.id, "owner"),
  };
}

function send(url: string, method: string, path: string, { json, bytes, headers, token }: Asking): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const payload = json === undefined ? bytes : JSON.stringify(json);
    const all = {
      authorization: `Bearer ${token}`,
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(payload !== undefined && { "content-length": String(Buffer.byteLength(payload)) }),
      ...headers,
    };
    const { hostname, port } = new URL(url);
    const asked = request({ hostname, port, method, path, headers: all }, (answer) => {
      text(answer)
        .then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
        .catch(reject);
    });
    asked.on("error", reject).end(payload);
  });
}
