import { Type, type Static } from "typebox";
import { operation } from "../operation.ts";

export const ServerStatus = Type.Object(
  {
    status: Type.Enum(["ready", "starting", "stopping"]),
    version: Type.String({ description: "Slipway's version." }),
  },
  { $id: "ServerStatus", additionalProperties: false },
);
export type ServerStatus = Static<typeof ServerStatus>;

export const serverOperations = {
  getStatus: operation({
    method: "GET",
    path: "/api/v1/status",
    summary: "Is the server ready?",
    tag: "Server",
    access: "public",
    result: ServerStatus,
  }),
};
