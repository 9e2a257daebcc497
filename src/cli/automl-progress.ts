import type { AutoMLEvent, AutoMLResult } from "../automl/index.ts";
import type { Output } from "./output.ts";
import { count, cut, duration, metric, pad, printable } from "./text.ts";

export interface Progress {
  show(event: AutoMLEvent): void;
  /** Says that the best so far is on its way. */
  interrupted(): void;
  /** Takes the status line away. */
  stop(): void;
}

/** One a column is fine for a common table, not for one of a thousand columns. */
const shownNotes = 60;

interface State {
  /** performance.now() less the run's elapsed time: when the run began. */
  began: number;
  /** Seconds after `began` at which the search must end; null without a time limit. */
  ends: number | null;
  metric: string;
  running: Map<number, string>;
  best: string;
  finished: number;
  phase: string;
}

/** Models as they finish, one a line, above a status line that tells what runs, the best so far and the time left. */
export function createProgress(output: Output): Progress {
  const began = performance.now();
  const state: State = { began, ends: null, metric: "", running: new Map(), best: "", finished: 0, phase: "" };
  const refresh = (): void => output.status(output.dim(statusText(state, output.width - 1)));
  const timer = output.live ? setInterval(refresh, 250) : undefined;
  return {
    show(event) {
      showEvent(output, state, event);
      refresh();
    },
    interrupted() {
      state.running.clear();
      state.phase = "saving the best so far";
      output.line(output.yellow("Interrupted: saving the best model so far; once more to end at once."));
      refresh();
    },
    stop() {
      clearInterval(timer);
      output.status("");
    },
  };
}

function showEvent(output: Output, state: State, event: AutoMLEvent): void {
  switch (event.type) {
    case "started":
      state.metric = event.metric;
      state.ends = event.timeLimit;
      return showStart(output, event);
    case "trialStarted":
      state.running.set(event.trial, event.name);
      return undefined;
    case "trialGivenUp":
      return void state.running.delete(event.trial);
    case "trialFinished":
      return showFinished(output, state, event);
    case "trialFailed":
      state.running.delete(event.trial);
      return output.line(
        output.yellow(row(output, [String(event.trial), event.name, `failed: ${printable(event.reason)}`])),
      );
    case "refitting":
      state.running.clear();
      // Interrupted: there is nothing more to train.
      if (state.phase) return undefined;
      state.phase = `training ${event.members.length === 1 ? event.members[0] : `${event.members.length} members`} on all rows`;
      if (!output.live) output.line(state.phase);
      return undefined;
    case "finished":
      state.phase = "saving";
  }
}

function showStart(output: Output, event: Extract<AutoMLEvent, { type: "started" }>): void {
  for (const note of event.notes.slice(0, shownNotes)) output.line(`${output.yellow("note")}: ${printable(note)}`);
  const more = event.notes.length - shownNotes;
  if (more > 0) output.line(`${output.yellow("note")}: and ${count(more)} more; the model file holds all of them`);
  const limits = [
    event.timeLimit === null ? null : duration(event.timeLimit),
    event.maxTrials === null ? null : `${event.maxTrials} trials`,
  ].filter((limit) => limit !== null);
  output.line(
    `${event.task} of ${output.bold(printable(event.target))} by ${count(event.columns)} columns; ${event.metric} on ${event.validation}; ` +
      `limit ${limits.join(" or ") || "none"}; ${event.threads} ${event.threads === 1 ? "thread" : "threads"}`,
  );
  showGuardrails(output, event.guardrails);
  output.line();
  output.line(output.bold(row(output, ["trial", "model", "value", "best so far", "seconds"])));
}

/** What was found in the data; what was looked for and not found is in --json. */
function showGuardrails(output: Output, { faults }: AutoMLResult["guardrails"]): void {
  for (const { result, friendly_type: name, friendly_result: sentence } of faults) {
    if (result === "passed") continue;
    const mark = result === "alerted" ? output.yellow(result) : result;
    output.line(`${mark}: ${printable(name)}: ${printable(sentence)}`);
  }
}

function showFinished(output: Output, state: State, event: Extract<AutoMLEvent, { type: "trialFinished" }>): void {
  const { trial, name, value, trainSeconds } = event.model;
  state.running.delete(trial);
  state.finished++;
  state.best = `${metric(event.bestValue)} ${state.metric}`;
  // Only now and then does the run's clock differ from ours; take its word.
  state.began = performance.now() - event.elapsedSeconds * 1000;
  if (event.secondsLeft !== null) state.ends = event.elapsedSeconds + event.secondsLeft;
  const line = row(output, [String(trial), name, metric(value), metric(event.bestValue), trainSeconds.toFixed(2)]);
  output.line(event.best ? output.green(line) : line);
}

/** Fixed widths, since later rows are not known yet: the name takes what is left; a narrow terminal has fewer columns. */
function row(output: Output, [trial = "", name = "", value = "", best, seconds]: readonly string[]): string {
  const narrow = output.width < 64;
  const nameWidth = Math.min(36, Math.max(8, output.width - (narrow ? 19 : 42)));
  const start = `${pad(trial, 5, "right")}  ${pad(cut(name, nameWidth), nameWidth)}  `;
  if (best === undefined || seconds === undefined) return cut(start + value, output.width);
  const numbers = pad(value, 10, "right");
  return start + (narrow ? numbers : `${numbers}  ${pad(best, 11, "right")}  ${pad(seconds, 8, "right")}`);
}

function statusText(state: State, width: number): string {
  const elapsed = (performance.now() - state.began) / 1000;
  const parts = [`${Math.round(elapsed)} s`];
  if (state.ends !== null) parts.push(`${Math.max(0, Math.round(state.ends - elapsed))} s left`);
  parts.push(`${state.finished} ${state.finished === 1 ? "model" : "models"}`);
  if (state.best) parts.push(`best ${state.best}`);
  if (state.phase) parts.push(state.phase);
  else if (state.running.size > 0) parts.push(`running ${[...state.running.values()].join(", ")}`);
  return cut(parts.join(" · "), width);
}
