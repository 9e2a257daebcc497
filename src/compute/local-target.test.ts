/** The target "local": processes that this server starts. */
import { silentLog } from "../base/index.ts";
import { localTarget, startCompute } from "./index.ts";
import { testComputeTarget } from "./test-compute-target.ts";
import { noListener } from "./test-place.ts";

testComputeTarget({
  name: localTarget,
  scales: true,
  start({ database, url }, idleSeconds) {
    const compute = startCompute({
      database,
      url,
      log: silentLog,
      listener: noListener,
      entry: new URL("./test-worker.ts", import.meta.url),
      settings: null,
      maxWorkers: 2,
      cores: 2,
      idleSeconds,
    });
    return Promise.resolve({
      async pidOf(id) {
        const query = database.selectFrom("workers").select("pid").where("id", "=", id);
        return (await query.executeTakeFirstOrThrow()).pid as number;
      },
      pids: () => compute.pids(),
      // It was killed when it was replaced.
      release: () => Promise.resolve(),
      close: () => compute.close(),
    });
  },
});
