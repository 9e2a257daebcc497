import type { Socket } from "node:net";
import { problemType, toProblem, toSlipwayError } from "./problem.ts";

// An import would read every member of the module, and one of them loads a client for WebSockets: 30 ms.
const { STATUS_CODES } = process.getBuiltinModule("node:http");

/** What is no request has no reply either: the answer is written to the socket. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(toSlipwayError(Object.assign(error, { statusCode: 400 })));
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `Content-Type: ${problemType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
