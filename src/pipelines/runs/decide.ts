/**
 * What is to be done about a run, from what is known of it: no I/O, and the same answer for the same knowledge. Asked
 * again after what it said is done, it goes on from there; so it may be asked by anybody, at any time, any number of times.
 */
import { allEnded, createBoard, decisiveFailure, isGroup, nodeOf, type Board } from "./board.ts";
import type { Graph } from "./graph.ts";
import { endOf, stopOf, type Stop } from "./run-end.ts";
import { endStep, settle } from "./settle.ts";
import { turnOf } from "./turn.ts";
import { isActive, isFinalState, type Cancellation, type Changes, type Snapshot, type StepRecord } from "./types.ts";

/** Milliseconds between asking a run to end and the look whether it has been told. */
const cancelLook = 1_000;
/** Milliseconds that running steps have at the run's deadline before they are ended by force. */
const deadlinePatience = 60_000;

export function decide(snapshot: Snapshot, graph: Graph): Changes {
  const board = createBoard(snapshot, graph);
  settleActive(board);
  const stop = stopOf(board);
  const start: string[] = [];
  if (stop === null) progress(board, start);
  else stopWaiting(board, stop);
  settleGroups(board);
  // A step that is an evaluation may just have said so, and the last instance may have given its step an end.
  const cancel = cancellations(board, stop);
  const end = allEnded(board) ? endOf(board, stop) : null;
  return { steps: board.changed(), start, cancel, end, nextAt: end === null ? nextLook(board, cancel) : null };
}

function settleActive(board: Board): void {
  const { now, work, run } = board.snapshot;
  // Nobody is tried again in a run that is to end.
  const again = run.cancel === null && run.deadlineAt > now;
  for (const record of board.records()) {
    const { step } = nodeOf(board, record);
    if (isActive(record)) board.put(settle(record, { step, work: work.get(record.runId as string), now, again }));
    else if (record.state === "APPROVAL" && (record.deadlineAt ?? Infinity) <= now) {
      board.put(endStep(record, "FAILED", "nobody has decided in time", now));
    }
  }
}

function stopWaiting(board: Board, { reason }: Stop): void {
  for (const record of board.records()) {
    if (record.state !== "WAITING" && record.state !== "APPROVAL") continue;
    board.put(endStep(record, "KILLED", reason, board.snapshot.now));
  }
}

/** Until nobody's turn changes anything: one that is skipped may be what another has waited for. */
function progress(board: Board, start: string[]): void {
  const starting = new Set<string>();
  for (let changed = true; changed;) {
    changed = false;
    const failure = decisiveFailure(board);
    const slots = freeSlots(board, starting);
    for (const record of inOrder(board)) {
      if (record.state !== "WAITING" || starting.has(record.name)) continue;
      const turn = turnOf(board, record, failure);
      if (turn.kind === "wait") continue;
      if (turn.kind === "become") {
        for (const each of turn.records) board.put(each);
        changed = true;
        continue;
      }
      const free = slots.get(record.step);
      if (free === 0) continue;
      if (free !== undefined) slots.set(record.step, free - 1);
      starting.add(record.name);
    }
    if (settleGroups(board)) changed = true;
  }
  start.push(...starting);
}

function inOrder(board: Board): StepRecord[] {
  const ordered: StepRecord[] = [];
  for (const name of board.graph.keys()) {
    const record = board.get(name);
    if (record !== undefined) ordered.push(record, ...board.instancesOf(name));
  }
  return ordered;
}

/** Instances that may begin, by step, where there is a limit. */
function freeSlots(board: Board, starting: ReadonlySet<string>): Map<string, number> {
  const slots = new Map<string, number>();
  for (const [name, { step }] of board.graph) {
    if (step.for_each === undefined || step.max_parallel === undefined) continue;
    const busy = board
      .instancesOf(name)
      .filter((record) => starting.has(record.name) || (record.state !== "WAITING" && !isFinalState(record.state)));
    slots.set(name, Math.max(0, step.max_parallel - busy.length));
  }
  return slots;
}

/** A step with for_each ends with the last of its instances. @returns has one ended? */
function settleGroups(board: Board): boolean {
  let any = false;
  for (const [name, { step }] of board.graph) {
    const record = board.get(name);
    if (record === undefined || !isGroup(record, step) || record.state !== "RUNNING") continue;
    const instances = board.instancesOf(name);
    if (!instances.every(({ state }) => isFinalState(state))) continue;
    board.put(endGroup(record, instances, board.snapshot.now));
    any = true;
  }
  return any;
}

function endGroup(group: StepRecord, instances: readonly StepRecord[], now: number): StepRecord {
  for (const [state, words] of [
    ["FAILED", "failed"],
    ["KILLED", "were ended early"],
  ] as const) {
    const those = instances.filter((instance) => instance.state === state);
    const [first] = those;
    if (first === undefined) continue;
    const reason = `${those.length} of ${instances.length} ${words}; ${first.name}: ${first.reason ?? "without a reason"}`;
    return endStep(group, state, reason, now);
  }
  // Not all were met by their condition; where none was, there is nothing that others could use.
  if (instances.every(({ state }) => state === "SKIPPED")) {
    return endStep(group, "SKIPPED", instances[0]?.reason ?? null, now);
  }
  return endStep(group, "FINISHED", null, now, { outputs: {} });
}

function cancellations(board: Board, stop: Stop | null): Cancellation[] {
  const { now, work, run } = board.snapshot;
  const cancel: Cancellation[] = [];
  for (const record of board.records()) {
    const found = isActive(record) ? work.get(record.runId as string) : undefined;
    if (found === undefined) continue;
    const late = record.deadlineAt !== null && record.deadlineAt <= now;
    const force = run.cancel?.forced === true || run.deadlineAt + deadlinePatience <= now;
    const wanted = stop !== null || late;
    if (wanted && (!found.cancelRequested || (force && !found.cancelForced))) {
      cancel.push({ runId: record.runId as string, force });
    }
  }
  return cancel;
}

function nextLook(board: Board, cancel: readonly Cancellation[]): number {
  const { now, run } = board.snapshot;
  let next = cancel.length > 0 ? now + cancelLook : Infinity;
  for (const { state, notBefore, deadlineAt } of board.records()) {
    if (isFinalState(state)) continue;
    // What has passed already has been dealt with, as far as that is possible now.
    for (const time of [notBefore, deadlineAt]) if (time !== null && time > now) next = Math.min(next, time);
  }
  for (const time of [run.deadlineAt, run.deadlineAt + deadlinePatience]) if (time > now) next = Math.min(next, time);
  return Number.isFinite(next) ? next : now + deadlinePatience;
}
