import { SlipwayError } from "../base/index.ts";
import type { BodyOf, Operations } from "../contract/index.ts";
import type { Command, Invocation, Option } from "./command.ts";
import { bytes } from "./data-values.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption, numberOption } from "./values.ts";

type Config = BodyOf<Operations["createDatastore"]>["config"];

const nameOperand = { name: "NAME", description: "The datastore." };

/** Settings of all kinds; each kind takes its own. */
const settingOptions: readonly Option[] = [
  { name: "folder", value: "PATH", group: "disk", description: "On the server's machine, in a folder that it allows." },
  { name: "bucket", value: "NAME", group: "s3", description: "The bucket." },
  { name: "prefix", value: "PREFIX", group: "s3", description: "Beginning of all keys. By default the whole bucket." },
  { name: "region", value: "REGION", group: "s3", description: "By default us-east-1." },
  { name: "endpoint", value: "URL", group: "s3", description: "Of an S3-compatible server. By default Amazon's." },
  { name: "host", value: "HOST", group: "postgres", description: "Name or address of the database." },
  { name: "db-port", value: "PORT", group: "postgres", description: "By default 5432." },
  { name: "database", value: "NAME", group: "postgres", description: "Name of the database." },
  { name: "user", value: "NAME", group: "postgres", description: "A user that can read what is queried, and no more." },
  { name: "no-tls", group: "postgres", description: "Connects without encryption." },
  { name: "base", value: "URL", group: "https", description: "Paths are appended to it." },
];

const createCommand: Command = {
  name: "datastores create",
  summary: "Creates a datastore: a place that datasets are read from.",
  operands: [nameOperand, { name: "KIND", description: "disk, s3, postgres or https." }],
  options: [{ name: "description", value: "TEXT", description: "What it is." }, ...settingOptions, ...serverOptions],
  details: [
    "Credentials are taken from the environment, so that they stay out of the shell's history: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN for s3, PGPASSWORD for postgres, DATASTORE_TOKEN for https. The server stores them encrypted and never hands them out.",
  ],
  example: "slipway datastores create files disk --folder /srv/data",
  writesData: (options) => "json" in options,
  run: async ({ operands: [name = "", kind = ""], options, output, write, signal }) => {
    const { description } = options;
    const body = {
      name,
      config: configOf(kind, options, process.env),
      ...(description !== undefined && { description }),
    };
    const created = await connect(options).createDatastore({ body }, { signal });
    if ("json" in options) await write(`${JSON.stringify(created)}\n`);
    else output.line(`Datastore ${output.bold(name)} is there. Try it: slipway datastores test ${name}`);
  },
};

/** @throws SLW_CLI_VALUE, SLW_CLI_OPTION */
function configOf(kind: string, options: Invocation["options"], env: Readonly<NodeJS.ProcessEnv>): Config {
  const needed = (name: string): string => {
    const value = options[name];
    if (value !== undefined) return value;
    throw new SlipwayError("SLW_CLI_OPTION", `A datastore of the kind ${kind} needs --${name}.`);
  };
  switch (choiceOption({ KIND: kind }, "KIND", ["disk", "s3", "postgres", "https"])) {
    case "disk":
      return { kind: "disk", settings: { folder: needed("folder") } };
    case "s3":
      return s3Config(needed("bucket"), options, env);
    case "postgres": {
      const settings = {
        host: needed("host"),
        port: numberOption(options, "db-port", { min: 1, max: 65_535, whole: true }) ?? 5432,
        database: needed("database"),
        user: needed("user"),
        tls: "no-tls" in options ? ("off" as const) : ("verify" as const),
      };
      const password = env["PGPASSWORD"];
      return { kind: "postgres", settings, ...(password && { credentials: { password } }) };
    }
    default: {
      const token = env["DATASTORE_TOKEN"];
      return { kind: "https", settings: { url: needed("base") }, ...(token && { credentials: { token } }) };
    }
  }
}

function s3Config(bucket: string, options: Invocation["options"], env: Readonly<NodeJS.ProcessEnv>): Config {
  const { prefix = "", region = "us-east-1", endpoint } = options;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const settings = { bucket, prefix, region, ...(endpoint !== undefined && { endpoint }) };
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return { kind: "s3", settings };
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
  return { kind: "s3", settings, credentials };
}

export const datastoreCommands: readonly Command[] = [
  {
    name: "datastores list",
    summary: "Lists the datastores.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway datastores list",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const { options, signal } = invocation;
      const page = await connect(options).listDatastores({ query: { limit: listingLimit } }, { signal });
      await printListing(
        invocation,
        page,
        [
          { title: "NAME" },
          { title: "KIND" },
          { title: "SETTINGS", flexible: true },
          { title: "CREATED", optional: true },
          { title: "DESCRIPTION", flexible: true },
        ],
        ({ name, kind, settings, createdAt, description }) => {
          const shown = Object.values(settings).filter((value) => value !== "");
          return [name, kind, shown.join(" "), shortTime(createdAt), description];
        },
        "There are no datastores yet. Make one: slipway datastores create NAME KIND",
      );
    },
  },
  createCommand,
  {
    name: "datastores test",
    summary: "Connects to a datastore and says whether it can be read.",
    operands: [nameOperand],
    options: serverOptions,
    details: ["Exit code 0 where it can, 1 where it cannot."],
    example: "slipway datastores test files",
    writesData: (options) => "json" in options,
    run: async ({ operands: [datastore = ""], options, output, write, signal }) => {
      const result = await connect(options).testDatastore({ datastore }, { signal });
      if ("json" in options) await write(`${JSON.stringify(result)}\n`);
      else if (result.ok) output.line(output.green(`${datastore} answers (${result.milliseconds} ms).`));
      else output.line(output.yellow(`${result.code}: ${result.message}`));
      if (!result.ok) process.exitCode = 1;
    },
  },
  {
    name: "datastores paths",
    summary: "Lists what lies in a folder of a datastore; of a database, its tables.",
    operands: [nameOperand],
    options: [{ name: "folder", value: "PATH", description: "By default the datastore itself." }, ...serverOptions],
    details: [],
    example: "slipway datastores paths files",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const {
        operands: [datastore = ""],
        options,
        signal,
      } = invocation;
      const { folder } = options;
      const query = { limit: listingLimit, ...(folder !== undefined && { folder }) };
      const page = await connect(options).listDatastorePaths({ datastore, query }, { signal });
      await printListing(
        invocation,
        page,
        [
          { title: "PATH", flexible: true },
          { title: "SIZE", align: "right" },
          { title: "CHANGED", optional: true },
        ],
        ({ path, size, modifiedAt }) => [path, size === null ? "" : bytes(size), shortTime(modifiedAt)],
        "There is nothing.",
      );
    },
  },
  {
    name: "datastores remove",
    summary: "Removes a datastore; versions of datasets that came from it stay.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway datastores remove files",
    writesData: (options) => "json" in options,
    run: async ({ operands: [datastore = ""], options, output, write, signal }) => {
      await connect(options).deleteDatastore({ datastore }, { signal });
      if ("json" in options) await write(`${JSON.stringify({ removed: datastore })}\n`);
      else output.line(`The datastore ${datastore} is removed.`);
    },
  },
];
