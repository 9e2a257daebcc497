/** Reading the recipe of a model file's provenance, field by field. */
import {
  invalidModel,
  readFinite,
  readInteger,
  readJson,
  readList,
  readObject,
  readRecord,
  readText,
} from "./fields.ts";
import type { DataDigest, MemberRecipe, Recipe } from "./types.ts";

/** @throws SLW_MODEL_INVALID */
export function readRecipe(value: unknown, path: string): Recipe {
  const fields = readObject(value, path, ["data", "validationData", "options", "members"]);
  return {
    data: readDigest(fields.data, `${path}.data`),
    validationData: fields.validationData === null ? null : readDigest(fields.validationData, `${path}.validationData`),
    options: readJson(readRecord(fields.options, `${path}.options`), `${path}.options`) as Record<string, unknown>,
    members: readList(fields.members, `${path}.members`, readMember),
  };
}

function readDigest(value: unknown, path: string): DataDigest {
  const fields = readObject(value, path, ["rows", "columns", "sha256"]);
  const sha256 = readText(fields.sha256, `${path}.sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw invalidModel(`${path}.sha256`, "64 hexadecimal digits", sha256);
  return {
    rows: readInteger(fields.rows, `${path}.rows`, 0),
    columns: readList(fields.columns, `${path}.columns`, readText),
    sha256,
  };
}

function readMember(value: unknown, path: string): MemberRecipe {
  const fields = readObject(value, path, ["trial", "algorithm", "params", "rounds", "seed", "trainedOn"]);
  const params = readRecord(fields.params, `${path}.params`);
  return {
    trial: readInteger(fields.trial, `${path}.trial`, 0),
    algorithm: readText(fields.algorithm, `${path}.algorithm`),
    params: Object.fromEntries(
      Object.entries(params).map(([name, param]) => [name, readParam(param, `${path}.params.${name}`)]),
    ),
    rounds: readInteger(fields.rounds, `${path}.rounds`, 0),
    seed: readInteger(fields.seed, `${path}.seed`, 0),
    trainedOn: fields.trainedOn === "all" ? "all" : readInteger(fields.trainedOn, `${path}.trainedOn`, 0),
  };
}

function readParam(value: unknown, path: string): number | boolean | string {
  if (typeof value === "string" || typeof value === "boolean") return value;
  return readFinite(value, path);
}
