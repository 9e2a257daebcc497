import type { ApiOptions, ApiServer } from "./server.ts";

/** The API alone. Loaded when it is started: of all that imports this folder, few do. */
export async function startApi(options: ApiOptions): Promise<ApiServer> {
  const { createApi, listen } = await import("./server.ts");
  return listen(await createApi(options), options);
}
