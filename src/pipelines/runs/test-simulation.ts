/**
 * For tests: a run whose steps are computed by nobody. What would be in the database is kept here in maps, and every
 * change is compared with what must hold; the model knows states, needs and limits, and nothing of how they are decided.
 */
import type { StoredDefinition } from "../../definition/index.ts";
import { stepsAgain } from "./again.ts";
import { decide } from "./decide.ts";
import { createGraph } from "./graph.ts";
import { firstSteps } from "./first-steps.ts";
import { isFinalState, type RunEnd, type StepRecord, type Work } from "./types.ts";

export type Happening =
  | "begin" | "finish" | "fail" | "kill" | "lose" | "requeue" | "approve" | "reject"
  | "cancel" | "force" | "advance" | "crash" | "wait" | "reuse" | "cancelRest"; // prettier-ignore

export interface Simulation {
  readonly steps: Map<string, StepRecord>;
  /** How often each was begun. */
  readonly begun: Map<string, number>;
  readonly asked: { readonly name: string; readonly force: boolean }[];
  readonly end: RunEnd | null;
  readonly nextAt: number | null;
  readonly now: number;
  advance(): void;
  finish(name: string, cancelRest?: string): void;
  fail(name: string, reason: string): void;
  kill(name: string): void;
  lose(name: string): void;
  cancel(force: boolean): void;
  wait(milliseconds: number): void;
  retry(from: string | null): void;
  happen(what: Happening, which: number): void;
  /** Lets everything end by itself. */
  toItsEnd(): void;
}

