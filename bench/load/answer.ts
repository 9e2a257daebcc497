/** An HTTP/1.1 answer, put together from what a socket gives (RFC 9112). */

export interface PartialAnswer {
  chunks: Buffer[];
  bytes: number;
  head: Head | null;
}

interface Head {
  readonly status: number;
  readonly closes: boolean;
  /** Of head and body together; null where the body comes in chunks. */
  readonly bytes: number | null;
  readonly headBytes: number;
}

export interface WholeAnswer {
  readonly status: number;
  /** Valid until the next answer. */
  readonly body: Buffer;
  /** The server takes no further request on this connection. */
  readonly closes: boolean;
}

export function emptyAnswer(): PartialAnswer {
  return { chunks: [], bytes: 0, head: null };
}

/** @returns the answer once it is whole. @throws for what is no HTTP/1.1 */
export function addToAnswer(answer: PartialAnswer, chunk: Buffer): WholeAnswer | null {
  answer.chunks.push(chunk);
  answer.bytes += chunk.length;
  if (answer.head === null) {
    join(answer);
    answer.head = readHead(answer.chunks[0] as Buffer);
    if (answer.head === null) return null;
  }
  const { status, closes, bytes, headBytes } = answer.head;
  if (bytes === null ? !endsWithLastChunk(answer) : answer.bytes < bytes) return null;
  if (bytes !== null && answer.bytes > bytes) throw new Error("more bytes than the answer has");
  join(answer);
  const whole = (answer.chunks[0] as Buffer).subarray(headBytes);
  return { status, closes, body: bytes === null ? joinChunks(whole) : whole };
}

function join(answer: PartialAnswer): void {
  if (answer.chunks.length > 1) answer.chunks = [Buffer.concat(answer.chunks)];
}

function readHead(bytes: Buffer): Head | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const text = bytes.toString("latin1", 0, end + 2);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new Error("no HTTP/1.1");
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(text)?.[1];
  const closes = /\r\nconnection: *close\r\n/i.test(text);
  return { status, closes, headBytes: end + 4, bytes: length === undefined ? null : end + 4 + Number(length) };
}

const lastChunk = Buffer.from("0\r\n\r\n");

function endsWithLastChunk(answer: PartialAnswer): boolean {
  join(answer);
  const bytes = answer.chunks[0] as Buffer;
  return bytes.subarray(-lastChunk.length).equals(lastChunk);
}

/** The body of Transfer-Encoding: chunked without extensions and trailers (RFC 9112, 7.1). */
function joinChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
