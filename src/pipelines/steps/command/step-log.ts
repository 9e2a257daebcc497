/** What a program prints, on its way to the log of its run: by lines, without secrets, and not without end. */
import { setTimeout as delay } from "node:timers/promises";

/** Bytes of a line; what is beyond is left out. */
export const longestLine = 64 * 1024;
/** Characters that are kept: the first half as it comes, the second half at the end. */
export const longestLog = 10 * 1024 * 1024;
/** Milliseconds that a line waits at most for others. */
const flushMilliseconds = 300;
/** Characters that are sent without waiting, and at once. */
const fullPiece = 256 * 1024;
/** Longer than any secret: one that begins at the end of a line that is cut is still found. */
const margin = 256;

export interface StepLog {
  /** What the program wrote: any bytes. */
  write(chunk: Buffer): void;
  /** A line of our own. */
  say(line: string): void;
  /** Resolves when there is room again; the program should not be read before. */
  room(): Promise<void> | null;
  /** Sends the rest. @throws where an earlier piece could not be sent */
  end(): Promise<void>;
  /** The last lines that are not empty, the newest last, without secrets. */
  readonly lastLines: readonly string[];
}

interface State {
  /** Bytes of the line that has not ended. */
  line: Buffer[];
  lineBytes: number;
  /** The byte before was a carriage return: a line feed ends no second line. */
  returned: boolean;
  /** Characters of the beginning that were kept. */
  kept: number;
  /** Lines that wait to be sent. */
  waiting: string[];
  waitingLength: number;
  /** The end, once the beginning is full, in blocks of whole lines. */
  tail: Block[];
  tailLength: number;
  leftOut: { lines: number; characters: number };
  sending: Promise<void> | null;
  /** Aborted at the end: nothing waits for others any more. */
  readonly ended: AbortController;
  failure: unknown;
}

interface Block {
  text: string;
  lines: number;
}

/** Characters of a block, about. */
const blockLength = 16 * 1024;

/**
 * @param append as in StepFiles
 * @param secrets texts that are replaced by "***"
 */
export function createStepLog(
  append: (text: string) => Promise<void>,
  secrets: readonly string[],
  most = longestLog,
): StepLog {
  const state: State = {
    line: [],
    lineBytes: 0,
    returned: false,
    kept: 0,
    waiting: [],
    waitingLength: 0,
    tail: [],
    tailLength: 0,
    leftOut: { lines: 0, characters: 0 },
    sending: null,
    ended: new AbortController(),
    failure: null,
  };
  const lastLines: string[] = [];
  const keep = (text: string): void => {
    if (text.trim() !== "") {
      lastLines.push(text.slice(0, 500));
      if (lastLines.length > 5) lastLines.shift();
    }
    keepLine(state, `${text}\n`, most / 2);
    if (state.waitingLength > 0) state.sending ??= sendSoon(state, append);
  };
  const endLine = (): void => keep(lineText(state, secrets));
  return {
    lastLines,
    write: (chunk) => splitLines(state, chunk, endLine),
    say: keep,
    room: () => (state.waitingLength > 4 * fullPiece ? state.sending : null),
    async end() {
      state.ended.abort();
      if (state.lineBytes > 0) endLine();
      while (state.sending !== null) await state.sending;
      if (state.failure !== null) throw state.failure;
      await sendTail(state, append);
    },
  };
}

const lineFeed = 10;
const carriageReturn = 13;

/** A carriage return ends a line too: that is how programs show progress. */
function splitLines(state: State, chunk: Buffer, endLine: () => void): void {
  let begin = 0;
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i];
    if (byte !== lineFeed && byte !== carriageReturn) {
      state.returned = false;
      continue;
    }
    addBytes(state, chunk.subarray(begin, i));
    begin = i + 1;
    const second = byte === lineFeed && state.returned;
    state.returned = byte === carriageReturn;
    if (!second) endLine();
  }
  addBytes(state, chunk.subarray(begin));
}

function addBytes(state: State, bytes: Buffer): void {
  if (bytes.length === 0) return;
  const room = longestLine + margin - state.lineBytes;
  // A copy: the chunk's memory is used again.
  if (room > 0) state.line.push(Buffer.from(bytes.subarray(0, room)));
  state.lineBytes += bytes.length;
}

function lineText(state: State, secrets: readonly string[]): string {
  let text = Buffer.concat(state.line).toString("utf8");
  for (const secret of secrets) text = text.replaceAll(secret, "***");
  const cut = state.lineBytes > longestLine;
  if (cut) text = `${text.slice(0, longestLine)} … (a line of ${state.lineBytes} bytes, cut)`;
  state.line = [];
  state.lineBytes = 0;
  return text;
}

function keepLine(state: State, line: string, half: number): void {
  if (state.kept + line.length <= half && state.tailLength === 0) {
    state.kept += line.length;
    state.waiting.push(line);
    state.waitingLength += line.length;
    return;
  }
  keepInTail(state, line);
  while (state.tailLength > half && state.tail.length > 1) {
    const { text, lines } = state.tail.shift() as Block;
    state.tailLength -= text.length;
    state.leftOut.lines += lines;
    state.leftOut.characters += text.length;
  }
}

function keepInTail(state: State, line: string): void {
  const last = state.tail.at(-1);
  if (last === undefined || last.text.length > blockLength) state.tail.push({ text: line, lines: 1 });
  else {
    last.text += line;
    last.lines++;
  }
  state.tailLength += line.length;
}

/** Waits a little for more, then sends all that waits, piece by piece. */
async function sendSoon(state: State, append: (text: string) => Promise<void>): Promise<void> {
  // Lines that come at once go at once together.
  if (state.waitingLength < fullPiece) {
    await delay(flushMilliseconds, undefined, { signal: state.ended.signal }).catch(() => {});
  }
  try {
    while (state.waitingLength > 0) await append(takePiece(state));
  } catch (error) {
    state.failure ??= error;
    state.waiting = [];
    state.waitingLength = 0;
  } finally {
    state.sending = null;
  }
}

function takePiece(state: State): string {
  const piece: string[] = [];
  let length = 0;
  while (state.waiting.length > piece.length && length < fullPiece) {
    const line = state.waiting[piece.length] as string;
    piece.push(line);
    length += line.length;
  }
  state.waiting.splice(0, piece.length);
  state.waitingLength -= length;
  return piece.join("");
}

async function sendTail(state: State, append: (text: string) => Promise<void>): Promise<void> {
  const { lines, characters } = state.leftOut;
  if (lines > 0) await append(`… (${lines} lines, ${characters} characters, were left out here)\n`);
  state.waiting = state.tail.map(({ text }) => text);
  state.waitingLength = state.tailLength;
  while (state.waitingLength > 0) await append(takePiece(state));
}
