/** The steps of a run while a decision about them is made. */
import type { Step } from "../../definition/index.ts";
import type { Graph, StepNode } from "./graph.ts";
import { isFinalState, type Snapshot, type StepRecord } from "./types.ts";

export interface Board {
  readonly snapshot: Snapshot;
  readonly graph: Graph;
  /** In the order of their positions; instances after their step. */
  records(): Iterable<StepRecord>;
  get(name: string): StepRecord | undefined;
  /** Of a step with for_each, in the order of items; empty before it is expanded, and for others. */
  instancesOf(step: string): readonly StepRecord[];
  put(record: StepRecord): void;
  /** Those that are not as they were. */
  changed(): StepRecord[];
}

export function createBoard(snapshot: Snapshot, graph: Graph): Board {
  const before = new Map(snapshot.steps.map((record) => [record.name, record]));
  const now = new Map(before);
  const instances = new Map<string, string[]>();
  const addInstance = ({ name, step, item }: StepRecord): void => {
    if (item === null) return;
    const names = instances.get(step);
    if (names === undefined) instances.set(step, [name]);
    else names.push(name);
  };
  for (const record of snapshot.steps.toSorted((a, b) => a.position - b.position)) addInstance(record);
  return {
    snapshot,
    graph,
    records: () => now.values(),
    get: (name) => now.get(name),
    instancesOf: (step) => (instances.get(step) ?? []).map((name) => now.get(name) as StepRecord),
    put(record) {
      if (!now.has(record.name)) addInstance(record);
      now.set(record.name, record);
    },
    changed: () => [...now.values()].filter((record) => before.get(record.name) !== record),
  };
}

/** Does the row stand for its instances? */
export function isGroup({ item }: StepRecord, step: Step): boolean {
  return item === null && step.for_each !== undefined;
}

export function nodeOf({ graph }: Board, { step }: StepRecord): StepNode {
  const node = graph.get(step);
  if (node === undefined) throw new TypeError(`the definition has no step "${step}"`);
  return node;
}

/** The first failure that ends the rest of the run; null where there is none, or it may go on. */
export function decisiveFailure(board: Board): StepRecord | null {
  if (board.snapshot.run.continueOnStepFailure) return null;
  for (const record of board.records()) {
    const hasFailed = record.state === "FAILED" || record.state === "KILLED";
    if (hasFailed && nodeOf(board, record).step.continue_on_failure !== true) return record;
  }
  return null;
}

/** Did any of the steps, or of their instances, end so? Rows of steps count for their instances. */
export function anyEnded(board: Board, names: Iterable<string>, states: readonly StepRecord["state"][]): boolean {
  for (const name of names) {
    const record = board.get(name);
    if (record !== undefined && states.includes(record.state)) return true;
  }
  return false;
}

export function allEnded(board: Board): boolean {
  for (const { state } of board.records()) if (!isFinalState(state)) return false;
  return true;
}
