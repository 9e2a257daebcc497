/** A request to an endpoint's /score on behalf of somebody who has no key at hand. */
import { SlipwayError } from "../../base/index.ts";
import type { Queryable, SecretBox } from "../../store/index.ts";
import { askEndpoint } from "./ask-endpoint.ts";
import { openKeys } from "./keys.ts";
import { deploymentOf, findEndpoint } from "./rows.ts";
import { signToken } from "./token.ts";
import type { Endpoint, EndpointRef } from "./types.ts";

export interface TestRequest extends EndpointRef {
  /** As for /score; sent as JSON. */
  readonly body: unknown;
  /** Absent: the traffic decides. */
  readonly deployment?: string | undefined;
  /** Name of the user. */
  readonly userName: string;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or text where it is none. */
  readonly body: unknown;
  readonly milliseconds: number;
}

/** Milliseconds. */
const tokenLifetime = 60_000;

/** @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_DEPLOYMENT, and as askEndpoint */
export async function sendTest(
  { database, secrets }: { readonly database: Queryable; readonly secrets: SecretBox },
  { body, deployment, userName, ...ref }: TestRequest,
): Promise<TestAnswer> {
  const endpoint = await findEndpoint(database, ref);
  if (deployment !== undefined) deploymentOf(endpoint, deployment);
  const credential = await credentialOf(database, secrets, endpoint, userName);
  const start = performance.now();
  const { status, headers, text } = await askEndpoint(endpoint, {
    method: "POST",
    path: "/score",
    headers: {
      "content-type": "application/json",
      ...(credential !== null && { authorization: `Bearer ${credential}` }),
      ...(deployment !== undefined && { "azureml-model-deployment": deployment }),
    },
    body: JSON.stringify(body),
  });
  return { status, headers, body: parsed(text), milliseconds: performance.now() - start };
}

async function credentialOf(
  database: Queryable,
  secrets: SecretBox,
  endpoint: Endpoint,
  userName: string,
): Promise<string | null> {
  if (endpoint.authMode === "none") return null;
  if (endpoint.authMode === "token") return signToken(secrets, endpoint, userName, tokenLifetime).token;
  const keys = await openKeys(database, secrets, endpoint.id);
  const valid = keys.find(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > Date.now());
  if (valid !== undefined) return valid.key;
  throw new SlipwayError("SLW_ENDPOINT_STATE", `Both keys of the endpoint "${endpoint.name}" have expired.`, {
    fix: `Make a new one: slipway endpoints keys ${endpoint.name} --regenerate primary`,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
