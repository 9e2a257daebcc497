/**
 * For tests: collects requests of two rows until it is killed, and says of how many the rows are surely in its files.
 * Arguments: folder of collected rows, name of the writer.
 */
import { setTimeout } from "node:timers/promises";
import { createCollector } from "./index.ts";

process.on("disconnect", () => process.exit());

const [collected = "", writer = ""] = process.argv.slice(2);
const settings = { dataCollection: { enabled: true, samplingRate: 1 } };
const config = { deployments: [], settings };
const collector = createCollector({ folder: { collected }, writer, config, count: () => {}, fileBytes: 120_000 });
const number = { type: "numeric", integer: true, nullable: false, categories: null, range: null, example: 1 } as const;
const schema = { columns: [{ name: "number", ...number }], labels: ["no", "yes"] };
const request = { deployment: "blue", model: "bank", version: 3, answer: { result: ["no", "yes"] }, schema };

for (let sent = 0; ; sent++) {
  const rows = [{ number: 2 * sent }, [2 * sent + 1]];
  const source = { body: Buffer.from(JSON.stringify({ data: rows })), rowsAt: "data" };
  collector.collect({
    ...request,
    at: Date.now(),
    requestId: `${writer}-${sent}`,
    rows,
    source: sent % 2 === 0 ? source : null,
  });
  if (sent % 20 === 19) {
    await collector.flush();
    process.send?.(sent + 1);
    await setTimeout(5);
  }
}
