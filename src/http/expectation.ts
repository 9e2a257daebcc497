import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { SlipwayError } from "../base/index.ts";
import { problemType, toProblem } from "./problem.ts";

/** Refuses with a problem whoever expects anything but 100-continue. */
export function refuseExpectations(server: Server): void {
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
    const problem = toProblem(new SlipwayError("SLW_HTTP_EXPECTATION", "The header Expect is not 100-continue."));
    const body = JSON.stringify(problem);
    response.writeHead(problem.status, {
      "content-type": problemType,
      "content-length": Buffer.byteLength(body),
      connection: "close",
    });
    response.end(body);
  });
}
