import { readFileSync } from "node:fs";
import { SlipwayError } from "../base/index.ts";
import type { EnvironmentSpec } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import type { CommandLineOptions } from "./values.ts";

const nameOperand = { name: "NAME", description: "Name of the environment." };

export const environmentCommands: readonly Command[] = [
  {
    name: "environments list",
    summary: "Lists the environments for code of your own.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway environments list",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const page = await connect(invocation.options).listEnvironments({ query: { limit: listingLimit } });
      await printListing(
        invocation,
        page,
        [
          { title: "NAME" },
          { title: "LATEST", align: "right" },
          { title: "CREATED" },
          { title: "DESCRIPTION", flexible: true },
        ],
        ({ name, latestVersion, createdAt, description }) => [
          name,
          String(latestVersion),
          shortTime(createdAt),
          description,
        ],
        "There are no environments. Make one: slipway environments create NAME --python 3.11 --requirements FILE",
      );
    },
  },
  {
    name: "environments show",
    summary: "Shows what a version of an environment is made of.",
    operands: [{ name: "NAME[@V]", description: "Name and version; the latest where none is given." }],
    options: serverOptions,
    details: [],
    example: "slipway environments show training@1",
    writesData: () => true,
    run: async ({ operands: [given = ""], options, write }) => {
      const [environment = "", version = "latest"] = given.split("@");
      const found = await connect(options).getEnvironmentVersion({ environment, version });
      await write(`${JSON.stringify(found, null, "json" in options ? undefined : 2)}\n`);
    },
  },
  {
    name: "environments create",
    summary: "Creates a version of an environment; the same specification is the same version.",
    operands: [nameOperand],
    options: [
      { name: "python", value: "X.Y", description: "Version of Python, with --requirements or --lock." },
      { name: "requirements", value: "FILE", description: "requirements.txt; comments and empty lines are left out." },
      { name: "node", value: "MAJOR", description: "Version of Node, with --package and --lock." },
      { name: "package", value: "FILE", description: "package.json." },
      { name: "lock", value: "FILE", description: "package-lock.json, or a lock file of pip-compile or uv." },
      { name: "image", value: "IMAGE", description: "A container image, best with its digest." },
      { name: "description", value: "TEXT", description: "What it is for." },
      ...serverOptions,
    ],
    details: [],
    example: "slipway environments create training --python 3.11 --requirements requirements.txt",
    writesData: (options) => "json" in options,
    run: createEnvironment,
  },
];

async function createEnvironment({ operands, options, output, write }: Invocation): Promise<void> {
  const environment = operands[0] ?? "";
  const { description } = options;
  const body = { spec: specOf(options), ...(description !== undefined && { description }) };
  const created = await connect(options).createEnvironmentVersion({ environment, body });
  if ("json" in options) return write(`${JSON.stringify(created)}\n`);
  const what = created.created ? "created" : "there already, with the same specification";
  output.line(`${output.bold(`${environment}@${created.version}`)} is ${what}.`);
}

/** @throws SLW_CLI_OPTION where not exactly one kind is named */
function specOf(options: CommandLineOptions): EnvironmentSpec {
  const { python, node, image } = options;
  const lock = fileOption(options, "lock");
  if (python !== undefined && node === undefined && image === undefined) {
    const lines = fileOption(options, "requirements")
      ?.split(/\r?\n/)
      .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
      .filter((line) => line !== "");
    return { kind: "python", python, ...(lines && { requirements: lines }), ...(lock && { lock }) };
  }
  if (node !== undefined && python === undefined && image === undefined) {
    const manifest = fileOption(options, "package");
    return { kind: "node", node, ...(manifest && { package: manifest }), ...(lock && { lock }) };
  }
  if (image !== undefined && python === undefined && node === undefined) return { kind: "container", image };
  throw new SlipwayError("SLW_CLI_OPTION", "An environment is one of --python, --node and --image.", {
    fix: "Give one of them: slipway environments create training --python 3.11 --requirements requirements.txt",
  });
}

function fileOption(options: CommandLineOptions, name: string): string | undefined {
  const path = options[name];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SlipwayError("SLW_CLI_VALUE", `--${name}: ${path} cannot be read: ${(cause as Error).message}`, {
      fix: "Name a file that you may read.",
      cause,
    });
  }
}
