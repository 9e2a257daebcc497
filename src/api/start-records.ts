/** What endpoints leave in their folders goes into the store: logs, metrics, and collected rows. */
import { endpointsFolder } from "./open-endpoints.ts";
import type { Services } from "./services.ts";

export interface RecordsPlace extends Pick<Services, "database" | "artifacts" | "processes" | "log"> {
  readonly dataFolder: string;
}

export interface Records {
  /** The rest waits in the folders. */
  close(): Promise<void>;
}

/** Returns at once; what it needs is loaded when the server has answered its first requests. */
export function startRecords({ dataFolder, ...rest }: RecordsPlace): Records {
  const options = { ...rest, endpointsFolder: endpointsFolder(dataFolder) };
  const started = load().then(({ startRecordsIngestion, startCollection }) => [
    startRecordsIngestion(options),
    startCollection(options),
  ]);
  started.catch((error: unknown) => rest.log.error({ err: error }, "what endpoints tell is not stored"));
  return {
    async close() {
      const running = await started.catch(() => []);
      await Promise.all(running.map((each) => each.close()));
    },
  };
}

async function load() {
  const [{ loadRecords }, { startCollection }] = await Promise.all([
    import("../serving/index.ts"),
    import("../pipelines/index.ts"),
  ]);
  const { startRecordsIngestion } = await loadRecords();
  return { startRecordsIngestion, startCollection };
}
