/** What is told of each request, once it is answered, and the line that stands for it in the request log. */
import { thousandths } from "../spool/index.ts";

export interface RequestRecord {
  /** Milliseconds since 1970, of the answer. */
  readonly at: number;
  /** As in the header x-ms-request-id: letters, digits and dashes. */
  readonly requestId: string;
  /** As in the header x-ms-client-request-id. */
  readonly clientRequestId: string | null;
  readonly traceId: string | null;
  /** Null where the request was refused before one was chosen. */
  readonly deployment: string | null;
  /** NAME@VERSION. */
  readonly model: string | null;
  /** Name of the wire: "azure". */
  readonly wire: string | null;
  readonly status: number;
  /** Of the error; null where there was none. */
  readonly code: string | null;
  readonly rows: number;
  readonly milliseconds: number;
  /** A copy for a mirrored deployment. */
  readonly mirrored: boolean;
  /** Which key was sent. */
  readonly key: "primary" | "secondary" | null;
}

/** A line as it stands in the file: short names, for there are many. */
export interface RequestLine {
  readonly at: number;
  readonly id: string;
  readonly client: string | null;
  readonly trace: string | null;
  readonly deployment: string | null;
  readonly model: string | null;
  readonly wire: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly rows: number;
  readonly ms: number;
  readonly mirrored: boolean;
}

/** In place of lines that are missing: there was no room for them. */
export interface DroppedLine {
  readonly at: number;
  /** Why and how many, in words. */
  readonly dropped: string;
}

/** JSON, by a template: a third of what JSON.stringify of an object costs. */
export function requestLine(record: RequestRecord): string {
  const { at, status, rows, mirrored } = record;
  return (
    `{"at":${at},"id":"${record.requestId}","client":${quoted(record.clientRequestId)},` +
    `"trace":${quoted(record.traceId)},${whoAnswered(record)},"status":${status},"code":${quoted(record.code)},` +
    `"rows":${rows},"ms":${thousandths(record.milliseconds)},"mirrored":${mirrored}}\n`
  );
}

function quoted(value: string | null): string {
  return value === null ? "null" : JSON.stringify(value);
}

type Answerer = Pick<RequestRecord, "deployment" | "model" | "wire">;

/** Most requests are answered by the same as the one before. */
let last: Answerer & { readonly text: string } = { deployment: "", model: "", wire: "", text: "" };

function whoAnswered({ deployment, model, wire }: Answerer): string {
  if (last.deployment !== deployment || last.model !== model || last.wire !== wire) {
    const text = `"deployment":${quoted(deployment)},"model":${quoted(model)},"wire":${quoted(wire)}`;
    last = { deployment, model, wire, text };
  }
  return last.text;
}
