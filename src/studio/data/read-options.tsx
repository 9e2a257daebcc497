import { Select, TextField } from "../kit/index.ts";
import styles from "./data.module.css";
import type { ReadChoice } from "./read-choice.ts";

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
