import type { ApiServer, ListenOptions } from "./server.ts";
import type { Services } from "./services.ts";

export interface StartApiOptions extends ListenOptions {
  readonly services: Services;
}

/** The API alone. Loaded when it is started: of all that imports this folder, few do. */
export async function startApi({ services, ...place }: StartApiOptions): Promise<ApiServer> {
  const { createApi, listen } = await import("./server.ts");
  return listen(createApi({ ...place, services, openServices: () => Promise.resolve(services) }), place);
}
