import type { Command } from "./command.ts";
import { bytes } from "./data-values.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { primaryMetricText } from "./models-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { metric } from "./text.ts";
import { choiceOption } from "./values.ts";

export const modelsListCommand: Command = {
  name: "models list",
  summary: "Lists the registered models, those that changed last first.",
  operands: [],
  options: [
    { name: "name", value: "TEXT", description: "Only models with this in their names, in any case." },
    { name: "archived", description: "Only archived models." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway models list",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { name } = invocation.options;
    const query = {
      limit: listingLimit,
      archived: "archived" in invocation.options,
      ...(name !== undefined && { name }),
    };
    const page = await connect(invocation.options).listModels({ query });
    await printListing(
      invocation,
      page,
      [
        { title: "NAME" },
        { title: "LATEST", align: "right" },
        { title: "ALIASES", flexible: true },
        { title: "CHANGED", optional: true },
        { title: "BY", optional: true },
      ],
      ({ name: model, latestVersion, aliases, updatedAt, createdBy }) => [
        model,
        latestVersion === null ? "–" : String(latestVersion),
        aliases.map(({ alias, version }) => `${alias}@${version}`).join(", "),
        shortTime(updatedAt),
        createdBy,
      ],
      "There are no registered models.",
    );
  },
};

export const stages = ["None", "Staging", "Production", "Archived"] as const;

export const modelsVersionsCommand: Command = {
  name: "models versions",
  summary: "Lists the versions of a model, newest first.",
  operands: [{ name: "NAME", description: "The model." }],
  options: [
    { name: "stage", value: "STAGE", description: "Only versions in it: None, Staging, Production or Archived." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway models versions bank",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { operands, options } = invocation;
    const stage = choiceOption(options, "stage", stages);
    const query = { limit: listingLimit, ...(stage && { stage }) };
    const page = await connect(options).listModelVersions({ model: operands[0] ?? "", query });
    await printListing(
      invocation,
      page,
      [
        { title: "VERSION", align: "right" },
        { title: "ALGORITHM", flexible: true },
        { title: "METRIC" },
        { title: "STAGE" },
        { title: "STATE" },
        { title: "ALIASES", optional: true },
        { title: "SIZE", align: "right", optional: true },
        { title: "CREATED", optional: true },
      ],
      (version) => [
        String(version.version),
        version.algorithm,
        primaryMetricText(version, metric),
        version.stage,
        version.restriction?.state ?? version.status,
        version.aliases.join(", "),
        bytes(version.size),
        shortTime(version.createdAt),
      ],
      "The model has no versions.",
    );
  },
};
