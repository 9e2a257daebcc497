import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stepsAgain } from "./again.ts";
import { createGraph } from "./graph.ts";
import { simulate, type Simulation } from "./test-simulation.ts";
import type { PipelineDefinition, Step } from "../../definition/index.ts";

const command = (more: Partial<Step> = {}): Step => ({ type: "command", command: ["true"], ...more }) as Step;
const definitionOf = (steps: Record<string, Step>, more: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  name: "test",
  ...more,
  steps,
});

/** Name and state of each step, in order. */
function states({ steps }: Simulation): Record<string, string> {
  return Object.fromEntries([...steps.values()].map(({ name, state }) => [name, state]));
}

describe("a run", () => {
  test("begins what needs nobody, then what has its needs", () => {
    const run = simulate(definitionOf({ a: command(), b: command({ needs: ["a"] }), c: command() }));
    run.advance();
    expect(states(run)).toEqual({ a: "QUEUED", b: "WAITING", c: "QUEUED" });
    run.finish("a");
    run.advance();
    expect(states(run)).toEqual({ a: "FINISHED", b: "QUEUED", c: "QUEUED" });
    run.finish("b");
    run.finish("c");
    run.advance();
    expect(run.end).toEqual({ state: "FINISHED", reason: null });
  });

  test("skips what needs a failed step, begins nothing else, and says why it failed", () => {
    const run = simulate(
      definitionOf({ a: command(), b: command({ needs: ["a"] }), c: command(), d: command({ needs: ["c"] }) }),
    );
    run.advance();
    run.fail("a", "ended with exit code 3");
    run.advance();
    expect(states(run)).toEqual({ a: "FAILED", b: "SKIPPED", c: "QUEUED", d: "SKIPPED" });
    expect(run.steps.get("d")?.reason).toBe('"a" failed');
    run.finish("c");
    run.advance();
    expect(run.end).toEqual({ state: "FAILED", reason: "a: ended with exit code 3" });
  });

  test("goes on beside a failed step when the definition, or the step, says so", () => {
    const steps = { a: command(), b: command({ needs: ["a"] }), c: command(), d: command({ needs: ["c"] }) };
    const whole = simulate(definitionOf(steps), { continueOnStepFailure: true });
    const single = simulate(definitionOf({ ...steps, a: command({ continue_on_failure: true }) }));
    for (const run of [whole, single]) {
      run.advance();
      run.fail("a", "no");
      run.finish("c");
      run.advance();
      expect(states(run)).toEqual({ a: "FAILED", b: "SKIPPED", c: "FINISHED", d: "QUEUED" });
      run.finish("d");
      run.advance();
    }
    expect(whole.end).toEqual({ state: "FAILED", reason: "a: no" });
    expect(single.end).toEqual({ state: "FINISHED", reason: null });
  });

  test("runs steps that ask about failures, after all others where they name none", () => {
    const run = simulate(
      definitionOf({
        a: command(),
        b: command({ needs: ["a"] }),
        tell: command({ if: "failed()" }),
        clean: command({ if: "always()", needs: ["b"] }),
        praise: command({ if: "succeeded() && always()" }),
        recover: command({ if: 'steps.a.state == "FAILED"' }),
      }),
    );
    run.advance();
    run.fail("a", "no");
    run.advance();
    expect(states(run)).toEqual({
      a: "FAILED", b: "SKIPPED", tell: "WAITING", clean: "QUEUED", praise: "WAITING", recover: "QUEUED",
    }); // prettier-ignore
    run.finish("clean");
    run.finish("recover");
    run.advance();
    expect(states(run)).toMatchObject({ tell: "QUEUED", praise: "SKIPPED" });
    run.finish("tell");
    run.advance();
    expect(run.end?.state).toBe("FAILED");
  });

  test("skips a step whose condition is not met, and fails one whose condition has no value", () => {
    const parameters = { rows: 3 };
    const run = simulate(
      definitionOf({ a: command({ if: "parameters.rows > 5" }), b: command({ if: "parameters.rows" }) }),
      { parameters },
    );
    run.advance();
    expect(run.steps.get("a")).toMatchObject({
      state: "SKIPPED",
      reason: "its condition is not met: parameters.rows > 5",
    });
    expect(run.steps.get("b")?.state).toBe("FAILED");
    expect(run.end?.state).toBe("FAILED");
  });

  test("tries a failed step again, later each time, as often as it says", () => {
    const run = simulate(definitionOf({ a: command({ retries: 2, retry_delay: 10 }) }));
    run.advance();
    run.fail("a", "first");
    run.advance();
    expect(run.steps.get("a")).toMatchObject({ state: "WAITING", notBefore: run.now + 10_000, reason: "first" });
    expect(run.nextAt).toBe(run.now + 10_000);
    run.wait(10_000);
    run.advance();
    run.fail("a", "second");
    run.advance();
    expect(run.steps.get("a")?.notBefore).toBe(run.now + 20_000);
    run.wait(20_000);
    run.advance();
    run.fail("a", "third");
    run.advance();
    expect(run.end).toEqual({ state: "FAILED", reason: "a: third" });
    expect(run.steps.get("a")?.earlierRuns).toHaveLength(2);
  });

  test("makes an instance for each member, some at a time, and ends the step with the last", () => {
    const run = simulate(
      definitionOf({
        each: command({ for_each: ["x", "y", "z"], max_parallel: 2, if: "item != 'y'" }),
        after: command({ needs: ["each"] }),
      }),
    );
    run.advance();
    expect(states(run)).toEqual({
      each: "RUNNING", after: "WAITING", "each[0]": "QUEUED", "each[1]": "SKIPPED", "each[2]": "QUEUED",
    }); // prettier-ignore
    run.finish("each[0]");
    run.finish("each[2]");
    run.advance();
    expect(states(run)).toMatchObject({ each: "FINISHED", after: "QUEUED" });
  });

  test("fails a step of whose instances one failed, and says which", () => {
    const run = simulate(definitionOf({ each: command({ for_each: [1, 2, 3], max_parallel: 1 }) }));
    run.advance();
    run.fail("each[0]", "no");
    run.advance();
    expect(states(run)).toEqual({ each: "FAILED", "each[0]": "FAILED", "each[1]": "SKIPPED", "each[2]": "SKIPPED" });
    expect(run.end).toEqual({ state: "FAILED", reason: "each[0]: no" });
  });

  test("finishes a step for each of none", () => {
    const run = simulate(definitionOf({ each: command({ for_each: [] }), after: command({ needs: ["each"] }) }));
    run.advance();
    expect(states(run)).toEqual({ each: "FINISHED", after: "QUEUED" });
  });

  test("ends at once what waits when it is cancelled, and asks what runs to end", () => {
    const run = simulate(
      definitionOf({ a: command({ retries: 3 }), b: command({ needs: ["a"] }), c: { type: "approval", message: "?" } }),
    );
    run.advance();
    run.cancel(false);
    run.advance();
    expect(states(run)).toEqual({ a: "QUEUED", b: "KILLED", c: "KILLED" });
    expect(run.asked).toEqual([{ name: "a", force: false }]);
    run.cancel(true);
    run.advance();
    expect(run.asked.at(-1)).toEqual({ name: "a", force: true });
    run.fail("a", "failed while it was asked to end");
    run.advance();
    expect(run.end).toEqual({ state: "KILLED", reason: "cancelled by ann" });
  });

  test("ends, KILLED, with the reason of an evaluation that found nothing better", () => {
    const run = simulate(definitionOf({ judge: command(), deploy: command({ needs: ["judge"] }), other: command() }));
    run.advance();
    run.finish("judge", "0.91 is not better than 0.93");
    run.advance();
    expect(states(run)).toEqual({ judge: "FINISHED", deploy: "KILLED", other: "QUEUED" });
    expect(run.asked).toEqual([{ name: "other", force: false }]);
    run.kill("other");
    run.advance();
    expect(run.end).toEqual({ state: "KILLED", reason: "judge: 0.91 is not better than 0.93" });
  });

  test("does not wait for a decision, or for itself, for ever", () => {
    const approval = simulate(definitionOf({ ask: { type: "approval", message: "?" } }));
    approval.advance();
    expect(approval.nextAt).not.toBeNull();
    approval.wait(7 * 86_400_000);
    approval.advance();
    expect(approval.end).toMatchObject({ state: "FAILED" });

    const run = simulate(definitionOf({ a: command({ retries: 5 }), b: command({ needs: ["a"] }) }));
    run.advance();
    run.wait(30 * 86_400_000);
    run.advance();
    expect(run.asked).toEqual([{ name: "a", force: false }]);
    run.wait(60_000);
    run.advance();
    expect(run.asked.at(-1)).toEqual({ name: "a", force: true });
    run.kill("a");
    run.advance();
    expect(run.end).toMatchObject({ state: "FAILED", reason: "the run did not end within 30 days" });
  });

  test("fails a step whose run is gone", () => {
    const run = simulate(definitionOf({ a: command() }));
    run.advance();
    run.lose("a");
    run.advance();
    expect(run.end).toEqual({ state: "FAILED", reason: "a: its run is no longer there" });
  });
});

