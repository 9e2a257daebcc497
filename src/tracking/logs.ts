/** What a run's process prints: chunks in order, only ever added. */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { transaction, type Queryable } from "../store/index.ts";
import { checkRunExists, runNotFound } from "./rows.ts";
import type { LogChunk, RunRef } from "./types.ts";
import { wakeWatchers } from "./wake-up.ts";

const longestChunk = 1024 * 1024;

/** Adds text (at most a million characters a call) and wakes those who follow. @throws SLW_TRACKING_RUN, SLW_TRACKING_INPUT */
export async function appendRunLog(database: Queryable, input: RunRef & { readonly text: string }): Promise<void> {
  const { workspaceId, runId, text } = input;
  if (text === "") return;
  if (text.length > longestChunk) {
    throw new SlipwayError(
      "SLW_TRACKING_INPUT",
      `A piece of a log has ${text.length} characters; at most ${longestChunk} are taken at once.`,
    );
  }
  await transaction(database, async (trx) => {
    // The lock on the run lasts until the commit: numbers are given, and become visible, in one order.
    const run = await trx
      .updateTable("runs")
      .set({ log_seq: sql`log_seq + 1` })
      .where("id", "=", runId)
      .where("workspace_id", "=", workspaceId)
      .returning("log_seq")
      .executeTakeFirst();
    if (run === undefined) throw runNotFound(runId);
    await trx
      .insertInto("run_logs")
      // The one character that PostgreSQL's text does not take.
      .values({ run_id: runId, seq: run.log_seq, text: text.replaceAll("\0", "\ufffd") })
      .execute();
    await wakeWatchers(trx, workspaceId, runId, "run.logs");
  });
}

/** Chunks after `after`, oldest first; at most `limit`. @throws SLW_TRACKING_RUN */
export async function readRunLog(
  database: Queryable,
  ref: RunRef & { readonly after: number; readonly limit: number },
): Promise<LogChunk[]> {
  await checkRunExists(database, ref);
  return database
    .selectFrom("run_logs")
    .select(["seq", "at", "text"])
    .where("run_id", "=", ref.runId)
    .where("seq", ">", ref.after)
    .orderBy("seq")
    .limit(ref.limit)
    .execute();
}

const tailChunks = 50;
/** Characters of a tail at most: lines may be long. */
const longestTail = 4 * 1024 * 1024;

/** The last `lines` lines, and where a reader goes on. @throws SLW_TRACKING_RUN */
export async function tailRunLog(
  database: Queryable,
  ref: RunRef & { readonly lines: number },
): Promise<{ readonly text: string; readonly after: number }> {
  await checkRunExists(database, ref);
  let text = "";
  let after = 0;
  for (let before: number | null = null; text.length < longestTail;) {
    let query = database.selectFrom("run_logs").select(["seq", "text"]).where("run_id", "=", ref.runId);
    if (before !== null) query = query.where("seq", "<", before);
    const chunks = await query.orderBy("seq", "desc").limit(tailChunks).execute();
    after = Math.max(after, chunks[0]?.seq ?? 0);
    before = chunks.at(-1)?.seq ?? 0;
    text =
      chunks
        .reverse()
        .map((chunk) => chunk.text)
        .join("") + text;
    if (chunks.length < tailChunks || countLines(text) > ref.lines) break;
  }
  return { text: lastLines(text, ref.lines).slice(-longestTail), after };
}

function countLines(text: string): number {
  return text.split("\n").length;
}

function lastLines(text: string, lines: number): string {
  const ended = text.endsWith("\n");
  const all = (ended ? text.slice(0, -1) : text).split("\n");
  if (lines === 0 || text === "") return "";
  return all.slice(-lines).join("\n") + (ended ? "\n" : "");
}
