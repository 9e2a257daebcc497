import type { Command } from "./command.ts";
import { describeTraffic } from "./endpoints-deploy.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";

export const endpointsListCommand: Command = {
  name: "endpoints list",
  summary: "Lists the endpoints of the workspace.",
  operands: [],
  options: [{ name: "name", value: "TEXT", description: "Only endpoints with this in their names." }, ...serverOptions],
  details: [],
  example: "slipway endpoints list",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { name } = invocation.options;
    const query = { limit: listingLimit, ...(name !== undefined && { name }) };
    const page = await connect(invocation.options).listEndpoints({ query });
    await printListing(
      invocation,
      page,
      [
        { title: "NAME" },
        { title: "STATE" },
        { title: "SCORING" },
        { title: "MODELS", flexible: true },
        { title: "LAST REQUEST", optional: true },
        { title: "BY", optional: true },
      ],
      (endpoint) => [
        endpoint.name,
        endpoint.state,
        endpoint.scoringUri,
        describeTraffic(endpoint),
        shortTime(endpoint.lastRequestAt),
        endpoint.createdBy,
      ],
      "There are no endpoints. Make one: slipway endpoints deploy NAME --model MODEL",
    );
  },
};
