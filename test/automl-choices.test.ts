/** What the studio's wizard says of the engine, in words of its own since it cannot import it, is what the engine does. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { learningAlgorithms } from "../src/automl/learners/index.ts";
import { parseValidation } from "../src/automl/validation.ts";
import { metricInfo, primaryMetrics } from "../src/kernels/index.ts";
import { defaultValidation, isLessBetter, learners, primaryMetrics as offered } from "../src/studio/automl/choices.ts";

const tasks = ["classification", "regression"] as const;

test.each(tasks)("%s: the wizard offers the engine's metrics, and knows which way is better", (task) => {
  expect(offered[task].map(({ id }) => id).toSorted()).toEqual([...primaryMetrics(task)].toSorted());
  for (const metric of primaryMetrics(task))
    expect([metric, isLessBetter(metric)]).toEqual([metric, metricInfo(metric).direction === "minimize"]);
});

test.each(tasks)("%s: the wizard offers the engine's learners", (task) => {
  const known = Object.values(learningAlgorithms).filter((algorithm) => algorithm.tasks.includes(task));
  expect([...learners[task]].toSorted()).toEqual(known.map(({ name }) => name).toSorted());
});

test("the wizard says by which rows the engine judges", () => {
  const shape = fc.record({
    rows: fc.oneof(fc.integer({ min: 2, max: 3000 }), fc.integer({ min: 2, max: 1_000_000 })),
    columns: fc.integer({ min: 1, max: 1000 }),
    classes: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(
    fc.property(shape, ({ rows, columns, classes }) => {
      const plan = parseValidation("auto", { rows, features: columns, classes });
      const said = plan.kind === "cv" ? `cv:${plan.folds}` : `holdout:${plan.share}`;
      expect(defaultValidation({ rows, columns, classes })).toBe(said);
    }),
  );
});
