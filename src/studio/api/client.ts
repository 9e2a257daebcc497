import shapes from "virtual:operations";
import { createClientFrom, type Client, type ClientOptions } from "../../contract/index.ts";

/** Every operation of the server; the session is a cookie, and the header is what a form of another site cannot send. */
export function openApi(options: Pick<ClientOptions, "url" | "fetch">): Client {
  return createClientFrom(shapes, { ...options, headers: { "x-slipway-studio": "1" } });
}

/** Of the page's own server. Where pages are drawn there is none: a query has its client from its QueryClient. */
export const api = openApi({ url: globalThis.location?.origin ?? "" });
