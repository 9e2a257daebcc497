import type { Command } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { numberOption } from "./values.ts";

const userOption = { name: "user", value: "NAME", description: "Of this user: for administrators." };

export const tokenCommands: readonly Command[] = [
  {
    name: "tokens list",
    summary: "Lists your tokens, with when each was last used.",
    operands: [],
    options: [userOption, ...serverOptions],
    details: [],
    example: "slipway tokens list",
    writesData: (options) => "json" in options,
    run: async (invocation) => {
      const { user } = invocation.options;
      const client = connect(invocation.options);
      const query = { limit: listingLimit };
      const page = await (user === undefined ? client.listMyTokens({ query }) : client.listUserTokens({ user, query }));
      await printListing(
        invocation,
        page,
        [
          { title: "ID" },
          { title: "NAME" },
          { title: "CREATED" },
          { title: "LAST USED" },
          { title: "EXPIRES" },
          { title: "REVOKED" },
        ],
        ({ id, name, createdAt, lastUsedAt, expiresAt, revokedAt }) => [
          id,
          name,
          ...[createdAt, lastUsedAt, expiresAt, revokedAt].map(shortTime),
        ],
        "There are no tokens.",
      );
    },
  },
  {
    name: "tokens create",
    summary: "Creates a token of yours and prints it, once.",
    operands: [{ name: "NAME", description: "What it is for: ci, laptop." }],
    options: [
      {
        name: "expires",
        value: "DAYS",
        description: "Days until it stops working. By default it works until it is revoked.",
      },
      ...serverOptions,
    ],
    details: [],
    example: "slipway tokens create ci --expires 90",
    writesData: (options) => "json" in options,
    run: async ({ operands: [name = ""], options, output, write }) => {
      const expiresInDays = numberOption(options, "expires", { min: 1, max: 3650, whole: true });
      const created = await connect(options).createMyToken({
        body: { name, ...(expiresInDays !== undefined && { expiresInDays }) },
      });
      if ("json" in options) await write(`${JSON.stringify(created)}\n`);
      else output.line(`Token, shown once: ${output.bold(created.token)}`);
    },
  },
  {
    name: "tokens revoke",
    summary: "Revokes a token of yours: it stops working at once.",
    operands: [{ name: "ID", description: "As slipway tokens list shows it." }],
    options: [userOption, ...serverOptions],
    details: ["The sessions of the studio that were signed in with it end too."],
    example: "slipway tokens revoke 019aa5f0c4e87d0d8d7a4d7b9f3c2a10",
    writesData: () => false,
    run: async ({ operands: [token = ""], options, output }) => {
      const { user } = options;
      const client = connect(options);
      await (user === undefined ? client.revokeMyToken({ token }) : client.revokeUserToken({ user, token }));
      output.line(`The token ${token} is revoked.`);
    },
  },
];

export const auditCommand: Command = {
  name: "audit",
  summary: "Shows who changed what in the workspace, newest first.",
  operands: [],
  options: [
    { name: "user", value: "NAME", description: "Only changes by this user." },
    { name: "subject", value: "TEXT", description: "Only changes of what begins with this: dataset/bank, model/." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway audit --subject dataset/",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { user, subject } = invocation.options;
    const query = {
      limit: listingLimit,
      ...(user !== undefined && { user }),
      ...(subject !== undefined && { subject }),
    };
    const page = await connect(invocation.options).listAudit({ query });
    await printListing(
      invocation,
      page,
      [{ title: "TIME" }, { title: "USER" }, { title: "ACTION" }, { title: "SUBJECT", flexible: true }],
      (entry) => [shortTime(entry.at), entry.user, entry.action, entry.subject],
      "Nothing was changed yet.",
    );
  },
};
