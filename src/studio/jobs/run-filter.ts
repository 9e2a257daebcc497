/**
 * What is typed into the box above the runs: words of a name, `status:failed name:otter user:ann param.model:LightGBM
 * metric.AUC > .9`, and MLflow's grammar (metrics.AUC > 0.9 AND params.model = 'LightGBM'), which it becomes.
 */
import { runKinds, runStatuses, type RunKind, type RunStatus } from "./run-words.ts";

export interface RunFilter {
  /** In MLflow's grammar; absent where nothing is asked of it. */
  readonly filter?: string;
  /** One of these. */
  readonly status?: RunStatus[];
  readonly kind?: RunKind[];
}

/** What cannot be read, in words. */
export class RunFilterError extends Error {
  override readonly name = "RunFilterError";
}

const otherWords: Readonly<Record<string, RunStatus>> = {
  done: "FINISHED",
  completed: "FINISHED",
  succeeded: "FINISHED",
  cancelled: "KILLED",
  canceled: "KILLED",
  waiting: "QUEUED",
};

/** Words before a colon, and the attribute of MLflow that they are about. */
const attributes: Readonly<Record<string, string>> = { user: "attributes.user_id", id: "attributes.run_id" };

const entities: Readonly<Record<string, string>> = {
  metric: "metrics",
  metrics: "metrics",
  m: "metrics",
  param: "params",
  params: "params",
  parameter: "params",
  parameters: "params",
  p: "params",
  tag: "tags",
  tags: "tags",
  attribute: "attributes",
  attributes: "attributes",
  attr: "attributes",
  run: "attributes",
  dataset: "datasets",
  datasets: "datasets",
};

/** Attributes that are compared with numbers: milliseconds since 1970. */
const times = new Set(["start_time", "end_time", "created"]);

const patterns = {
  space: /\s+/y,
  and: /(?:and|&&|,)(?=\s|$)/iy,
  or: /(?:or|\|\|)(?=\s|$)/iy,
  // "metric.AUC", "tags.`a b`": up to a comparator, a colon or a space; parts in quotes hold anything.
  identifier: /[\p{L}_][\p{L}\p{N}_]*(?:\.(?:`[^`]+`|"[^"]+"|[^\s<>=!:`"']+))*/uy,
  presence: /\s+is\s+(not\s+)?null(?=\s|$)/iy,
  list: /\s+(not\s+in|in)\s*(\([^)]*\))/iy,
  likeness: /\s+(i?like)\s+/iy,
  comparator: /\s*(<=|>=|!=|==|=|<|>)\s*/y,
  colon: /:\s*(<=|>=|!=|==|=|<|>)?\s*/y,
  value: /'(?:[^']|'')*'|"(?:[^"]|"")*"|[^\s]+/y,
};

/** @throws RunFilterError */
export function parseRunFilter(text: string): RunFilter {
  const clauses: string[] = [];
  const status: RunStatus[] = [];
  const kind: RunKind[] = [];
  const reader = readerOf(text);
  for (;;) {
    while (reader.take("space") || reader.take("and"));
    if (reader.isAtEnd()) break;
    if (reader.take("or")) throw new RunFilterError("Conditions are joined by AND; OR is not known.");
    const identifier = reader.take("identifier")?.[0];
    const condition = identifier === undefined ? null : readCondition(identifier, reader);
    if (condition === null) clauses.push(nameClause(wordOf(identifier, reader)));
    else if ("status" in condition) status.push(condition.status);
    else if ("kind" in condition) kind.push(condition.kind);
    else clauses.push(condition.clause);
  }
  return {
    ...(clauses.length > 0 && { filter: clauses.join(" AND ") }),
    ...(status.length > 0 && { status: [...new Set(status)] }),
    ...(kind.length > 0 && { kind: [...new Set(kind)] }),
  };
}

type Condition = { readonly status: RunStatus } | { readonly kind: RunKind } | { readonly clause: string };
type Reader = ReturnType<typeof readerOf>;

function readerOf(text: string) {
  let at = 0;
  return {
    take(name: keyof typeof patterns): RegExpExecArray | null {
      const pattern = patterns[name];
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found) at = pattern.lastIndex;
      return found;
    },
    isAtEnd: () => at >= text.length,
  };
}

/** The rest of a word that is no condition: "calm" of "calm-otter" was taken for an identifier. */
function wordOf(start: string | undefined, reader: Reader): string {
  if (start === undefined) return textOf(reader.take("value")?.[0] ?? "");
  if (reader.isAtEnd() || reader.take("space")) return start;
  return start + textOf(reader.take("value")?.[0] ?? "");
}

