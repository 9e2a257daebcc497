import { Type, type Static } from "typebox";
import { Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

export const WorkspaceEvent = Type.Object(
  {
    type: Type.String({ description: 'What changed, then how: "run.updated", "dataset.version.created".' }),
    subject: Type.String({ description: 'What it happened to: "run/0190…", "dataset/bank".' }),
    at: Timestamp,
    data: Type.Record(Type.String(), Type.Unknown(), { description: "Particulars by type." }),
  },
  { $id: "WorkspaceEvent", additionalProperties: false },
);
export type WorkspaceEvent = Static<typeof WorkspaceEvent>;

export const eventOperations = {
  streamEvents: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/events",
    summary: "Follow what happens in the workspace",
    description:
      "Server-sent events, from now on or after Last-Event-ID. run.metrics and run.logs come at most twice a second for " +
      "each run, and have no id: they are not told again after a break. stream.reconnected says that some of them may " +
      "have been missed. Events are kept for 90 days: an older Last-Event-ID is answered with 410.",
    tag: "Events",
    access: "reader",
    query: Type.Object({
      after: Type.Optional(
        Type.String({
          pattern: "^[0-9]{1,20}-[0-9]{1,15}$",
          description: "Id of an event, where Last-Event-ID cannot be sent.",
        }),
      ),
      types: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 60 }), {
          maxItems: 50,
          description: 'Only these, or what begins with their words: "run" for run.created, run.metrics and so on.',
        }),
      ),
      subject: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 300,
          description: 'Only subjects that begin so: "run/0190…", "dataset/".',
        }),
      ),
    }),
    events: WorkspaceEvent,
    errors: [410],
  }),
};
