/** Two versions side by side: of one model, or of two. */
import type { Queryable } from "../store/index.ts";
import { isLowerBetter } from "./resolve.ts";
import { findVersion } from "./versions.ts";
import type { ModelInput, ModelMember, ModelVersionDetails, VersionRef } from "./types.ts";

export interface MetricComparison {
  readonly name: string;
  /** Null where that version lacks it. */
  readonly a: number | null;
  readonly b: number | null;
  /** b - a; null where one is missing. */
  readonly difference: number | null;
  /** By what is known of the metric: errors and losses are better when lower. Null where they are equal or one is missing. */
  readonly better: "a" | "b" | null;
}

export interface ValueComparison {
  readonly name: string;
  readonly a: unknown;
  readonly b: unknown;
}

export interface ColumnChange {
  readonly name: string;
  readonly change: "added" | "removed" | "type" | "nullable" | "categories";
  /** What a has: its type, whether it takes nulls, or the categories that b lacks. Null for an added column. */
  readonly a: unknown;
  /** What b has. Null for a removed column. */
  readonly b: unknown;
}

export interface VersionComparison {
  readonly a: ModelVersionDetails;
  readonly b: ModelVersionDetails;
  /** All metrics of either, by name. */
  readonly metrics: readonly MetricComparison[];
  /** Task, target, algorithm and members' parameters that differ. */
  readonly parameters: readonly ValueComparison[];
  /** In the order of a's columns, then added ones. */
  readonly schema: readonly ColumnChange[];
  /** Bytes. */
  readonly size: { readonly a: number; readonly b: number };
  /** Microseconds that scoring one row took; null where it was not measured. */
  readonly rowMicroseconds: { readonly a: number | null; readonly b: number | null };
  readonly dataset: ValueComparison | null;
}

/** @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export async function compareVersions(
  database: Queryable,
  refs: { a: VersionRef; b: VersionRef },
): Promise<VersionComparison> {
  const [a, b] = await Promise.all([findVersion(database, refs.a), findVersion(database, refs.b)]);
  const [dataset] = differences({ dataset: a.lineage.dataset }, { dataset: b.lineage.dataset });
  return {
    a,
    b,
    metrics: compareMetrics(a.metrics, b.metrics),
    parameters: differences(parametersOf(a), parametersOf(b)),
    schema: compareInputs(a.contents.inputs, b.contents.inputs),
    size: { a: a.size, b: b.size },
    rowMicroseconds: { a: a.contents.rowMicroseconds, b: b.contents.rowMicroseconds },
    dataset: dataset ?? null,
  };
}

type Metrics = Readonly<Record<string, number>>;

function compareMetrics(a: Metrics, b: Metrics): MetricComparison[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
  return names.map((name) => {
    const left = a[name] ?? null;
    const right = b[name] ?? null;
    if (left === null || right === null) return { name, a: left, b: right, difference: null, better: null };
    const difference = right - left;
    const better = difference === 0 ? null : difference > 0 !== isLowerBetter(name) ? "b" : "a";
    return { name, a: left, b: right, difference, better };
  });
}

function parametersOf({
  kind,
  algorithm,
  task,
  target,
  params,
  contents,
}: ModelVersionDetails): Record<string, unknown> {
  const values: Record<string, unknown> = { kind, algorithm, task, target, ...params };
  const { validation, seed } = contents.particulars;
  if (validation !== undefined) Object.assign(values, { validation, seed });
  for (const [name, member] of numbered(contents.members)) {
    values[`${name}: weight`] = member.weight;
    for (const [param, value] of Object.entries(member.params)) values[`${name}: ${param}`] = value;
  }
  return values;
}

/** Members by their names; the second of a name is "LightGBM 2". */
function numbered(members: readonly ModelMember[]): Map<string, ModelMember> {
  const result = new Map<string, ModelMember>();
  for (const member of members) {
    let name = member.name;
    for (let i = 2; result.has(name); i++) name = `${member.name} ${i}`;
    result.set(name, member);
  }
  return result;
}

function differences(a: Record<string, unknown>, b: Record<string, unknown>): ValueComparison[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names
    .map((name) => ({ name, a: a[name] ?? null, b: b[name] ?? null }))
    .filter((row) => JSON.stringify(row.a) !== JSON.stringify(row.b));
}

function compareInputs(a: readonly ModelInput[], b: readonly ModelInput[]): ColumnChange[] {
  const left = new Map(a.map((input) => [input.name, input]));
  const right = new Map(b.map((input) => [input.name, input]));
  const changes = a.flatMap((input) => compareInput(input, right.get(input.name)));
  const added = b.filter(({ name }) => !left.has(name));
  return [...changes, ...added.map(({ name, type }) => ({ name, change: "added" as const, a: null, b: type }))];
}

function compareInput(a: ModelInput, b: ModelInput | undefined): ColumnChange[] {
  const { name } = a;
  if (b === undefined) return [{ name, change: "removed", a: a.type, b: null }];
  const changes: ColumnChange[] = [];
  if (a.type !== b.type) changes.push({ name, change: "type", a: a.type, b: b.type });
  if (a.nullable !== b.nullable) changes.push({ name, change: "nullable", a: a.nullable, b: b.nullable });
  if (a.categories === null || b.categories === null) return changes;
  const before = new Set(a.categories);
  const after = new Set(b.categories);
  const gone = a.categories.filter((value) => !after.has(value));
  const come = b.categories.filter((value) => !before.has(value));
  if (gone.length + come.length > 0) changes.push({ name, change: "categories", a: gone, b: come });
  return changes;
}
