import shapes from "virtual:operations";
import { createClientFrom, type Client } from "../../contract/index.ts";

/** Every operation of the server; the session is a cookie, and the header is what a form of another site cannot send. */
export const api: Client = createClientFrom(shapes, {
  url: location.origin,
  headers: { "x-slipway-studio": "1" },
});