/** @returns null where no comparator follows */
function readCondition(identifier: string, reader: Reader): Condition | null {
  const presence = reader.take("presence");
  if (presence) return { clause: `${nameIn(identifier)} IS ${presence[1] ? "NOT " : ""}NULL` };
  const list = reader.take("list");
  if (list) return { clause: `${nameIn(identifier)} ${list[1]?.toUpperCase().replaceAll(/\s+/g, " ")} ${list[2]}` };
  const likeness = reader.take("likeness");
  if (likeness)
    return { clause: `${nameIn(identifier)} ${likeness[1]?.toUpperCase()} ${quote(readValue(identifier, reader))}` };
  const colon = reader.take("colon");
  if (colon) return wordCondition(identifier, colon[1], readValue(identifier, reader));
  const comparator = reader.take("comparator")?.[1];
  if (comparator === undefined) return null;
  return { clause: comparison(identifier, comparator, readValue(identifier, reader)) };
}

function readValue(identifier: string, reader: Reader): string {
  const raw = reader.take("value")?.[0];
  if (raw === undefined) throw new RunFilterError(`Something to compare ${identifier} with is missing.`);
  if (/^['"]/.test(raw) && (raw.length < 2 || raw.at(-1) !== raw[0]))
    throw new RunFilterError(`The quote of ${raw} is not closed.`);
  return textOf(raw);
}

/** `status:failed`, `metric.AUC:>0.9`, `param.model:LightGBM`. */
function wordCondition(identifier: string, comparator: string | undefined, value: string): Condition {
  const word = identifier.toLowerCase();
  if (word === "status") return { status: statusOf(value) };
  if (word === "kind") {
    const kind = runKinds.find((name) => name === value.toLowerCase());
    if (kind === undefined) throw new RunFilterError(`There is no kind ${value}: ${runKinds.join(", ")}.`);
    return { kind };
  }
  if (word === "name") return { clause: nameClause(value) };
  const attribute = attributes[word];
  if (attribute !== undefined) return { clause: `${attribute} = ${quote(value)}` };
  if (!identifier.includes("."))
    throw new RunFilterError(
      `${identifier}: is not known; there are status, kind, name, user, id, metric.NAME, param.NAME, tag.NAME.`,
    );
  return { clause: comparison(identifier, comparator ?? "=", value) };
}

function statusOf(value: string): RunStatus {
  const word = value.toLowerCase();
  const found = runStatuses.find((name) => name.toLowerCase() === word) ?? otherWords[word];
  if (found === undefined)
    throw new RunFilterError(`There is no status ${value}: ${runStatuses.join(", ").toLowerCase()}.`);
  return found;
}

function comparison(identifier: string, comparator: string, value: string): string {
  const name = nameIn(identifier);
  const isNumber = name.startsWith("metrics.") || times.has(name.replace("attributes.", ""));
  if (!isNumber) return `${name} ${comparator === "==" ? "=" : comparator} ${quote(value)}`;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value))
    throw new RunFilterError(`${identifier} is compared with a number, not with ${value}.`);
  return `${name} ${comparator === "==" ? "=" : comparator} ${value}`;
}

/** In MLflow's spelling, what is unusual in backquotes. @throws RunFilterError */
function nameIn(identifier: string): string {
  const dot = identifier.indexOf(".");
  if (dot < 0)
    return `attributes.${identifier === "name" ? "run_name" : identifier === "user" ? "user_id" : identifier}`;
  const entity = entities[identifier.slice(0, dot).toLowerCase()];
  if (entity === undefined)
    throw new RunFilterError(
      `${identifier.slice(0, dot)} is not known; before the dot stands metric, param, tag, attribute or dataset.`,
    );
  const key = identifier.slice(dot + 1);
  const isPlain = /^(?:[\p{L}\p{N}_][\p{L}\p{N}_$@#]*)(?:\.[\p{L}\p{N}_][\p{L}\p{N}_$@#]*)*$/u.test(key);
  return `${entity}.${isPlain || /^[`"]/.test(key) ? key : `\`${key}\``}`;
}

function nameClause(part: string): string {
  return `attributes.run_name ILIKE ${quote(`%${part}%`)}`;
}

function textOf(raw: string): string {
  const sign = raw[0] ?? "";
  const isQuoted = raw.length >= 2 && (sign === "'" || sign === '"') && raw.endsWith(sign);
  return isQuoted ? raw.slice(1, -1).replaceAll(sign + sign, sign) : raw;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
