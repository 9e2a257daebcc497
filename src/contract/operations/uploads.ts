import { Type, type Static } from "typebox";
import { Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const tag = "Datasets";

export const Upload = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(["receiving", "stored", "failed"], {
      description: "stored: the bytes are safe, and a version of a dataset can be made of them.",
    }),
    fileName: Type.String({ description: "As the client calls it." }),
    expectedSize: nullable(Type.Integer({ minimum: 0, description: "Bytes that were announced." })),
    received: Type.Integer({ minimum: 0, description: "Bytes that came so far, to the second." }),
    sha256: nullable(Type.String({ description: "Of the bytes, once they are stored." })),
    error: nullable(Type.String({ description: "Why it failed." })),
    createdBy: Type.String({ description: "Name of the user." }),
    createdAt: Timestamp,
  },
  { $id: "Upload", additionalProperties: false },
);
export type Upload = Static<typeof Upload>;

export const uploadOperations = {
  createUpload: operation({
    method: "POST",
    path: "/api/v1/workspaces/{workspace}/uploads",
    summary: "Upload a file of any size",
    description:
      "Answers when the bytes are durable. Content-Length is checked where it is sent, and so is Content-Digest: sha-256=:BASE64: (RFC 9530). A file of which no version is made is removed a day later.",
    tag,
    access: "contributor",
    query: Type.Object({
      id: Type.Optional(
        Type.String({
          pattern: "^[0-9a-f]{32}$",
          description: "Chosen by the client, at random, to ask for the progress meanwhile.",
        }),
      ),
      fileName: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 255,
          pattern: "^[^\\u0000-\\u001f\\u007f]*$",
          description: "What the file is called in messages: bank.csv.",
        }),
      ),
    }),
    upload: ["application/octet-stream"],
    status: 201,
    result: Upload,
    errors: [408, 409, 507],
  }),
  getUpload: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/uploads/{upload}",
    summary: "Say how far an upload is",
    tag,
    access: "reader",
    result: Upload,
  }),
};
