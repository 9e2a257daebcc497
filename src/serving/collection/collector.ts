/**
 * Collects what was scored and what was true of it. A request whose body holds its rows pays for a copy of its bytes into
 * a buffer; of others the rows are turned into text in later turns, a little at a time. What reads the files makes rows
 * of it, in another process (spool-format.ts).
 */
import { SlipwayError } from "../../base/index.ts";
import type { ScoredRows, ScoringSchema } from "../backends/types.ts";
import type { RowsSource } from "../wires/types.ts";
import type { EndpointConfig, EndpointFolder } from "../config/index.ts";
import { createCollectedFiles, type CollectedFiles, type CollectedKind } from "./collected-files.ts";
import { rowsText } from "./rows-text.ts";
import type { LabelsLine, RowLabel, RowsLine } from "./spool-format.ts";

export interface CollectedRequest {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Letters, digits and dashes. */
  readonly requestId: string;
  readonly deployment: string;
  /** Name of the model. */
  readonly model: string;
  readonly version: number;
  /** Objects by column, or lists in the order of the model's columns; not changed afterwards. */
  readonly rows: readonly unknown[];
  /** Where the body has them; null where the rows are not as they came. */
  readonly source: RowsSource | null;
  readonly answer: Pick<ScoredRows, "result">;
  /** JSON of its `result`, where there is one already. */
  readonly resultText?: string | undefined;
  /** Of the model. */
  readonly schema: Pick<ScoringSchema, "columns" | "labels">;
}

export interface Collector {
  /** Keeps the request where collection is on and the sample has it. Costs about a microsecond. */
  collect(request: CollectedRequest): void;
  /**
   * Keeps labels, whatever the sample: resolves when they are in the file.
   * @throws SLW_ENDPOINT_OVERLOADED where there is no room
   */
  label(labels: readonly RowLabel[]): Promise<void>;
  configure(config: CollectorConfig): void;
  /** Writes what was collected before, as far as the disk takes it. Never rejects. */
  flush(): Promise<void>;
  /** As flush, and marks the files as ended. Nothing may be collected after it. */
  close(): Promise<void>;
}

export type CollectorConfig = Pick<EndpointConfig, "deployments"> & {
  readonly settings: Pick<EndpointConfig["settings"], "dataCollection">;
};

export interface CollectorOptions {
  readonly folder: Pick<EndpointFolder, "collected">;
  /** Begin of the names of the files; no other process, now or later, may have it. */
  readonly writer: string;
  readonly config: CollectorConfig;
  /** Told of rows that were kept, and of rows for which there was no room. */
  readonly count: (deployment: string, collected: number, dropped: number) => void;
  /** Bytes after which a file is ended. */
  readonly fileBytes?: number;
  /** Bytes that may wait on disk for the server. */
  readonly folderBytes?: number;
}

const megabyte = 1024 * 1024;
/** Milliseconds until what was collected is written. */
const delay = 100;
/** Milliseconds between looks at files that are to be ended. */
const endInterval = 1000;
/** Bytes that wait for the disk beyond which it is not waited any longer. */
const batch = megabyte;
/** Larger bodies are taken apart: a line becomes one text where it is read. */
const mostBodyBytes = 8 * megabyte;
/** Rows that wait to become text; a request with more is taken where none waits. */
const mostRows = 20_000;
/** Rows that are turned into text before requests have their turn: about half a millisecond. */
const rowsAtOnce = 250;

export function createCollector(options: CollectorOptions): Collector {
  const { folder, writer, count, fileBytes = 32 * megabyte, folderBytes = 2048 * megabyte } = options;
  const files = createCollectedFiles({ folder: folder.collected, writer, fileBytes, folderBytes });
  const kinds = createKinds();
  const queue = createQueue(files, kinds, count);
  let { config } = options;
  let timer: NodeJS.Timeout | null = null;
  /** A flush waits for its turn: another one would find nothing more. */
  let writing = false;
  const inOrder = createOrder();

  /** @returns whether the disk took all of it */
  function flush(): Promise<boolean> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = true;
    return inOrder(async () => {
      await queue.write();
      writing = false;
      return files.flush();
    });
  }
  const ending = setInterval(() => void inOrder(files.flush), endInterval).unref();
  return {
    collect(request) {
      const { enabled, samplingRate } = config.settings.dataCollection;
      if (!enabled || (samplingRate < 1 && Math.random() >= samplingRate)) return;
      const { source } = request;
      const isText = source !== null && source.body.length <= mostBodyBytes;
      if (isText) keepBody({ files, kinds, count }, request, source);
      else queue.add(request);
      if (isText && files.waiting() > batch && !writing) return void flush();
      timer ??= setTimeout(() => void flush(), delay).unref();
    },
    async label(labels) {
      const line: LabelsLine = { at: Date.now(), labels };
      if (!files.append(labelsKind(config), line.at, `${JSON.stringify(line)}\n`)) throw noRoom();
      if (!(await flush())) throw noRoom();
    },
    configure(changed) {
      config = changed;
    },
    flush: () => flush().then(() => undefined),
    async close() {
      clearInterval(ending);
      await flush();
      await files.close();
    },
  };
}

