/**
 * What the registry knows: registered models and their versions, by MLflow's and Azure ML's words. A version is a set
 * of files in the artifact store, what those files say about themselves, and where they come from; it is there whole or
 * not at all. What people change later is its description, tags, stage, aliases and restriction, never its files.
 */
import type { Actor } from "../store/index.ts";

export const modelStages = ["None", "Staging", "Production", "Archived"] as const;
export type ModelStage = (typeof modelStages)[number];

/** MLflow's. Ours are READY at once; clients of MLflow's wire may finish a version later. */
export const versionStatuses = ["PENDING_REGISTRATION", "READY", "FAILED_REGISTRATION"] as const;
export type VersionStatus = (typeof versionStatuses)[number];

/** What the files are: one of ours, one ONNX file, or a folder with an MLmodel file. */
export const modelKinds = ["slipway", "onnx", "mlflow"] as const;
export type ModelKind = (typeof modelKinds)[number];

/** "stale": a newer one should be used. "revoked": it must not be used any more. Neither may be deployed anew. */
export const restrictionStates = ["stale", "revoked"] as const;
export type RestrictionState = (typeof restrictionStates)[number];

export type Tags = Readonly<Record<string, string>>;

export interface RegisteredModel {
  /** newId(). */
  readonly id: string;
  /** Unique in its workspace: 1 to 256 characters, none of them a slash, colon or control character. */
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
  /** Name of the user. */
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Of the model itself and its aliases; when a version came, went or changed its stage (as MLflow has it). */
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
  /** In the order of their names. */
  readonly aliases: readonly ModelAlias[];
  /** The greatest number of a version that is there; null before the first. */
  readonly latestVersion: number | null;
}

export interface ModelAlias {
  readonly alias: string;
  readonly version: number;
}

