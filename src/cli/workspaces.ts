import type { Command } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import type { Column } from "./text.ts";

export const workspaceCommands: readonly Command[] = [
  {
    name: "workspaces list",
    summary: "Lists the workspaces in which you have a role.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway workspaces list",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const page = await connect(invocation.options).listWorkspaces({ query: { limit: listingLimit } });
      const columns: Column[] = [
        { title: "NAME" },
        { title: "ROLE" },
        { title: "CREATED" },
        { title: "DESCRIPTION", flexible: true },
      ];
      await printListing(
        invocation,
        page,
        columns,
        ({ name, role, createdAt, description }) => [name, role, shortTime(createdAt), description],
        "There is no workspace in which you have a role.",
      );
    },
  },
  {
    name: "workspaces create",
    summary: "Creates a workspace, such as prod beside dev; you are its owner.",
    operands: [{ name: "NAME", description: "Letters, digits, underscore, dot and dash." }],
    options: [{ name: "description", value: "TEXT", description: "What it is for." }, ...serverOptions],
    details: [],
    example: "slipway workspaces create prod",
    writesData: (options) => "json" in options,
    run: async ({ operands, options, output, write }) => {
      const { description } = options;
      const body = { name: operands[0] ?? "", ...(description !== undefined && { description }) };
      const created = await connect(options).createWorkspace({ body });
      if ("json" in options) await write(`${JSON.stringify(created)}\n`);
      else output.line(`Workspace ${output.bold(created.name)} is there; use it with --workspace ${created.name}.`);
    },
  },
];
