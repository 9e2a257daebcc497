/** What decides about the outputs of a step: its type and settings, its code, the contents of its inputs. */
import { createHash } from "node:crypto";
import { findEnvironmentVersion } from "../../registry/index.ts";
import type { Queryable } from "../../store/index.ts";
import { placeName, referencesOf, type Path, type Step, type StepType } from "../../definition/index.ts";
import { canonicalJson } from "../published/index.ts";
import type { StepInputs } from "./inputs.ts";
import type { FingerprintPart, FingerprintParts, RunRecord } from "./types.ts";

/** They change something outside, or wait for somebody: what came out before says nothing about now. */
const notByDefault: ReadonlySet<StepType> = new Set(["register", "deploy", "http", "notify", "approval", "pipeline"]);
const never: ReadonlySet<StepType> = new Set(["approval", "pipeline"]);

export function mayBeReused({ type, allow_reuse: allowed }: Step): boolean {
  return !never.has(type) && (allowed ?? !notByDefault.has(type));
}

/** Fields that say when, where and how often, and not what. */
const beside = new Set([
  "type", "description", "needs", "if", "for_each", "max_parallel", "retries", "retry_delay", "timeout", "allow_reuse",
  "continue_on_failure", "compute", "resources", "code",
]); // prettier-ignore

export interface Fingerprint {
  readonly sha256: string;
  readonly parts: FingerprintParts;
}

/** @throws SLW_ENVIRONMENT_UNKNOWN */
export async function fingerprintOf(
  trx: Queryable,
  run: Pick<RunRecord, "workspaceId" | "definition" | "parameters">,
  {
    name,
    raw,
    step,
    inputs,
  }: { readonly name: string; readonly raw: Step; readonly step: Step; readonly inputs: StepInputs },
): Promise<Fingerprint> {
  const parts: Record<string, FingerprintPart> = { type: { key: step.type, shown: step.type } };
  for (const [place, part] of Object.entries(inputs.contents)) parts[`input ${place}`] = part;
  for (const [path, value] of leavesOf(step)) {
    const place = placeName(path);
    if (beside.has(String(path[0])) || Object.hasOwn(inputs.contents, place)) continue;
    const text = typeof value === "string" ? value : canonicalJson(value);
    parts[`setting ${place}`] = { key: canonicalJson(value), shown: text.slice(0, 1_000) };
  }
  for (const { path, sha256, executable } of run.definition.code?.[name]?.files ?? []) {
    parts[`file ${path}`] = { key: `${sha256}${executable ? " x" : ""}`, shown: `sha256 ${sha256.slice(0, 12)}` };
  }
  if (step.type === "command" && typeof step.environment === "string") {
    const [environment = "", version = "latest"] = step.environment.split("@");
    const found = await findEnvironmentVersion(trx, { workspaceId: run.workspaceId, environment }, version);
    parts["setting environment"] = { key: found.sha256, shown: `${environment}@${found.version}` };
  }
  for (const parameter of referencesOf(raw).parameters) {
    const value = run.parameters[parameter];
    parts[`parameter ${parameter}`] = { key: null, shown: typeof value === "string" ? value : canonicalJson(value) };
  }
  return { sha256: hashOf(parts), parts };
}

function hashOf(parts: FingerprintParts): string {
  const keys = Object.entries(parts).flatMap(([name, { key }]) => (key === null ? [] : [[name, key]]));
  return createHash("sha256")
    .update(canonicalJson(Object.fromEntries(keys)))
    .digest("hex");
}

/** Settings by path; an empty list or object is a leaf. */
function* leavesOf(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (members.length === 0) yield [path, value];
  for (const [key, member] of members) {
    if (member !== undefined) yield* leavesOf(member, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}