/** A file of a version. */
export interface ModelFile {
  /** Relative, with slashes: "model.slipway", "data/model.pkl". */
  readonly path: string;
  /** Of its bytes, as the artifact store knows them: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A column that scoring takes. */
export interface ModelInput {
  readonly name: string;
  /** slipway: numeric, string, datetime. onnx: as "float32[?,4]". mlflow: the signature's type, "double". */
  readonly type: string;
  readonly nullable: boolean;
  /** The values that training saw, ascending; null where that is not known or there are more than 1,000. */
  readonly categories: readonly string[] | null;
}

/** A learner inside a model, with its hyperparameters. */
export interface ModelMember {
  readonly name: string;
  /** Its share in a vote or its coefficient in a stack. */
  readonly weight: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the files say about themselves. */
export interface ModelContents {
  readonly kind: ModelKind;
  /** The file to load: the model file, or MLmodel of a folder; null where a client registers what it uploads later. */
  readonly primaryPath: string | null;
  /** "VotingEnsemble"; an ONNX graph's name; the flavors of an MLflow model: "python_function, sklearn". */
  readonly algorithm: string;
  readonly task: "classification" | "regression" | null;
  /** Column that it predicts. */
  readonly target: string | null;
  readonly inputs: readonly ModelInput[];
  /** Names and types of what it answers; empty where unknown. */
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
  readonly members: readonly ModelMember[];
  /** On the validation rows; a metric that could not be computed is left out. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Which of the metrics "best" goes by. */
  readonly primaryMetric: string | null;
  /** slipway: median time that scoring one row took when the file was looked at; null for other kinds. */
  readonly rowMicroseconds: number | null;
  /**
   * Particulars of the kind. slipway: slipway, seed, validation, rows, data (digest). onnx: irVersion, opsets, producer.
   * mlflow: flavors, signature, mlflowVersion, modelUuid.
   */
  readonly particulars: Readonly<Record<string, unknown>>;
}

/** Where the bytes come from: exactly what was said when it was registered. */
export interface ModelSource {
  /** As the client wrote it: "runs:/ID/model", "upload:bank.slipway". Text only: nothing is ever read from it. */
  readonly uri: string;
  readonly runId: string | null;
  /** Path of the artifact in the run; a file or a folder. */
  readonly artifactPath: string | null;
  /** MLflow's logged model, "m-…". */
  readonly loggedModelId: string | null;
  /** MLflow's run_link. */
  readonly runLink: string | null;
}

export interface ModelLineage {
  readonly dataset: { readonly name: string; readonly version: number | null } | null;
  readonly runId: string | null;
  readonly codeCommit: string | null;
  /** Name of the user that registered it. */
  readonly registeredBy: string;
}

export interface Restriction {
  readonly state: RestrictionState;
  readonly reason: string;
  /** Name of the user. */
  readonly by: string;
  readonly at: Date;
}

export interface ModelVersion {
  /** newId(). */
  readonly id: string;
  /** Name of its registered model. */
  readonly model: string;
  /** From 1, without gaps; never given again, even when the version is deleted. */
  readonly version: number;
  readonly description: string;
  readonly tags: Tags;
  readonly stage: ModelStage;
  readonly status: VersionStatus;
  /** Why it failed. */
  readonly statusMessage: string;
  readonly kind: ModelKind;
  /** As in ModelContents; so are task, target and primaryMetric. */
  readonly algorithm: string;
  readonly task: ModelContents["task"];
  readonly target: string | null;
  readonly primaryMetric: string | null;
  /** Those of the contents, and what clients logged for it later. */
  readonly metrics: Readonly<Record<string, number>>;
  /** MLflow's model params. */
  readonly params: Readonly<Record<string, string>>;
  /** SHA-256 of the file to load; null where there is none yet. */
  readonly primarySha256: string | null;
  /** Bytes of all files. */
  readonly size: number;
  readonly source: ModelSource;
  readonly lineage: ModelLineage;
  /** Names in alphabetical order. "latest" and "best" are computed and not among them. */
  readonly aliases: readonly string[];
  readonly restriction: Restriction | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version with what its files say about themselves, which may be long. */
export interface ModelVersionDetails extends ModelVersion {
  readonly contents: ModelContents;
}

/** What uses a version: a deployment, a release. */
export interface ModelUse {
  readonly id: string;
  /** "deployment", "release". */
  readonly kind: string;
  /** "bank/blue". */
  readonly name: string;
  readonly since: Date;
}

/** Which model: every function looks in this workspace alone. */
export interface ModelRef {
  readonly workspaceId: string;
  readonly model: string;
}

/** Which version, by number. */
export interface VersionRef extends ModelRef {
  readonly version: number;
}

/** Who changes it: part of the input of every change. */
export interface By {
  readonly actor: Actor;
}

export interface NewModel extends ModelRef, By {
  /** Of the request, so that a repeated one has one effect. */
  readonly id: string;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
}

export interface ModelChanges {
  readonly description?: string | undefined;
  /** Merged into the tags that are there; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly archived?: boolean | undefined;
}

export interface VersionChanges {
  readonly description?: string | undefined;
  /** Merged into the tags that are there; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly status?: VersionStatus | undefined;
  readonly statusMessage?: string | undefined;
  /** Merged into those that are there. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** A version whose files are in the artifact store and have been looked at (inspectFiles). */
export interface NewVersion extends ModelRef, By {
  /** Of the request: a version with this id that is there already is the answer. */
  readonly id: string;
  /** Register the model too where it is not there; otherwise SLW_REGISTRY_MODEL. */
  readonly createModel?: boolean | undefined;
  readonly contents: ModelContents;
  readonly files: readonly ModelFile[];
  readonly source: ModelSource;
  readonly dataset?: ModelLineage["dataset"] | undefined;
  readonly codeCommit?: string | null | undefined;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
  /** Default READY. */
  readonly status?: VersionStatus | undefined;
  /** Beside those of the contents. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Set in the same transaction. */
  readonly aliases?: readonly string[] | undefined;
}

/** A search by MLflow's filter grammar. */
export interface SearchRequest {
  readonly workspaceId: string;
  /** "name ILIKE 'bank%' AND tags.team = 'risk'". */
  readonly filter?: string | undefined;
  /** "name ASC", "version_number DESC", … */
  readonly orderBy?: readonly string[] | undefined;
  /** 1 to 1,000 models; versions 1 to 200,000 as MLflow has it. */
  readonly maxResults: number;
  /** The nextPageToken of the page before. */
  readonly pageToken?: string | undefined;
}

export interface SearchPage<T> {
  readonly items: T[];
  readonly nextPageToken?: string;
}
