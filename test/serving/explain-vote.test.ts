/** Bank marketing through an endpoint: a vote of neighbours and boosting, each answer with its explanation. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { automl } from "../../src/automl/index.ts";
import { readTable, takeRows } from "../../src/data/index.ts";
import { readModel, writeModel, type Model } from "../../src/model/index.ts";
import type { RowExplanation } from "../../src/contract/index.ts";
import { serveModel, type Endpoint } from "../../src/serving/index.ts";
import { root, temporaryFolder } from "../cli/run-cli.ts";

const bank = join(root, "../shared/data/bankmarketing.csv");
const missing = existsSync(bank) ? null : "../shared/data/bankmarketing.csv is absent";
const key = "a-key-of-the-test";

describe.skipIf(missing !== null)(`bank marketing${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  const path = join(temporaryFolder(), "vote.slipway");
  let endpoint: Endpoint;
  let model: Model;

  beforeAll(async () => {
    const { table } = await readTable(bank);
    const rows = takeRows(
      table,
      Uint32Array.from({ length: 1000 }, (_, i) => i * 41),
    );
    const common = { target: "y", maxTrials: 1, threads: 1, validation: "holdout:0.2" } as const;
    const train = async (name: string): Promise<Model> => {
      for await (const event of automl(rows, { ...common, allowed: [name] })) {
        if (event.type === "finished") return event.result.model;
      }
      throw new Error("no model");
    };
    const [near, boosted] = [await train("KNN"), await train("GradientBoosting")];
    const members = [...near.members, ...boosted.members].map((member) => ({ ...member, weight: 0.5 }));
    await writeModel(path, { ...near, members, name: "VotingEnsemble" });
    model = await readModel(path);
    endpoint = await serveModel({ model, host: "127.0.0.1", port: 0, key, name: "bank" });
  });
  afterAll(() => endpoint?.close());

  const ask = async (
    data: unknown[],
    method: string,
  ): Promise<{ result: unknown[]; explanations: RowExplanation[] }> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const body = JSON.stringify({ data, method, explain: true });
    const answer = await fetch(`${endpoint.url}/score`, { method: "POST", headers, body });
    expect(answer.status).toBe(200);
    return (await answer.json()) as never;
  };

  test("every row: baseline and contributions add up to the probability, each time the same", async () => {
    const { data } = JSON.parse(readFileSync(join(root, "../shared/data/bank_two_rows.json"), "utf8")) as {
      data: Record<string, unknown>[];
    };
    const { result, explanations } = await ask(data, "predict_proba");
    expect(explanations).toHaveLength(data.length);
    explanations.forEach(({ scale, output, exact, baseline, contributions }, row) => {
      expect({ scale, output, exact }).toEqual({ scale: "probability", output: "yes", exact: false });
      expect(Object.keys(contributions)).toEqual(model.inputs.map(({ name }) => name));
      const sum = Object.values(contributions).reduce((total, value) => total + value, baseline);
      expect(sum).toBeCloseTo((result as number[][])[row]![1]!, 12);
      expect(contributions["duration"]).not.toBe(0);
    });
    const again = await ask(data.toReversed(), "predict");
    expect(again.explanations.toReversed()).toEqual(explanations);
  });

  test("the file holds columns of the background, and no row of training", async () => {
    expect(model.background).toHaveLength(model.inputs.length);
    for (const values of model.background ?? []) expect(values).toHaveLength(32);
  });
});
