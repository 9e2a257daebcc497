import { Type, type Static } from "typebox";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 5_000_000, description }));

export const EnvironmentSpec = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal("node"),
        node: Type.String({ pattern: "^[1-9][0-9]?$", description: 'Major version: "24".' }),
        package: text("Contents of package.json."),
        lock: text("Contents of package-lock.json."),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        kind: Type.Literal("python"),
        python: Type.String({ pattern: "^3\\.[0-9]{1,2}$", description: '"3.11"' }),
        requirements: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
            maxItems: 1000,
            description: 'Lines of requirements.txt: "scikit-learn==1.9.0".',
          }),
        ),
        lock: text("Contents of a lock file with hashes, in place of requirements."),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        kind: Type.Literal("container"),
        image: Type.String({ minLength: 1, maxLength: 500, description: "Name of the image, best with its digest." }),
      },
      { additionalProperties: false },
    ),
  ],
  { $id: "EnvironmentSpec", description: "Where code of users runs." },
);
export type EnvironmentSpec = Static<typeof EnvironmentSpec>;

export const Environment = Type.Object(
  {
    name: Name,
    description: Type.String(),
    createdBy: Type.String(),
    createdAt: Timestamp,
    archivedAt: Type.Union([Timestamp, Type.Null()]),
    latestVersion: Type.Integer({ minimum: 0 }),
  },
  { $id: "Environment", additionalProperties: false },
);
export type Environment = Static<typeof Environment>;

const versionFields = {
  environment: Name,
  version: Type.Integer({ minimum: 1 }),
  spec: EnvironmentSpec,
  sha256: Type.String({ description: "Of the specification: the same specification is the same version." }),
  createdBy: Type.String(),
  createdAt: Timestamp,
};

export const EnvironmentVersion = Type.Object(versionFields, {
  $id: "EnvironmentVersion",
  additionalProperties: false,
});
export type EnvironmentVersion = Static<typeof EnvironmentVersion>;

const CreatedEnvironmentVersion = Type.Object(
  { ...versionFields, created: Type.Boolean({ description: "False where the specification was a version already." }) },
  { $id: "CreatedEnvironmentVersion", additionalProperties: false },
);

const environments = "/api/v1/workspaces/{workspace}/environments";

export const environmentOperations = {
  listEnvironments: operation({
    method: "GET",
    path: environments,
    summary: "List the environments",
    description: "Sorted by name (default) or created.",
    tag: "Environments",
    access: "reader",
    query: Type.Object({ ...listQuery, archived: Type.Optional(Type.Boolean({ default: false })) }),
    result: pageOf(Environment),
  }),
  getEnvironment: operation({
    method: "GET",
    path: `${environments}/{environment}`,
    summary: "Get an environment",
    tag: "Environments",
    access: "reader",
    result: Environment,
  }),
  updateEnvironment: operation({
    method: "PATCH",
    path: `${environments}/{environment}`,
    summary: "Describe or archive an environment",
    tag: "Environments",
    access: "contributor",
    body: Type.Object(
      {
        description: Type.Optional(Type.String({ maxLength: 5000 })),
        archived: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    result: Environment,
  }),
  listEnvironmentVersions: operation({
    method: "GET",
    path: `${environments}/{environment}/versions`,
    summary: "List the versions of an environment, newest first",
    tag: "Environments",
    access: "reader",
    query: Type.Object({ ...listQuery }),
    result: pageOf(EnvironmentVersion),
  }),
  createEnvironmentVersion: operation({
    method: "POST",
    path: `${environments}/{environment}/versions`,
    summary: "Create a version of an environment, and the environment where there is none of the name",
    tag: "Environments",
    access: "contributor",
    params: Type.Object({ workspace: Type.String(), environment: Name }),
    body: Type.Object(
      { spec: EnvironmentSpec, description: Type.Optional(Type.String({ maxLength: 5000 })) },
      { additionalProperties: false },
    ),
    status: 201,
    result: CreatedEnvironmentVersion,
  }),
  getEnvironmentVersion: operation({
    method: "GET",
    path: `${environments}/{environment}/versions/{version}`,
    summary: 'Get a version of an environment by its number or "latest"',
    tag: "Environments",
    access: "reader",
    result: EnvironmentVersion,
  }),
};
