import { fileURLToPath } from "node:url";
import type { Bank } from "./bank.ts";
import { freePort, scoringTarget, startProgram, type ServingContender } from "./contender.ts";
import { azureWire } from "./wires.ts";

/** A bare node:http that parses a body and writes it again: what HTTP and JSON alone cost in Node. */
export function echoContender({ folder }: Bank): ServingContender {
  const script = fileURLToPath(new URL("../contenders/echo.ts", import.meta.url));
  return {
    name: "node:http echo",
    wire: azureWire,
    expected: null,
    async start() {
      const port = await freePort();
      const target = scoringTarget(port);
      return startProgram({ name: "echo", command: process.execPath, args: [script, String(port)], folder, target });
    },
  };
}