describe("what runs again", () => {
  const definition = definitionOf({
    a: command(),
    b: command({ needs: ["a"], for_each: [1, 2] }),
    c: command({ needs: ["b"] }),
  });
  const failed = (): Simulation => {
    const run = simulate(definition);
    run.advance();
    run.finish("a");
    run.advance();
    run.finish("b[0]");
    run.fail("b[1]", "no");
    run.advance();
    return run;
  };

  test("is what did not end well", () => {
    const run = failed();
    run.retry(null);
    expect(states(run)).toEqual({ a: "FINISHED", b: "RUNNING", c: "WAITING", "b[0]": "FINISHED", "b[1]": "WAITING" });
    run.advance();
    run.finish("b[1]");
    run.advance();
    run.finish("c");
    run.advance();
    expect(run.end?.state).toBe("FINISHED");
    expect(run.begun.get("a")).toBe(1);
  });

  test("is a step and all after it where one is named", () => {
    const run = failed();
    const again = stepsAgain([...run.steps.values()], { definition, graph: createGraph(definition), from: "b" });
    expect(again.steps.map(({ name, state }) => [name, state])).toEqual([
      ["b", "WAITING"],
      ["c", "WAITING"],
    ]);
    expect(again.removed).toEqual(["b[0]", "b[1]"]);
    expect(again.steps[0]?.earlierRuns).toHaveLength(2);
  });
});

