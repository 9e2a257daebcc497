import type { InputOf } from "../api/index.ts";

type VersionOptions = NonNullable<InputOf<"createDatasetVersion">["body"]["options"]>;

/** What a user says about a file, as it stands in the fields; what is absent is found out from the file. */
export interface ReadChoice {
  readonly delimiter?: string;
  readonly header?: boolean;
  /** Separated by commas. */
  readonly nulls?: string;
}

/** @returns what is sent; undefined where nothing was said */
export function readOptionsOf({ delimiter, header, nulls }: ReadChoice): VersionOptions | undefined {
  const texts = nulls?.split(",").map((text) => text.trim()) ?? [];
  const options = {
    ...(delimiter !== undefined && { delimiter }),
    ...(header !== undefined && { header }),
    ...(nulls !== undefined && nulls !== "" && { nulls: texts }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}
