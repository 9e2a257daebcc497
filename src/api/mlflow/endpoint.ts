/** What an endpoint of MLflow's REST API is: a method and path, who may call it, its fields, and what answers it. */
import type { Readable } from "node:stream";
import type { Actor, RoleName } from "../../store/index.ts";
import type { Download, WorkspaceRef } from "../route.ts";
import type { CoreServices } from "../services.ts";
import type { Fields, Values } from "./fields.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request whose fields have been read. */
export interface MlflowCall<F extends Fields> extends CoreServices {
  readonly workspace: WorkspaceRef;
  readonly actor: Actor;
  readonly input: Values<F>;
  /** What the star at the end of the path stands for, decoded once; "" where there is none. */
  readonly rest: string;
  /** The bytes of the body, for endpoints that take bytes. */
  readonly upload: Readable;
  /** Bytes of the body as announced; null where they are not. */
  readonly uploadSize: number | null;
  /** Of the request, below which the API stands: "http://127.0.0.1:8080/workspaces/prod". */
  readonly baseUrl: string;
  /** The header of that name. */
  readonly authorization: string;
  readonly signal: AbortSignal;
}

/** A message as JSON, undefined fields and empty lists left out as protocol buffers do; the same with headers; bytes. */
export type Answer = Readonly<Record<string, unknown>> | HeadedAnswer | FileAnswer;

export interface HeadedAnswer {
  readonly message: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FileAnswer {
  readonly file: Download;
}

export interface Endpoint {
  readonly method: Method;
  /** Below /api/2.0 and /ajax-api/2.0, parameters in braces: "/mlflow/logged-models/{model_id}". */
  readonly path: string;
  readonly access: RoleName | "user";
  readonly fields: Fields;
  /** The body is bytes. */
  readonly upload: boolean;
  /** At the root instead of below the prefixes of the API. */
  readonly atRoot: boolean;
  readonly handle: (call: MlflowCall<Fields>) => Promise<Answer>;
}

/** A parameter of the path is a field of the same name. */
export function endpoint<const F extends Fields>(
  method: Method,
  path: string,
  access: Endpoint["access"],
  fields: F,
  handle: (call: MlflowCall<F>) => Promise<Answer>,
  { upload = false, atRoot = false }: { upload?: boolean; atRoot?: boolean } = {},
): Endpoint {
  return { method, path, access, fields, upload, atRoot, handle: handle as unknown as Endpoint["handle"] };
}

/** Endpoints whose answer is `{}`. */
export const done: Answer = {};
