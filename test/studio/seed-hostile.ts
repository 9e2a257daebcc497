/** Puts hostile texts wherever the API takes a text of the user's choice. */
import type { Client } from "../../src/contract/index.ts";
import { hostileTexts } from "./hostile-text.ts";
import type { StudioServer } from "./world.ts";

export interface HostileWorld {
  /** Its name, log, tags, params, source and reason are hostile. */
  readonly run: string;
  readonly pipelineRun: string;
  /** Names of models: those of the texts that a model may have. */
  readonly models: readonly string[];
}

const [first = ""] = hostileTexts;
const all = hostileTexts.join("\n");
const tags = Object.fromEntries(hostileTexts.map((text) => [text, text]));

/** @param server with a world that was seeded: its endpoint gets hostile words too */
export async function seedHostile(server: StudioServer): Promise<HostileWorld> {
  const { client } = server;
  await seedDataset(client);
  const runs: string[] = [];
  for (const name of hostileTexts) {
    const body = {
      experiment: name,
      name,
      source: name,
      kind: "mlflow",
      params: { text: name },
      tags: { text: name },
    } as const;
    const { id: run } = await client.createRun({ body });
    await client.updateRun({ run, body: { status: "FAILED", statusReason: name } });
    runs.push(run);
  }
  const [run = ""] = runs;
  // Their names have MLflow's few characters.
  await client.updateRun({
    run,
    body: { tags: Object.fromEntries(hostileTexts.map((text, n) => [`text ${n}`, text])) },
  });
  await client.appendRunLog({ run, body: { text: `${all}\n\u001b[31m${first}\u001b[0m\n` } });
  await client.putRunArtifact({ run, path: "<img src=x onerror=window.__xss=1>.txt", upload: all, mediaType: "*/*" });
  await client.updateEndpoint({ endpoint: "churn", body: { description: all, tags } });
  await client.updateModelVersion({ model: "churn", version: "1", body: { description: all, tags } });
  await client.createMyToken({ body: { name: first } });
  return { run, models: await seedModels(server), pipelineRun: await seedPipeline(client) };
}

async function seedDataset(client: Client): Promise<void> {
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = hostileTexts.map((_, row) =>
    hostileTexts.map((_, i) => hostileTexts[(row + i) % hostileTexts.length] ?? ""),
  );
  const csv = [hostileTexts, ...rows].map((line) => line.map(cell).join(",")).join("\n");
  const { id } = await client.createUpload({
    query: { fileName: `${first}.csv` },
    upload: csv,
    mediaType: "application/octet-stream",
  });
  await client.createDatasetVersion({
    dataset: "hostile",
    body: { source: { upload: id }, createDataset: true, description: all, tags },
  });
}

/** By MLflow's API, which takes wider names than ours. */
async function seedModels({ url, token }: StudioServer): Promise<string[]> {
  // Neither may stand in a name.
  const names = hostileTexts.filter((text) => !/[/:]/.test(text));
  for (const name of names) {
    const answer = await fetch(`${url}/api/2.0/mlflow/registered-models/create`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name, description: name, tags: [{ key: "text", value: name }] }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return names;
}

async function seedPipeline(client: Client): Promise<string> {
  const definition = {
    name: "hostile",
    description: all,
    parameters: { text: { type: "string", description: all, default: first } },
    steps: {
      decide: { type: "approval", description: all, message: all },
      say: { type: "command", description: all, command: ["echo", "${{ parameters.text }}"] },
    },
  };
  await client.publishPipeline({ body: { definition, description: all } });
  const schedule = {
    name: "hostile",
    description: all,
    pipeline: "hostile",
    trigger: { kind: "event", type: "never" },
  } as const;
  await client.createSchedule({ body: schedule });
  const { id } = await client.createPipelineRun({
    body: { pipeline: "hostile", name: first, parameters: { text: all } },
  });
  return id;
}
