/** Endpoints of a backup: they run where it was restored, by the first server that starts there. */
import { sql } from "kysely";
import { uniqueViolation, type Database } from "../../store/index.ts";
import { freePort } from "./port.ts";

/** @param home of the server; an endpoint whose port another one of the home has gets a free one */
export async function adoptRestored(database: Database, home: string): Promise<void> {
  const restored = await database
    .selectFrom("endpoints")
    .select(["id", "host"])
    .where("home", "=", sql<string>`'restored/' || id`)
    .execute();
  for (const { id, host } of restored) {
    const adopt = (changes: { readonly home: string; readonly port?: number }): Promise<unknown> =>
      database
        .updateTable("endpoints")
        .set(changes)
        .where("id", "=", id)
        .where("home", "=", `restored/${id}`)
        .execute();
    try {
      await adopt({ home });
    } catch (error) {
      if (uniqueViolation(error) !== "endpoints_port") throw error;
      await adopt({ home, port: await freePort(database, home, host) });
    }
  }
}