/** One after the other, whatever comes of them. */
function createOrder(): <T>(work: () => Promise<T>) => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = running.then(work);
    running = done.catch(() => {});
    return done;
  };
}

interface Kept {
  readonly files: CollectedFiles;
  readonly kinds: Kinds;
  readonly count: CollectorOptions["count"];
}

function keepBody({ files, kinds, count }: Kept, request: CollectedRequest, { body, rowsAt }: RowsSource): void {
  const { at, requestId, deployment, rows, answer } = request;
  const result = request.resultText ?? JSON.stringify(answer.result);
  const before = `{"at":${at},"id":"${requestId}","rowsAt":"${rowsAt}","result":${result},"body":`;
  const kept = files.appendJson(kinds(request), at, before, body, "}\n");
  count(deployment, kept ? rows.length : 0, kept ? 0 : rows.length);
}

/** Requests whose rows are not text yet. */
interface Queue {
  /** Drops the request where too much waits. */
  add(request: CollectedRequest): void;
  /** Turns into text what was added before; requests have their turn in between. */
  write(): Promise<void>;
}

function createQueue(files: CollectedFiles, kinds: Kinds, count: CollectorOptions["count"]): Queue {
  let waiting: CollectedRequest[] = [];
  let waitingRows = 0;

  function writePart(request: CollectedRequest, row: number): void {
    const { at, requestId: id, deployment, answer } = request;
    const isWhole = request.rows.length <= rowsAtOnce;
    const rows = isWhole ? request.rows : request.rows.slice(row, row + rowsAtOnce);
    const result = isWhole ? answer.result : answer.result.slice(row, row + rowsAtOnce);
    const kind = kinds(request);
    const kept = files.append(kind, at, inputsLine(kind, { at, id, row, rows, result }));
    count(deployment, kept ? rows.length : 0, kept ? 0 : rows.length);
  }

  return {
    add(request) {
      const rows = request.rows.length;
      if (waitingRows > 0 && waitingRows + rows > mostRows) return count(request.deployment, 0, rows);
      waiting.push(request);
      waitingRows += rows;
    },
    async write() {
      const requests = waiting;
      waiting = [];
      let rows = 0;
      for (const request of requests) {
        for (let row = 0; row < request.rows.length; row += rowsAtOnce) {
          writePart(request, row);
          rows += Math.min(rowsAtOnce, request.rows.length - row);
          if (rows < rowsAtOnce) continue;
          rows = 0;
          await new Promise(setImmediate);
        }
        waitingRows -= request.rows.length;
      }
    },
  };
}

function inputsLine({ columns }: CollectedKind, { at, id, row, rows, result }: RowsLine): string {
  const [of, sent, answered] = [JSON.stringify(id), rowsText(columns, rows), JSON.stringify(result)];
  return `{"at":${at},"id":${of},"row":${row},"rows":${sent},"result":${answered}}\n`;
}

type Kinds = (request: CollectedRequest) => CollectedKind;

/** Found once for each model: all requests of a deployment have the same schema there. */
function createKinds(): Kinds {
  const kinds = new Map<string, { schema: unknown; kind: CollectedKind }>();
  return ({ deployment, model, version, schema }) => {
    let found = kinds.get(deployment);
    if (found?.schema !== schema) {
      const columns = schema.columns.map(({ name, type, integer }) => ({ name, type, integer }));
      const kind = { designation: "inputs", deployment, model, version, columns, labels: schema.labels } as const;
      found = { schema, kind };
      kinds.set(deployment, found);
    }
    return found.kind;
  };
}

/** Labels are found by the id of their request, whoever answered it: their files are with the deployment that has the most traffic. */
function labelsKind({ deployments }: CollectorConfig): CollectedKind {
  const [main] = deployments.toSorted((a, b) => b.traffic - a.traffic);
  const { name = "", model } = main ?? {};
  const of = { deployment: name, model: model?.name ?? "", version: model?.version ?? 0 };
  return { designation: "labels", ...of, columns: [], labels: [] };
}

function noRoom(): SlipwayError {
  return new SlipwayError(
    "SLW_ENDPOINT_OVERLOADED",
    "There is no room for the labels now: the disk does not take them.",
  );
}