interface Options {
  readonly continueOnStepFailure?: boolean;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

const aDay = 86_400_000;

export function simulate(definition: StoredDefinition, options: Options = {}): Simulation {
  const graph = createGraph(definition);
  const work = new Map<string, Work>();
  const state = { now: 0, deadline: 30 * aDay, end: null as RunEnd | null, nextAt: 0 as number | null, runs: 0 };
  let cancelled: { by: string; forced: boolean } | null = null;
  let reuseNext = false;

  const simulation: Simulation = {
    steps: new Map(firstSteps(definition).map((record) => [record.name, record])),
    begun: new Map(),
    asked: [],
    get end() {
      return state.end;
    },
    get nextAt() {
      return state.nextAt;
    },
    get now() {
      return state.now;
    },
    advance: () => advance(true),
    finish: (name, cancelRest) => outcome(name, { state: "FINISHED", outputs: {}, cancelRest: cancelRest ?? null }),
    fail: (name, reason) => outcome(name, { state: "FAILED", reason }),
    kill: (name) => outcome(name, { state: "KILLED", reason: "asked to" }),
    lose: (name) => void work.delete(simulation.steps.get(name)?.runId ?? ""),
    cancel(forced) {
      if (state.end === null) cancelled = { by: "ann", forced };
    },
    wait: (milliseconds) => void (state.now += milliseconds),
    retry,
    happen,
    toItsEnd,
  };

  function outcome(name: string, end: Partial<Work>): void {
    const runId = simulation.steps.get(name)?.runId ?? "";
    const found = work.get(runId);
    if (found === undefined || isFinalState(found.state)) return;
    work.set(runId, { ...found, reason: null, ...end, startedAt: found.startedAt ?? state.now, endedAt: state.now });
  }

  function advance(keep: boolean): void {
    if (state.end !== null) return;
    const before = new Map(simulation.steps);
    for (let round = 0; ; round++) {
      if (round > 10_000) throw new Error("decisions go round in circles");
      const steps = [...simulation.steps.values()];
      const { parameters = {}, continueOnStepFailure = false } = options;
      const record = { id: "r", name: "run", workspaceId: "w", definition, parameters, continueOnStepFailure };
      const run = { ...record, deadlineAt: state.deadline, seconds: 30 * 86_400, cancel: cancelled };
      const changes = decide({ now: state.now, run, steps, work }, graph);
      if (!keep) return;
      for (const step of changes.steps) simulation.steps.set(step.name, step);
      for (const name of changes.start) start(name);
      if (changes.start.length > 0) continue;
      checkChange(before);
      for (const { runId, force } of changes.cancel) askToEnd(runId, force);
      state.nextAt = changes.nextAt;
      state.end = changes.end;
      if (changes.end === null && (changes.nextAt === null || changes.nextAt <= state.now)) {
        throw new Error("nobody would look again");
      }
      return;
    }
  }

  /** The thin part: a run of its own, or a decision, or what came out before. */
  function start(name: string): void {
    const record = simulation.steps.get(name) as StepRecord;
    if (record.state !== "WAITING") throw new Error(`${name} begins though it is ${record.state}`);
    checkTurn(record);
    simulation.begun.set(name, (simulation.begun.get(name) ?? 0) + 1);
    const { type, timeout } = definition.steps[record.step] as { type: string; timeout?: number };
    const begun = { ...record, notBefore: null, queuedAt: state.now, reason: null };
    if (type === "approval") {
      const deadlineAt = state.now + (timeout ?? 7 * 86_400) * 1000;
      simulation.steps.set(name, { ...begun, state: "APPROVAL", deadlineAt });
    } else if (reuseNext) {
      simulation.steps.set(name, { ...begun, state: "FINISHED", outputs: {}, reusedFrom: "x", endedAt: state.now });
    } else {
      const runId = `run${++state.runs}`;
      simulation.steps.set(name, { ...begun, state: "QUEUED", runId });
      const nothing = { reason: null, outputs: null, cancelRest: null, startedAt: null, endedAt: null };
      work.set(runId, { ...nothing, state: "QUEUED", cancelRequested: false, cancelForced: false });
    }
    reuseNext = false;
  }

  function askToEnd(runId: string, force: boolean): void {
    const found = work.get(runId);
    const name = [...simulation.steps.values()].find((step) => step.runId === runId)?.name ?? "?";
    simulation.asked.push({ name, force });
    if (found === undefined) throw new Error(`${name} is asked to end without a run`);
    if (found.cancelRequested && !(force && !found.cancelForced)) throw new Error(`${name} is asked to end twice`);
    work.set(runId, { ...found, cancelRequested: true, cancelForced: found.cancelForced || force });
  }

  /** No step begins before its needs, nor beyond the limit of its instances. */
  function checkTurn(record: StepRecord): void {
    const step = definition.steps[record.step];
    const steps = [...simulation.steps.values()];
    for (const need of step?.needs ?? []) {
      const other = simulation.steps.get(need);
      if (other === undefined || !isFinalState(other.state)) throw new Error(`${record.name} begins before ${need}`);
      if (step?.if === undefined && other.state !== "FINISHED") {
        throw new Error(`${record.name} begins though ${need} is ${other.state}`);
      }
    }
    const others = steps.filter(({ step: name, item, state: its }) => {
      return name === record.step && item !== null && its !== "WAITING" && !isFinalState(its);
    });
    if (record.item !== null && others.length >= (step?.max_parallel ?? Infinity)) {
      throw new Error(`${record.name} is one too many`);
    }
    const failed = steps.find(({ state: its, step: name }) => {
      return its === "FAILED" && definition.steps[name]?.continue_on_failure !== true;
    });
    if (failed !== undefined && options.continueOnStepFailure !== true && step?.if === undefined) {
      throw new Error(`${record.name} begins after ${failed.name} has failed`);
    }
    if (cancelled !== null) throw new Error(`${record.name} begins though the run is cancelled`);
  }

  /** What has ended stays as it is, and times and states agree. */
  function checkChange(before: ReadonlyMap<string, StepRecord>): void {
    for (const record of simulation.steps.values()) {
      const was = before.get(record.name);
      if (was !== undefined && isFinalState(was.state) && was !== record) throw new Error(`${record.name} had ended`);
      if (isFinalState(record.state) !== (record.endedAt !== null)) throw new Error(`${record.name} has no end`);
      if (record.state === "WAITING" && record.runId !== null) throw new Error(`${record.name} waits with a run`);
    }
  }

  function happen(what: Happening, which: number): void {
    const active = [...simulation.steps.values()].filter(
      ({ runId, state: its }) => runId !== null && !isFinalState(its),
    );
    const asking = [...simulation.steps.values()].filter((step) => step.state === "APPROVAL");
    const one = active[which % Math.max(1, active.length)];
    const ask = asking[which % Math.max(1, asking.length)];
    const found = one === undefined ? undefined : work.get(one.runId as string);
    const open = found !== undefined && !isFinalState(found.state);
    if (what === "advance") advance(true);
    else if (what === "crash") advance(false);
    else if (what === "wait") state.now += 3_000;
    else if (what === "cancel" || what === "force") simulation.cancel(what === "force");
    else if (what === "reuse") reuseNext = true;
    else if (what === "approve" || what === "reject") {
      if (ask !== undefined) decideOn(ask, what);
    } else if (one === undefined) return;
    else if (what === "lose") simulation.lose(one.name);
    else if (what === "cancelRest") simulation.finish(one.name, "nothing better");
    else if (what === "finish") simulation.finish(one.name);
    else if (what === "fail") simulation.fail(one.name, "it failed");
    else if (what === "kill") simulation.kill(one.name);
    else if (open && what === "begin")
      work.set(one.runId as string, { ...found, state: "RUNNING", startedAt: state.now });
    else if (open && what === "requeue") work.set(one.runId as string, { ...found, state: "QUEUED" });
  }

  function decideOn(record: StepRecord, decision: "approve" | "reject"): void {
    const ended = decision === "approve" ? ("FINISHED" as const) : ("FAILED" as const);
    const end = { decision: { decision }, deadlineAt: null, endedAt: state.now, outputs: {} };
    simulation.steps.set(record.name, { ...record, ...end, state: ended });
  }

  function retry(from: string | null): void {
    if (state.end === null) return;
    const { steps, removed } = stepsAgain([...simulation.steps.values()], { definition, graph, from });
    for (const name of removed) simulation.steps.delete(name);
    for (const step of steps) simulation.steps.set(step.name, step);
    cancelled = null;
    state.end = null;
    state.deadline = state.now + 30 * aDay;
  }

  function toItsEnd(): void {
    for (let round = 0; state.end === null; round++) {
      if (round > 5_000) throw new Error(`the run does not end: ${JSON.stringify([...simulation.steps.values()])}`);
      advance(true);
      for (const { name, state: its } of simulation.steps.values()) {
        const record = simulation.steps.get(name) as StepRecord;
        if (its === "APPROVAL") decideOn(record, round % 2 === 0 ? "approve" : "reject");
        else simulation.finish(name);
      }
      if (state.nextAt !== null && round % 3 === 2) state.now = Math.max(state.now, state.nextAt);
    }
    for (const { name, state: its } of simulation.steps.values()) {
      if (!isFinalState(its)) throw new Error(`the run has ended, but ${name} is ${its}`);
    }
  }

  return simulation;
}
