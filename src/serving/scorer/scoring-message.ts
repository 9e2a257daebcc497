/**
 * node:http's two messages with a shorter way for what nearly all requests of an endpoint are: a body that is wanted
 * whole, and an answer whose head and body are there at once. Its parser stays, and so does every other way of it
 * (docs/decisions/0013-scoring-front.md says what each of the two saves).
 */
import type { ServerOptions } from "node:http";

// An import would read every member of the module, and one of them loads a client for WebSockets: 30 ms.
const { IncomingMessage, ServerResponse } = process.getBuiltinModule("node:http");

/** Who takes a body; called while the bytes of the request are parsed. */
interface BodyTaker {
  onChunk(chunk: Buffer): void;
  /** The body is whole. */
  onEnd(): void;
}

/** A stream as any other until its body is taken. */
export class ScoringRequest extends IncomingMessage {
  #taker: BodyTaker | null = null;
  #isTaken = false;

  /** The body goes to `taker`, past the stream: in the same turn as the request itself, before any of it has come. */
  takeBody(taker: BodyTaker): void {
    this.#taker = taker;
  }

  /** What is still to come goes to the stream, for whoever drops it. */
  returnBody(): void {
    this.#taker = null;
  }

  /** Called by the parser for every chunk, and with null at the end. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const taker = this.#taker;
    if (taker === null) return super.push(chunk, encoding);
    if (chunk !== null) {
      taker.onChunk(chunk);
      return true;
    }
    this.#taker = null;
    this.#isTaken = true;
    taker.onEnd();
    return true;
  }

  /** Called by the server after the answer, so that nothing of a body stays on the wire: of a taken one nothing does. */
  _dump(): void {
    if (!this.#isTaken) (dump as (this: ScoringRequest) => void).call(this);
  }
}

const { _dump: dump } = IncomingMessage.prototype as unknown as { readonly _dump: () => void };

/** Node's own fields: the text of status line and headers, which it makes of what writeHead gets; and what that says. */
interface OwnFields {
  _header: string | null;
  _keepAliveTimeout: number;
}

export class ScoringResponse extends ServerResponse<ScoringRequest> {
  /**
   * Sends an answer with one text, as writeHead and end would have: Node checks each header and puts them together anew.
   * Only where `shouldKeepAlive`, for it says that the connection goes on.
   * @param head status line and headers in ASCII, each with its end, and the empty line
   */
  sendWhole(head: string, body: string): void {
    (this as unknown as OwnFields)._header = head;
    this.end(body);
  }

  /** An answer whose connection goes on says for how many milliseconds: `Keep-Alive: timeout=75`. Before writeHead. */
  tellKeepAlive(milliseconds: number): void {
    (this as unknown as OwnFields)._keepAliveTimeout = milliseconds;
  }
}

/** For a server whose requests and responses are these. */
export const scoringMessages = {
  IncomingMessage: ScoringRequest,
  ServerResponse: ScoringResponse,
} as unknown as Pick<ServerOptions, "IncomingMessage" | "ServerResponse">;
