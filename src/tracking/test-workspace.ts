/** A workspace in a database of its own, for tests. */
import { newId, silentLog } from "../base/index.ts";
import { openDatabase, serverActor, type Actor, type Database } from "../store/index.ts";
import { testDatabase } from "../store/testing.ts";
import { createRun, type NewRun } from "./runs.ts";
import type { RunDetails } from "./types.ts";

export interface TestWorkspace {
  readonly database: Database;
  /** postgresql:// */
  readonly url: string;
  readonly workspaceId: string;
  readonly actor: Actor;
  /** In "Default", of kind "command", unless told otherwise. */
  run(input?: Partial<NewRun>): Promise<RunDetails>;
  /** Another workspace of the same database. @returns its id */
  another(): Promise<string>;
  close(): Promise<void>;
}

export async function openTestWorkspace(): Promise<TestWorkspace> {
  const { url, drop } = await testDatabase();
  const database = openDatabase({ url, applicationName: "tracking test", log: silentLog });
  const another = async (): Promise<string> => {
    const id = newId();
    await database
      .insertInto("workspaces")
      .values({ id, name: `workspace-${id}` })
      .execute();
    return id;
  };
  const workspaceId = await another();
  const actor: Actor = { ...serverActor, userName: "tester" };
  return {
    database,
    url,
    workspaceId,
    actor,
    run: (input = {}) => createRun(database, { workspaceId, experiment: 0, kind: "command", actor, ...input }),
    another,
    async close() {
      await database.destroy();
      await drop();
    },
  };
}
