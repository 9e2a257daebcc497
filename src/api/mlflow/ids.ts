/** Numbers that MLflow's wire has as text. */
import { SlipwayError } from "../../base/index.ts";
import { invalidParameter } from "./errors.ts";

/** PostgreSQL's integer. */
const greatest = 2 ** 31 - 1;

/** @throws SLW_MLFLOW_INPUT for what is no number, SLW_TRACKING_EXPERIMENT for one that no experiment can have */
export function experimentNumber(id: string): number {
  if (!/^-?\d{1,30}$/.test(id)) {
    throw invalidParameter(`Invalid experiment ID '${id.slice(0, 200)}'. Experiment ID must be a valid integer.`);
  }
  const number = Number(id);
  if (number >= 0 && number <= greatest) return number;
  throw new SlipwayError("SLW_TRACKING_EXPERIMENT", `No Experiment with id=${id} exists`);
}

/** @throws SLW_MLFLOW_INPUT for what is no number, SLW_REGISTRY_VERSION for one that no version can have */
export function versionNumber(version: string, model: string): number {
  if (!/^-?\d{1,30}$/.test(version)) {
    throw invalidParameter(`Parameter 'version' must be an integer, got '${version.slice(0, 200)}'.`);
  }
  const number = Number(version);
  if (number >= 1 && number <= greatest) return number;
  throw new SlipwayError("SLW_REGISTRY_VERSION", `Model Version (name=${model}, version=${version}) not found`, {
    details: { model, version },
  });
}
