export {
  createEnvironmentVersion,
  findEnvironment,
  findEnvironmentVersion,
  listEnvironments,
  listEnvironmentVersions,
  updateEnvironment,
  type Environment,
  type EnvironmentVersion,
} from "./environments.ts";
export type { EnvironmentSpec } from "./spec.ts";
