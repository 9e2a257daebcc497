import type { InputOf } from "../api/index.ts";
import { Select, TextField } from "../kit/index.ts";
import styles from "./data.module.css";

type VersionOptions = NonNullable<InputOf<"createDatasetVersion">["body"]["options"]>;

/** What a user says about a file, as it stands in the fields; what is absent is found out from the file. */
export interface ReadChoice {
  readonly delimiter?: string;
  readonly header?: boolean;
  /** Separated by commas. */
  readonly nulls?: string;
}

const delimiters = [
  { id: "", label: "Found out from the file" },
  { id: ",", label: "Comma" },
  { id: ";", label: "Semicolon" },
  { id: "\t", label: "Tab" },
  { id: "|", label: "Bar" },
] as const;
const headers = [
  { id: "", label: "Found out from the file" },
  { id: "yes", label: "The first line names the columns" },
  { id: "no", label: "There is none" },
] as const;

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

export function ReadOptions(props: { readonly value: ReadChoice; readonly onChange: (value: ReadChoice) => void }) {
  const { value, onChange } = props;
  const without = (name: keyof ReadChoice): ReadChoice =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  return (
    <div className={styles.options}>
      <Select
        label="Values are separated by"
        options={delimiters}
        value={(value.delimiter ?? "") as ""}
        onChange={(id: string) => onChange(id === "" ? without("delimiter") : { ...value, delimiter: id })}
      />
      <Select
        label="Header"
        options={headers}
        value={value.header === undefined ? "" : value.header ? "yes" : "no"}
        onChange={(id) => onChange(id === "" ? without("header") : { ...value, header: id === "yes" })}
      />
      <TextField
        label="Texts that mean empty"
        description="With commas between; instead of ?, NA, N/A, null and NaN"
        value={value.nulls ?? ""}
        onChange={(nulls) => onChange({ ...value, nulls })}
      />
    </div>
  );
}
