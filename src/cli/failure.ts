import { SlipwayError } from "../base/index.ts";
import { Interruption } from "./interruption.ts";

/** Exit codes, as `slipway --help` lists them. */
export const exitCodes: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: 0, meaning: "The command did what was asked." },
  {
    code: 1,
    meaning:
      "Something failed inside Slipway, or the machine (a full disk, memory) stopped it; or `slipway automl verify` found a difference.",
  },
  { code: 2, meaning: "The command line or the input cannot be used; the message says what and where." },
  { code: 130, meaning: "Stopped by Ctrl-C (SIGINT); `slipway automl` has then saved the best model so far." },
  { code: 141, meaning: "The reader of the output went away (SIGPIPE), as in `slipway profile FILE | head -1`." },
  { code: 143, meaning: "Stopped by SIGTERM; as with Ctrl-C." },
];

/** What goes to standard error for a failure, and the exit code it ends with. */
export function describeFailure(error: unknown): { text: string; exitCode: number } {
  if (error instanceof Interruption) return { text: "", exitCode: error.exitCode };
  const known = error instanceof SlipwayError ? error : internal(error);
  let text = `error[${known.code}]: ${known.message}\n  fix: ${known.fix}\n`;
  if (process.env["SLIPWAY_DEBUG"] === "1") text += `${stackOf(error)}\n`;
  return { text, exitCode: exitCodeOf(known) };
}

function exitCodeOf({ code, status }: SlipwayError): number {
  return status < 500 && code !== "SLW_AUTOML_VERIFY" ? 2 : 1;
}

function internal(error: unknown): SlipwayError {
  return new SlipwayError("SLW_INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
}

function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause)
    lines.push(`${lines.length > 0 ? "caused by: " : ""}${at.stack}`);
  return lines.length > 0 ? lines.join("\n") : String(error);
}
