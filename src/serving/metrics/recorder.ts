/** What a scoring process tells of its requests: counts always, a line for each request while app insights is on. */
import { join } from "node:path";
import type { EndpointConfig, EndpointFolder, EndpointSettings } from "../config/index.ts";
import { createRequestLog, type RequestRecord } from "../logs/index.ts";
import { appendFile } from "../spool/index.ts";
import { createCounts } from "./counts.ts";
import { prometheusText } from "./prometheus.ts";

export interface RequestRecorder {
  /** Costs about a microsecond and waits for nothing. */
  record(entry: RequestRecord): void;
  /** Rows of a deployment that the collector kept, and rows that it had no room for. */
  countCollected(deployment: string, collected: number, dropped: number): void;
  configure(settings: Pick<EndpointSettings, "appInsights">): void;
  /** Since the process started, as /metrics answers it: Prometheus' text, each line with its end. */
  snapshot(): string;
  /** Writes what is in memory, as far as the disk takes it. Never rejects. */
  flush(): Promise<void>;
  /** As flush, and marks the files as ended. Nothing may be recorded after it. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  /** Null: nothing is written; `snapshot` tells what was counted. */
  readonly folder: Pick<EndpointFolder, "logs" | "metrics"> | null;
  /** Begin of the names of the files; no other process, now or later, may have it. */
  readonly writer: string;
  readonly config: Pick<EndpointConfig, "name"> & { readonly settings: Pick<EndpointSettings, "appInsights"> };
}

/** Milliseconds between two lines of metrics. */
const interval = 5000;
/** Characters of lines that the disk did not take. */
const unwritten = 1024 * 1024;

export function createRecorder({ folder, writer, config }: RecorderOptions): RequestRecorder {
  const counts = createCounts();
  const log = folder && createRequestLog({ folder: folder.logs, writer });
  const file = folder && appendFile(join(folder.metrics, `${writer}.ndjson`), { limit: unwritten });
  let logging = config.settings.appInsights;

  function writeCounts(): void {
    if (file !== null) counts.write((line) => file.append(line));
  }
  async function flush(): Promise<void> {
    writeCounts();
    await Promise.all([file?.flush(), log?.flush()]);
  }

  const timer = folder && setInterval(() => void flush(), interval).unref();
  return {
    record(entry) {
      counts.countRequest(entry);
      if (logging && log !== null) log.write(entry);
    },
    countCollected: counts.countCollected,
    configure(settings) {
      logging = settings.appInsights;
    },
    snapshot: () =>
      prometheusText({
        endpoint: config.name,
        replica: writer,
        series: counts.totals(),
        droppedLogLines: log?.dropped() ?? 0,
      }),
    flush,
    async close() {
      if (timer) clearInterval(timer);
      writeCounts();
      await Promise.all([file?.end(), log?.close()]);
    },
  };
}
