import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { explicitVersion, splitVersion, type NamedVersion } from "./models-values.ts";
import { stages } from "./models-list.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption } from "./values.ts";

const explicitOperand = {
  name: "NAME@VERSION",
  description: "The version: bank@3, bank@latest, bank@champion.",
};

export const modelsChangeCommands: readonly Command[] = [
  {
    name: "models alias",
    summary: "Gives an alias to a version, or takes it away; a model has each alias once.",
    operands: [explicitOperand, { name: "ALIAS", description: 'Any word but "latest", "best", numbers and v1, v2, …' }],
    options: [{ name: "remove", description: "Takes the alias away." }, ...serverOptions],
    details: [],
    example: "slipway models alias bank@3 champion",
    writesData: (options) => "json" in options,
    run: setAlias,
  },
  {
    name: "models stage",
    summary: "Moves a version to a stage.",
    operands: [explicitOperand, { name: "STAGE", description: "None, Staging, Production or Archived." }],
    options: [
      { name: "archive-existing", description: "Archives the versions that are in the stage now." },
      ...serverOptions,
    ],
    details: [],
    example: "slipway models stage bank@3 Production --archive-existing",
    writesData: (options) => "json" in options,
    run: setStage,
  },
  {
    name: "models restrict",
    summary: "Lets nothing new deploy a version; what runs goes on.",
    operands: [explicitOperand],
    options: [
      {
        name: "state",
        value: "STATE",
        description: "stale: a newer one should be used. revoked: it must not be used. By default revoked.",
      },
      { name: "reason", value: "TEXT", description: "Shown to whoever tries to deploy it. Needed, but with --lift." },
      { name: "lift", description: "Takes the restriction back." },
      ...serverOptions,
    ],
    details: [],
    example: 'slipway models restrict bank@3 --reason "trained on leaked labels"',
    writesData: (options) => "json" in options,
    run: restrict,
  },
  {
    name: "models delete",
    summary: "Deletes a version that nothing uses, or a model with all its versions.",
    operands: [{ name: "NAME[@VERSION]", description: "The version: bank@3; or, with --all, the model: bank." }],
    options: [{ name: "all", description: "Deletes the model with all its versions." }, ...serverOptions],
    details: ["The number of a deleted version is not given again."],
    example: "slipway models delete bank@3",
    writesData: (options) => "json" in options,
    run: remove,
  },
];

async function setAlias({ operands: [given = "", alias = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const named = explicitVersion(given);
  const { model, version } = await client.getModelVersion(named);
  if ("remove" in options) await client.deleteModelAlias({ model, alias });
  else await client.setModelAlias({ model, alias, body: { version } });
  const after = await client.getModel({ model });
  if ("json" in options) return write(`${JSON.stringify(after)}\n`);
  output.line(
    "remove" in options
      ? `${model} has no alias ${alias} any more.`
      : `${alias} is ${output.bold(`${model}@${version}`)} now.`,
  );
}

async function setStage({ operands: [given = "", name = ""], options, output, write }: Invocation): Promise<void> {
  const stage = choiceOption({ stage: name }, "stage", stages) as (typeof stages)[number];
  const archiveExisting = "archive-existing" in options;
  const version = await connect(options).setModelVersionStage({
    ...explicitVersion(given),
    body: { stage, archiveExisting },
  });
  if ("json" in options) return write(`${JSON.stringify(version)}\n`);
  output.line(`${output.bold(`${version.model}@${version.version}`)} is in ${stage} now.`);
}

async function restrict({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const named = explicitVersion(given);
  const client = connect(options);
  const version =
    "lift" in options
      ? await client.unrestrictModelVersion(named)
      : await client.restrictModelVersion({ ...named, body: restrictionOf(options, named) });
  if ("json" in options) return write(`${JSON.stringify(version)}\n`);
  const { model, restriction } = version;
  output.line(
    `${output.bold(`${model}@${version.version}`)} ${restriction ? `is ${restriction.state} now` : "may be deployed again"}.`,
  );
}

/** @throws SLW_CLI_VALUE where there is no reason */
function restrictionOf(
  options: Invocation["options"],
  { model, version }: NamedVersion,
): { state: "stale" | "revoked"; reason: string } {
  const { reason } = options;
  const state = choiceOption(options, "state", ["stale", "revoked"]) ?? "revoked";
  if (reason !== undefined && reason.trim() !== "") return { state, reason };
  throw new SlipwayError("SLW_CLI_VALUE", "A restriction needs a reason.", {
    fix: `Say why: slipway models restrict ${model}@${version} --reason TEXT`,
  });
}

async function remove({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const { model, version } = splitVersion(given);
  if ("all" in options !== (version === null)) {
    const fix =
      version === null
        ? `Name a version (${model}@3), or give --all for all of them.`
        : "Leave --all or the version out.";
    throw new SlipwayError("SLW_CLI_OPERAND", `It is not clear what of ${model} is to be deleted.`, { fix });
  }
  if (version === null) await client.deleteModel({ model });
  else await client.deleteModelVersion({ model, version });
  if ("json" in options) await write(`${JSON.stringify({ model, ...(version !== null && { version }) })}\n`);
  else output.line(`${output.bold(given)} is deleted.`);
}
