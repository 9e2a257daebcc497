/** A worker process for tests. */
import { runWorker } from "./index.ts";
import { handlers } from "./test-handlers.ts";

await runWorker(() =>
  Promise.resolve({ handlers, listener: () => Promise.resolve(), extentOf: () => "12 rows x 3 columns" }),
);
