/** The rows of a new endpoint: it, its keys and its first deployment. Its processes are the keeper's. */
import type { Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { transaction, type Database, type Queryable, type SecretBox, type Tables } from "../../store/index.ts";
import { defaultSettings, type AuthMode } from "../config/index.ts";
import { recordEndpointChange } from "./changes.ts";
import { insertDeployment, resolveModel } from "./create-deployment.ts";
import { ensureKeys } from "./keys.ts";
import { freePort, requirePort } from "./port.ts";
import { readEndpoint } from "./rows.ts";
import { mergeSettings, wantsReplicas, type SettingChanges } from "./settings.ts";
import { newTokenKey } from "./token.ts";
import type { By, ComputeType, Endpoint, EndpointRef } from "./types.ts";

export interface NewEndpoint extends EndpointRef, By {
  /** Of the request, so that a repeated one has one effect. */
  readonly id: string;
  /** NAME or NAME@VERSION: as resolveVersion has it; "latest" by default. */
  readonly model: string;
  /** Name of its first deployment. Default: blue. */
  readonly deployment?: string | undefined;
  /** Default: production where the settings ask for replicas, otherwise quick. */
  readonly computeType?: ComputeType | undefined;
  /** Default: key. */
  readonly authMode?: AuthMode | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly settings?: SettingChanges | undefined;
  /** Absent: any free one. */
  readonly port?: number | undefined;
  /** Absent: they are made. */
  readonly primaryKey?: string | undefined;
  readonly secondaryKey?: string | undefined;
}

/** Where it will run. */
export interface Place {
  /** The address to listen on. */
  readonly host: string;
  /** As Home has it. */
  readonly home: string;
}

/** Ports that others may take between our look and our row. */
const attempts = 5;

/** What a server gives it that has its folder. */
export type WantedEndpoint = Omit<NewEndpoint, "port" | "primaryKey" | "secondaryKey">;

/** Home of an endpoint that has none yet. */
export const wantedHome = (id: string): string => `wanted/${id}`;

/**
 * As insertEndpoint, for those that have neither a data folder nor the key for secrets, such as workers: the next server
 * that looks gives the endpoint its place and its keys (placeWanted).
 * @throws SLW_ENDPOINT_NAME_TAKEN, SLW_ENDPOINT_SETTINGS, SLW_REGISTRY_*
 */
export async function wantEndpoint(trx: Transaction<Tables>, input: WantedEndpoint): Promise<Endpoint> {
  const made = await readEndpoint(trx, input.id);
  if (made !== null) return ownOf(made, input);
  const place = { host: "127.0.0.1", home: wantedHome(input.id), port: 1 };
  return (await insertOnce(trx, null, input, place)) ?? throwTaken(input.endpoint);
}

/**
 * A request that is sent again (the same id) gets the endpoint that it made.
 * @throws SLW_ENDPOINT_NAME_TAKEN, SLW_ENDPOINT_PORT, SLW_ENDPOINT_SETTINGS, SLW_REGISTRY_*
 */
export async function insertEndpoint(
  database: Database,
  secrets: SecretBox,
  input: NewEndpoint,
  place: Place,
): Promise<Endpoint> {
  const made = await readEndpoint(database, input.id);
  if (made !== null) return ownOf(made, input);
  for (let attempt = 1; ; attempt++) {
    if (input.port !== undefined) await requireName(database, input);
    if (input.port !== undefined) await requirePort(database, place.home, place.host, input.port);
    const port = input.port ?? (await freePort(database, place.home, place.host));
    const endpoint = await transaction(database, (trx) => insertOnce(trx, secrets, input, { ...place, port }));
    if (endpoint !== null) return endpoint;
    if (attempt === attempts || input.port !== undefined) {
      throw new SlipwayError("SLW_ENDPOINT_PORT", `Port ${port} of ${place.host} is in use.`, {
        details: { host: place.host, port },
      });
    }
  }
}

/**
 * @param secrets null: its keys are made later
 * @returns null where another endpoint has taken the port meanwhile
 */
async function insertOnce(
  trx: Queryable,
  secrets: SecretBox | null,
  input: NewEndpoint,
  place: Place & { readonly port: number },
): Promise<Endpoint | null> {
  const { id, workspaceId, endpoint: name, actor, authMode = "key", settings = {} } = input;
  const computeType = input.computeType ?? (wantsReplicas(settings) ? "production" : "quick");
  const version = await resolveModel(trx, input);
  const added = await trx
    .insertInto("endpoints")
    .values({
      ...place,
      id,
      workspace_id: workspaceId,
      name,
      description: input.description ?? "",
      tags: JSON.stringify(input.tags ?? {}),
      compute_type: computeType,
      auth_mode: authMode,
      token_key: authMode === "token" && secrets !== null ? newTokenKey(secrets, id) : null,
      settings: JSON.stringify(mergeSettings(defaultSettings, settings, computeType)),
      created_by: actor.userName,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (added === undefined) {
    const twin = await readEndpoint(trx, id);
    if (twin !== null) return ownOf(twin, input);
    await requireName(trx, input);
    return null;
  }
  if (authMode === "key" && secrets !== null) {
    await ensureKeys(trx, secrets, id, {
      primary: input.primaryKey,
      secondary: input.secondaryKey,
      requestId: id,
    });
  }
  const data = { computeType, authMode, ...(secrets !== null && { port: place.port }) };
  await recordEndpointChange(trx, { workspaceId, name }, { how: "created", action: "createEndpoint", actor, data });
  const endpoint = (await readEndpoint(trx, id)) as Endpoint;
  // The deployment's id follows from the endpoint's: who repeats the request finds it.
  await insertDeployment(trx, endpoint, { ...input, id, name: input.deployment, version, traffic: 100 });
  return readEndpoint(trx, id);
}

/** @throws SLW_ENDPOINT_NAME_TAKEN */
async function requireName(database: Queryable, { workspaceId, endpoint }: EndpointRef): Promise<void> {
  const other = await database
    .selectFrom("endpoints")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", endpoint)
    .where("desired", "!=", "deleted")
    .executeTakeFirst();
  if (other !== undefined) throw nameTaken(endpoint);
}

function ownOf(made: Endpoint, { workspaceId, endpoint }: EndpointRef): Endpoint {
  if (made.workspaceId === workspaceId && made.name === endpoint && made.desired !== "deleted") return made;
  throw nameTaken(endpoint);
}

function throwTaken(endpoint: string): never {
  throw nameTaken(endpoint);
}

function nameTaken(endpoint: string): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_NAME_TAKEN", `There is an endpoint "${endpoint}" already.`, {
    details: { endpoint },
  });
}
