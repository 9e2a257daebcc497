/** Endpoints that somebody without a data folder asked for: the first server that looks gives each its place and its keys. */
import { sql } from "kysely";
import { transaction, uniqueViolation, type Database, type SecretBox } from "../../store/index.ts";
import { wantedHome, type Place } from "./create-endpoint.ts";
import { ensureKeys } from "./keys.ts";
import { freePort } from "./port.ts";
import { updateEndpointRow } from "./rows.ts";
import { newTokenKey } from "./token.ts";

interface Stores {
  readonly database: Database;
  readonly secrets: SecretBox;
}

/** What is wanted of them once they have a place is done like everything else. @param place of this server */
export async function placeWanted({ database, secrets }: Stores, place: Place): Promise<void> {
  const wanted = await database
    .selectFrom("endpoints")
    .select("id")
    .where("home", "=", sql<string>`'wanted/' || id`)
    .orderBy("created_at")
    .execute();
  for (const { id } of wanted) {
    const port = await freePort(database, place.home, place.host);
    await placeOne({ database, secrets }, id, { ...place, port }).catch((error: unknown) => {
      // Another endpoint was quicker: the next look finds another port.
      if (uniqueViolation(error) !== "endpoints_port") throw error;
    });
  }
}

function placeOne({ database, secrets }: Stores, id: string, place: Place & { readonly port: number }): Promise<void> {
  return transaction(database, async (trx) => {
    const row = await trx
      .updateTable("endpoints")
      .set(place)
      .where("id", "=", id)
      .where("home", "=", wantedHome(id))
      .returning(["auth_mode", "desired", "token_key"])
      .executeTakeFirst();
    // Another server has taken it, or it is to be removed: then it has a home that removes it.
    if (row === undefined || row.desired === "deleted") return;
    if (row.auth_mode === "key") await ensureKeys(trx, secrets, id, { requestId: id });
    if (row.auth_mode === "token" && row.token_key === null) {
      await updateEndpointRow(trx, id, { token_key: newTokenKey(secrets, id) });
    }
  });
}
