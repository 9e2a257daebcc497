import type { StoredDefinition } from "../../definition/index.ts";

export type PipelineStatus = "ACTIVE" | "DISABLED";

/** A pipeline by its name. */
export interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly defaultVersion: number;
  readonly latestVersion: number;
  /** Of the default version. */
  readonly status: PipelineStatus;
  readonly archivedAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PipelineVersion {
  /** Azure ML's id of a published pipeline. */
  readonly id: string;
  readonly pipelineId: string;
  /** Of the pipeline. */
  readonly name: string;
  readonly version: number;
  readonly status: PipelineStatus;
  readonly isDefault: boolean;
  readonly archived: boolean;
  readonly description: string;
  readonly definition: StoredDefinition;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface PipelineRef {
  readonly workspaceId: string;
  /** Its name. */
  readonly pipeline: string;
}
