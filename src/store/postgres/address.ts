/** The address of the embedded database, and the small vocabulary of connecting to it. */
import pg from "pg";

/** Owner of Slipway's database; no superuser. */
export const role = "slipway";
export const database = "slipway";
export const superuser = "postgres";

/** Only names the socket's file: the server does not listen on any network. */
export const socketPort = 5432;

/** @param socketFolder absolute path of plain ASCII */
export function socketAddress(
  socketFolder: string,
  password: string,
  { user = role, name = database }: { user?: string; name?: string } = {},
): string {
  return `postgresql://${user}:${password}@${encodeURIComponent(socketFolder)}:${socketPort}/${name}`;
}

/** What a connection may take to be made, in milliseconds. */
const connectionTimeout = 5_000;

/** One connection; the caller ends it. */
export async function connect(url: string, applicationName = "slipway"): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectionTimeout,
  });
  // Without a listener, a connection that breaks ends the process; whoever uses it sees its queries fail.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
  return client;
}

/** Runs `work` on a connection of its own. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    // What came of the work counts, whether or not the connection can still say good-bye.
    await client.end().catch(() => {});
  }
}
