import { SlipwayError } from "../../base/index.ts";
import { codeExamples, type CodeExamples } from "../examples/index.ts";
import { askEndpoint } from "./ask-endpoint.ts";
import type { Endpoint } from "./types.ts";

/** What is read of the document. */
interface Swagger {
  readonly definitions?: { readonly ServiceInput?: { readonly example?: { readonly data?: readonly object[] } } };
}

/**
 * Code for clients with the model's columns. Its processes know them, whatever kind of model it is: they are asked.
 * @param scoringUri as the clients reach it
 * @throws as askEndpoint
 */
export async function examplesOf(endpoint: Endpoint, scoringUri: string): Promise<CodeExamples> {
  const document: Swagger = await swaggerOf(endpoint, 2);
  const [row = {}] = document.definitions?.ServiceInput?.example?.data ?? [];
  const columns = Object.entries(row).map(([name, example]) => ({ name, example: example as string | number | null }));
  return codeExamples({ scoringUri, schema: { columns }, authMode: endpoint.authMode });
}

/**
 * What the endpoint says of itself.
 * @param version 2 for Swagger 2.0, 3 for OpenAPI 3.0
 * @throws SLW_ENDPOINT_BACKEND, and as askEndpoint
 */
export async function swaggerOf(endpoint: Endpoint, version: 2 | 3): Promise<Record<string, unknown>> {
  const { status, text } = await askEndpoint(endpoint, { method: "GET", path: `/swagger.json?version=${version}` });
  if (status === 200) return JSON.parse(text) as Record<string, unknown>;
  const reason = `The endpoint "${endpoint.name}" answered with status ${status} when it was asked for its columns.`;
  throw new SlipwayError("SLW_ENDPOINT_BACKEND", reason, { details: { status } });
}
