import type { Backend } from "../backends/index.ts";
import type { EndpointConfig } from "../config/index.ts";
import { findWire } from "../wires/index.ts";

/** The first calls of a function are ten times as slow as later ones: they are made before anybody waits for them. */
const calls = 20;

/** Answers each model's own example a few times, from the bytes of a request to those of an answer. */
export async function warmUp(
  { deployments, settings }: Pick<EndpointConfig, "deployments" | "settings">,
  backends: ReadonlyMap<string, Backend>,
): Promise<void> {
  const wire = findWire("/score", "application/json");
  for (const { name, model } of deployments) {
    const backend = backends.get(name);
    // A model that does not say what it takes has no example, and one in another process is warmed up there.
    if (wire === null || backend === undefined || model.kind === "mlflow") continue;
    const { schema } = backend;
    const example = Object.fromEntries(schema.columns.map((column) => [column.name, column.example]));
    const body = Buffer.from(JSON.stringify({ data: [example] }));
    const request = {
      path: "/score",
      query: "",
      mediaType: "application/json",
      accept: null,
      body,
      schema,
      settings,
      model,
    };
    for (let call = 0; call < calls; call++) {
      const parsed = wire.parse(request);
      parsed.format(await backend.score(parsed.rows));
    }
  }
}
