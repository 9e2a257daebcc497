/** What a document is made of. */
import type { ScoringSchema } from "../backends/types.ts";
import type { AuthMode } from "../config/index.ts";

export type Json = Record<string, unknown>;
export type SwaggerVersion = 2 | 3;

export interface SwaggerSource {
  /** Of the endpoint. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
  readonly version: SwaggerVersion;
  readonly schema: ScoringSchema;
  readonly model: { readonly name: string; readonly version: number };
  readonly authMode: AuthMode;
  readonly resultAsString: boolean;
}

/** A row of the values that the columns give as examples. */
export function exampleRow({ columns }: Pick<ScoringSchema, "columns">): Record<string, string | number | null> {
  return Object.fromEntries(columns.map(({ name, example }) => [name, example]));
}
