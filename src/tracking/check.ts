/** Names and values that can be stored. The limits, and the texts where clients look at them, are MLflow's. */
import { posix } from "node:path";
import { SlipwayError } from "../base/index.ts";
import type { DatasetInput, Metric, Param, TagValues } from "./types.ts";

const limits = { key: 250, param: 6000, tag: 8000, experimentName: 500, experimentTag: 20_000, location: 1000 };

function inputError(message: string, field: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_INPUT", message, { details: { field } });
}

function checkLength(field: string, value: string, limit: number): void {
  if (value.length <= limit) return;
  throw inputError(`'${field}' exceeds the maximum length of ${limit} characters`, field);
}

/** PostgreSQL's text takes every character but this one. */
export function checkText(field: string, value: string): void {
  if (!value.includes("\0")) return;
  throw inputError(`Invalid value for parameter '${field}' supplied: it has a NUL character.`, field);
}

/** Of a metric, a parameter or a tag: it may stand for a path in some stores. */
export function checkKey(field: string, key: string): void {
  const invalid = `Invalid value ${JSON.stringify(key)} for parameter '${field}' supplied: `;
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key)) {
    const allowed = "alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";
    throw inputError(`${invalid}Names may only contain ${allowed}`, field);
  }
  const path = posix.normalize(key).replace(/(?<=.)\/$/, "");
  if (path !== key || path === "." || path.startsWith("..") || path.startsWith("/")) {
    const text =
      "Names may be treated as files in certain cases, and must not resolve to other names when treated as such.";
    throw inputError(`${invalid}${text} This name would resolve to '${path}'`, field);
  }
  checkLength(field, key, limits.key);
}

export function checkMetric(
  { key, value, timestamp, step, modelId, datasetName, datasetDigest }: Metric,
  field: string,
): void {
  checkKey(`${field}.name`, key);
  if (typeof value !== "number")
    throw inputError(`Invalid value for parameter '${field}.value' supplied: it is no number.`, field);
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw inputError(
      `Invalid value ${timestamp} for parameter '${field}.timestamp' supplied: it must be a whole number of milliseconds from 0.`,
      field,
    );
  }
  if (!Number.isSafeInteger(step)) {
    throw inputError(`Invalid value ${step} for parameter '${field}.step' supplied: it must be a whole number.`, field);
  }
  for (const text of [modelId, datasetName, datasetDigest]) if (text !== undefined) checkText(field, text);
}

export function checkParam({ key, value }: Param, field: string): void {
  checkKey(`${field}.key`, key);
  checkText(`${field}.value`, value);
  checkLength(`${field}.value`, value, limits.param);
}

export function checkTags(tags: TagValues, longest: "run" | "experiment"): void {
  for (const [key, value] of Object.entries(tags)) {
    checkKey("key", key);
    checkText(`tags.${key}`, value);
    checkLength("value", value, longest === "run" ? limits.tag : limits.experimentTag);
  }
}

export function checkExperimentName(name: string): void {
  if (name === "") throw inputError("Invalid experiment name: ''", "name");
  checkText("name", name);
  checkLength("name", name, limits.experimentName);
}

export function checkArtifactLocation(location: string): void {
  checkText("artifact_location", location);
  checkLength("artifact_location", location, limits.location);
}

/** Names and reasons of runs. */
export function checkRunText(field: string, value: string): void {
  checkText(field, value);
  checkLength(field, value, limits.tag);
}

export function checkTime(field: string, time: Date): void {
  const year = time.getUTCFullYear();
  if (year >= 1 && year <= 9999) return;
  throw inputError(`Invalid value for parameter '${field}' supplied: it is no time of the years 1 to 9999.`, field);
}

export function checkDataset(dataset: DatasetInput, field: string): void {
  const sizes = { name: 500, digest: 36, sourceType: 250, source: 65_535, schema: 1_048_575, profile: 16_777_215 };
  for (const [name, limit] of Object.entries(sizes)) {
    const value = dataset[name as keyof typeof sizes];
    if (value === null) continue;
    checkText(`${field}.${name}`, value);
    checkLength(`${field}.${name}`, value, limit);
  }
  if (dataset.name === "" || dataset.digest === "") throw inputError(`${field} needs a name and a digest.`, field);
  for (const [key, value] of Object.entries(dataset.tags)) {
    checkText(`${field}.tags`, key + value);
    checkLength(`${field}.tags.key`, key, 255);
    checkLength(`${field}.tags.value`, value, 500);
  }
}
