/** An executor in a process of its own, for tests that kill it: prints the input of every workflow that it begins. */
import { silentLog } from "../../base/index.ts";
import { launchExecutor } from "./index.ts";

const [url = "", executorId = ""] = process.argv.slice(2);
await launchExecutor({
  url,
  executorId,
  queue: "test",
  concurrency: 1,
  log: silentLog,
  workflows: {
    greet: async (input) => void process.stdout.write(`${JSON.stringify(input)}\n`),
    hang: async (input) => {
      process.stdout.write(`${JSON.stringify(input)}\n`);
      await new Promise(() => {});
    },
  },
});
process.stdout.write("ready\n");
