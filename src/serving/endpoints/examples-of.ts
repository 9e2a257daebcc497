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
  const { status, text } = await askEndpoint(endpoint, { method: "GET", path: "/swagger.json?version=2" });
  if (status !== 200) {
    const reason = `The endpoint "${endpoint.name}" answered with status ${status} when it was asked for its columns.`;
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", reason, { details: { status } });
  }
  const [row = {}] = (JSON.parse(text) as Swagger).definitions?.ServiceInput?.example?.data ?? [];
  const columns = Object.entries(row).map(([name, example]) => ({ name, example: example as string | number | null }));
  return codeExamples({ scoringUri, schema: { columns }, authMode: endpoint.authMode });
}
