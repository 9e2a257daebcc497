import type { Command, Invocation } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption } from "./values.ts";

const roles = ["reader", "scorer", "contributor", "owner"] as const;
const nameOperand = { name: "NAME", description: "Name of the user." };

async function change({ operands, options, output, write }: Invocation, disabled: boolean): Promise<void> {
  const user = await connect(options).updateUser({ user: operands[0] ?? "", body: { disabled } });
  if ("json" in options) await write(`${JSON.stringify(user)}\n`);
  else output.line(`${output.bold(user.name)} is ${disabled ? "disabled: no token of theirs works" : "enabled"}.`);
}

export const userCommands: readonly Command[] = [
  {
    name: "users list",
    summary: "Lists the users of the server.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway users list",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const page = await connect(invocation.options).listUsers({ query: { limit: listingLimit } });
      await printListing(
        invocation,
        page,
        [{ title: "NAME" }, { title: "ADMIN" }, { title: "CREATED" }, { title: "DISABLED" }],
        ({ name, isAdmin, createdAt, disabledAt }) => [
          name,
          isAdmin ? "yes" : "no",
          shortTime(createdAt),
          shortTime(disabledAt),
        ],
        "There are no users.",
      );
    },
  },
  {
    name: "users create",
    summary: "Creates a user, gives them a role in the workspace, and prints their token, once.",
    operands: [nameOperand],
    options: [
      { name: "role", value: "ROLE", description: `${roles.join(", ")}: each may do what those before it may.` },
      { name: "admin", description: "Makes them an administrator of the server." },
      ...serverOptions,
    ],
    details: [],
    example: "slipway users create dana --role contributor",
    writesData: (options) => "json" in options,
    run: createUser,
  },
  {
    name: "users disable",
    summary: "Disables a user: their tokens stop working at once.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway users disable dana",
    writesData: (options) => "json" in options,
    run: (invocation) => change(invocation, true),
  },
  {
    name: "users enable",
    summary: "Enables a user who was disabled.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway users enable dana",
    writesData: (options) => "json" in options,
    run: (invocation) => change(invocation, false),
  },
];

async function createUser({ operands, options, output, write }: Invocation): Promise<void> {
  const role = choiceOption(options, "role", roles);
  const client = connect(options);
  const user = operands[0] ?? "";
  await client.createUser({ body: { name: user, isAdmin: "admin" in options } });
  if (role !== undefined) await client.assignRole({ user, body: { role } });
  const { token } = await client.createUserToken({ user, body: { name: "first token" } });
  if ("json" in options) return write(`${JSON.stringify({ name: user, token })}\n`);
  output.line(`${output.bold(user)} is there${role === undefined ? "" : ` with the role ${role}`}.`);
  output.line(`Token, shown once: ${output.bold(token)}`);
}

export const roleCommands: readonly Command[] = [
  {
    name: "roles list",
    summary: "Lists who has which role in the workspace.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway roles list --workspace default",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const page = await connect(invocation.options).listRoles({ query: { limit: listingLimit } });
      const columns = [{ title: "USER" }, { title: "ROLE" }];
      await printListing(
        invocation,
        page,
        columns,
        ({ user, role }) => [user, role],
        "Only administrators may use it.",
      );
    },
  },
  {
    name: "roles assign",
    summary: "Gives a user a role in the workspace, in place of the one they have.",
    operands: [nameOperand, { name: "ROLE", description: `${roles.join(", ")}.` }],
    options: serverOptions,
    details: [],
    example: "slipway roles assign dana owner",
    writesData: (options) => "json" in options,
    run: async ({ operands: [user = "", given = ""], options, output, write }) => {
      const role = choiceOption({ ROLE: given }, "ROLE", roles) ?? "reader";
      const assigned = await connect(options).assignRole({ user, body: { role } });
      if ("json" in options) await write(`${JSON.stringify(assigned)}\n`);
      else output.line(`${output.bold(assigned.user)} has the role ${assigned.role}.`);
    },
  },
  {
    name: "roles remove",
    summary: "Takes a user's role in the workspace.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway roles remove dana",
    writesData: () => false,
    run: async ({ operands: [user = ""], options, output }) => {
      await connect(options).removeRole({ user });
      output.line(`${output.bold(user)} has no role in the workspace any more.`);
    },
  },
];