/** Steps that need some of those before them, with conditions, fan-out, retries, and failures that are allowed. */
const anyDefinition = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(9), { maxLength: 3 }),
      if: fc.constantFrom(
        undefined,
        undefined,
        undefined,
        "always()",
        "failed()",
        "succeeded()",
        "1 == 2",
        "1 < 2 && !failed()",
      ),
      each: fc.constantFrom(undefined, undefined, undefined, 0, 1, 3),
      max: fc.constantFrom(undefined, 1, 2),
      retries: fc.constantFrom(0, 0, 1, 2),
      approval: fc.constantFrom(false, false, false, true),
      allowed: fc.constantFrom(false, false, true),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((parts) => {
    const steps: Record<string, Step> = {};
    for (const [index, { needs, each, max, approval, allowed, retries, if: condition }] of parts.entries()) {
      const before = index === 0 ? [] : [...new Set(needs.map((need) => `s${need % index}`))];
      steps[`s${index}`] = {
        ...(approval ? { type: "approval", message: "?" } : { type: "command", command: ["true"] }),
        needs: before,
        retries,
        ...(condition !== undefined && { if: condition }),
        ...(each !== undefined && { for_each: Array.from({ length: each }, (_, i) => i) }),
        ...(max !== undefined && { max_parallel: max }),
        ...(allowed && { continue_on_failure: true }),
      } as Step;
    }
    return definitionOf(steps);
  });

const anyEvent = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constantFrom("begin", "finish", "fail"), which: fc.nat(50) } as const) },
  { weight: 4, arbitrary: fc.constant({ what: "advance", which: 0 } as const) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom("approve", "reject", "requeue", "kill"), which: fc.nat(50) } as const) },
  { weight: 2, arbitrary: fc.constantFrom({ what: "crash", which: 0 } as const, { what: "wait", which: 0 } as const) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("cancel", "force", "reuse", "cancelRest", "lose"), which: fc.nat(50) } as const) },
); // prettier-ignore

const sequences = Number(process.env["FAULTS"] ?? 1) * 500;

describe("whatever happens", () => {
  test("steps keep their order, nothing that finished begins again, and every run ends", () => {
    fc.assert(
      fc.property(
        anyDefinition,
        fc.boolean(),
        fc.array(anyEvent, { maxLength: 30 }),
        fc.array(fc.nat(9), { maxLength: 3 }),
        (definition, goOn, events, retries) => {
          const run = simulate(definition, { continueOnStepFailure: goOn });
          for (const { what, which } of events) run.happen(what, which);
          run.toItsEnd();
          for (const from of retries) {
            run.retry(run.steps.has(`s${from}`) ? `s${from}` : null);
            for (const { what, which } of events.slice(0, 10)) run.happen(what, which);
            run.toItsEnd();
          }
        },
      ),
      { numRuns: sequences },
    );
  });
});
