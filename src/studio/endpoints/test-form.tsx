/** A field for each column of the model. */
import { ComboBox, formatNumber, NumberField, Select, TextField } from "../kit/index.ts";
import type { Cell, InputField, Row } from "./test-input.ts";
import styles from "./test-tab.module.css";

/** Choices beyond which one types to find. */
const mostListed = 12;
const noValue = "none";

interface TestFormProps {
  readonly fields: readonly InputField[];
  readonly row: Row;
  readonly onChange: (row: Row) => void;
}

export function TestForm({ fields, row, onChange }: TestFormProps) {
  return (
    <div className={styles.fields}>
      {fields.map((field) => (
        <ColumnField
          key={field.name}
          field={field}
          value={row[field.name] ?? null}
          onChange={(value) => onChange({ ...row, [field.name]: value })}
        />
      ))}
    </div>
  );
}

interface ColumnFieldProps {
  readonly field: InputField;
  readonly value: Cell;
  readonly onChange: (value: Cell) => void;
}

function ColumnField({ field, value, onChange }: ColumnFieldProps) {
  if (field.kind === "choice") return <ChoiceField field={field} value={value} onChange={onChange} />;
  if (field.kind === "number") {
    const { name, range } = field;
    return (
      <NumberField
        label={name}
        value={typeof value === "number" ? value : null}
        onChange={onChange}
        format={{ maximumFractionDigits: 20, useGrouping: false }}
        description={range === null ? undefined : `${formatNumber(range[0])} to ${formatNumber(range[1])} in training`}
        placeholder={field.nullable ? "no value" : undefined}
      />
    );
  }
  const { name, nullable, kind } = field;
  return (
    <TextField
      label={name}
      value={value === null ? "" : String(value)}
      onChange={(text) => onChange(text === "" && nullable ? null : text)}
      placeholder={nullable ? "no value" : undefined}
      description={kind === "date" ? "A date, or date and time: 2026-03-01T12:00:00Z" : undefined}
    />
  );
}

function ChoiceField({
  field,
  value,
  onChange,
}: ColumnFieldProps & { readonly field: Extract<InputField, { kind: "choice" }> }) {
  const { name, nullable, choices } = field;
  const options = [
    ...choices.map((choice, index) => ({ id: String(index), label: choice === "" ? "(empty text)" : String(choice) })),
    ...(nullable ? [{ id: noValue, label: "No value" }] : []),
  ];
  const at = choices.indexOf(value);
  const chosen = value === null ? noValue : at < 0 ? null : String(at);
  const choose = (id: string | null): void => {
    if (id !== null) onChange(id === noValue ? null : (choices[Number(id)] ?? null));
  };
  if (choices.length > mostListed)
    return (
      <ComboBox
        label={name}
        options={options}
        value={chosen}
        onChange={choose}
        description={`${choices.length} categories`}
      />
    );
  return <Select label={name} options={options} value={chosen} onChange={choose} />;
}
