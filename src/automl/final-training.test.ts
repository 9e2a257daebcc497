import { expect, it } from "vitest";
import { retrain } from "./final-training.ts";
import { prepare } from "./prepare.ts";
import { resolveOptions } from "./resolve-options.ts";
import { openPool } from "./run.ts";
import { madeTable } from "./test-dataset.ts";

it.each(["NeuralNetwork", "GradientBoosting"])(
  "%s is trained for as many rounds as were best, also where the trial left their number to the learner",
  async (algorithm) => {
    const data = madeTable(120, (signal, random) => signal + random.normal());
    const resolved = resolveOptions({ target: "y", threads: 2 });
    const { pool, close } = openPool(prepare(data, { target: "y" }, resolved), resolved);
    try {
      const member = { trial: 0, algorithm, params: {}, seed: 1, trainedOn: "all" } as const;
      const [short, long, again] = await retrain(
        pool,
        [3, 9, 3].map((rounds) => ({ ...member, rounds })),
        undefined,
      );
      expect(again).toEqual(short);
      expect(long).not.toEqual(short);
    } finally {
      await close();
    }
  },
);
