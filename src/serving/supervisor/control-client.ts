/** Asks a supervisor over its control socket. */
import { connect } from "node:net";
import { SlipwayError, errorTable, type ErrorCode } from "../../base/index.ts";
import type { ControlAnswer, ControlQuestion } from "./control-server.ts";
import type { Problem } from "./messages.ts";
import type { ProcessState } from "./state.ts";

/**
 * @param milliseconds for the answer
 * @throws SlipwayError with what the supervisor says is wrong; any other error: nobody answers
 */
export async function askSupervisor(
  socket: string,
  question: ControlQuestion,
  milliseconds: number,
): Promise<ProcessState> {
  const answer = JSON.parse(await exchange(socket, question, milliseconds)) as ControlAnswer;
  if ("state" in answer) return answer.state;
  throw problemError(answer.problem);
}

/** What a process said is wrong, as the error that it was there. */
export function problemError({ code, message, fix }: Problem): SlipwayError {
  return new SlipwayError(code in errorTable ? (code as ErrorCode) : "SLW_ENDPOINT_START", message, { fix });
}

function exchange(socket: string, question: ControlQuestion, milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const connection = connect(socket, () => connection.write(`${question}\n`));
    connection.setTimeout(milliseconds, () => connection.destroy(new Error(`No answer after ${milliseconds} ms.`)));
    connection.setEncoding("utf8");
    connection.on("data", (part: string) => (text += part));
    connection.on("end", () => resolve(text));
    connection.on("error", reject);
    connection.on("close", () => reject(new Error("The connection ended before there was an answer.")));
  });
}
