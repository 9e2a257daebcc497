/** Questions to a replica and their answers, each within its time; an end of the process answers all of them. */
import type { ChildProcess } from "node:child_process";
import { SlipwayError } from "../../base/index.ts";
import type { FromReplica, Problem, ToReplica } from "./messages.ts";

export interface ReplicaEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the supervisor ended it; null where it did not. */
  readonly reason: Problem | null;
}

/** Why a replica does not do what it was told. */
export class ReplicaProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export interface ReplicaChannel {
  /** Resolves when the process is gone, or could not be started. */
  readonly ended: Promise<ReplicaEnd>;
  send(message: ToReplica): void;
  /**
   * Resolves with the answer of this type. A replica that does not answer in `milliseconds` is killed.
   * @throws ReplicaProblem
   */
  ask(message: ToReplica, answer: FromReplica["type"], milliseconds: number): Promise<void>;
  /** Ends the process at once. */
  kill(reason: Problem): void;
}

interface Question {
  readonly answer: FromReplica["type"];
  readonly resolve: () => void;
  readonly reject: (problem: ReplicaProblem) => void;
}

export function openChannel(child: ChildProcess): ReplicaChannel {
  /** In the order in which a replica answers them. */
  const questions: Question[] = [];
  let killedFor: Problem | null = null;
  const ended = endOf(child).then((end) => ({ ...end, reason: killedFor }));
  const send = (message: ToReplica): void => {
    if (child.connected) child.send(message, () => {});
  };
  const kill = (reason: Problem): void => {
    killedFor ??= reason;
    child.kill("SIGKILL");
  };
  child.on("message", (message: FromReplica) => {
    const [question] = questions;
    if (question === undefined) return;
    if (message.type === question.answer) question.resolve();
    else if (message.type === "failed") question.reject(new ReplicaProblem(message.problem));
    else return;
    questions.shift();
  });
  const refuseAll = (end: ReplicaEnd): void => {
    for (const { reject } of questions.splice(0)) reject(new ReplicaProblem(endProblem(end)));
  };
  void ended.then(refuseAll);
  return {
    ended,
    send,
    kill,
    ask(message, answer, milliseconds) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      questions.push({ answer, resolve, reject });
      const timer = setTimeout(() => kill(silence(message.type, milliseconds)), milliseconds);
      send(message);
      return promise.finally(() => clearTimeout(timer));
    },
  };
}

function endOf(child: ChildProcess): Promise<Pick<ReplicaEnd, "code" | "signal">> {
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
    child.on("error", () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}

export function endProblem(end: ReplicaEnd): Problem {
  return end.reason ?? replicaProblem(`The scoring process ${describeEnd(end)}.`);
}

function describeEnd({ code, signal }: ReplicaEnd): string {
  if (signal === "SIGKILL") return "was ended by SIGKILL, sent by hand or by a system short of memory";
  if (signal !== null) return `was ended by ${signal}`;
  return code === null ? "could not be started" : `ended with exit code ${code}`;
}

function silence(what: ToReplica["type"], milliseconds: number): Problem {
  const words = { start: "become ready", listen: "listen", configure: "take on its settings", drain: "end" };
  return replicaProblem(`The scoring process did not ${words[what]} within ${milliseconds / 1000} s.`);
}

export function replicaProblem(message: string): Problem {
  const { code, fix } = new SlipwayError("SLW_ENDPOINT_START", message);
  return { code, message, fix };
}

export function toReplicaProblem(error: unknown): ReplicaProblem {
  if (error instanceof ReplicaProblem) return error;
  return new ReplicaProblem(replicaProblem(error instanceof Error ? error.message : String(error)));
}
