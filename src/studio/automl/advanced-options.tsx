/** Options that most runs leave as they are. */
import type { ReactElement } from "react";
import { Checkbox, ComboBox, NumberField, RadioGroup, Select, Switch } from "../kit/index.ts";
import { learners } from "./choices.ts";
import { ColumnOptions } from "./column-options.tsx";
import type { StepProps } from "./step-props.ts";
import styles from "./wizard.module.css";

export function AdvancedOptions(props: StepProps): ReactElement {
  return (
    <div className={styles.advanced}>
      <Learners {...props} />
      <ClassBalance {...props} />
      <Ends {...props} />
      <Models {...props} />
      <Rows {...props} />
      <ColumnOptions {...props} />
    </div>
  );
}

/** A learner is in the search where it is ticked. */
function Learners({ search, change, facts }: StepProps): ReactElement {
  const all = learners[facts.task];
  const isOn = (name: string): boolean =>
    (search.allowed?.includes(name) ?? true) && !(search.blocked?.includes(name) ?? false);
  const set = (name: string, on: boolean): void => {
    const blocked = all.filter((other) => (other === name ? !on : !isOn(other)));
    // One at least stays.
    if (blocked.length === all.length) return;
    change({ allowed: undefined, blocked: blocked.length === 0 ? undefined : blocked });
  };
  return (
    <fieldset className={styles.fieldset}>
      <legend>Learners</legend>
      <div className={styles.grid}>
        {all.map((name) => (
          <Checkbox key={name} label={name} value={isOn(name)} onChange={(on) => set(name, on)} />
        ))}
      </div>
    </fieldset>
  );
}

function ClassBalance({ search, change, facts }: StepProps): ReactElement | null {
  if (facts.task !== "classification") return null;
  return (
    <RadioGroup
      label="Rare classes"
      options={[
        { id: "none", label: "Rows as they are" },
        { id: "auto", label: "Weights where the metric gives every class the same say" },
        { id: "weights", label: "All classes weigh the same in training" },
        { id: "oversample", label: "Rows of rarer classes are repeated" },
      ]}
      value={search.balance ?? "none"}
      onChange={(balance) => change({ balance: balance === "none" ? undefined : balance })}
    />
  );
}

/** What else ends the search. */
function Ends({ search, change }: StepProps): ReactElement {
  return (
    <div className={styles.pair}>
      <NumberField
        label="Trials at most"
        value={search.trials ?? null}
        onChange={(trials) => change({ trials: trials ?? undefined })}
        min={1}
        max={100_000}
        placeholder="no limit"
        description="The same number and seed give the same model."
      />
      <NumberField
        label="Good enough"
        value={search.exit ?? null}
        onChange={(exit) => change({ exit: exit ?? undefined })}
        step={0.001}
        placeholder="none"
        description="The search ends when the primary metric is as good as this."
      />
      <Switch
        label="Early stopping"
        description="Ends when nothing became better for long."
        value={search.noearly !== true}
        onChange={(on) => change({ noearly: on ? undefined : true })}
      />
      <NumberField
        label="Seed"
        value={search.seed ?? null}
        onChange={(seed) => change({ seed: seed ?? undefined })}
        min={0}
        max={4_294_967_295}
        format={{ useGrouping: false, maximumFractionDigits: 0 }}
        placeholder="42"
        description="Of all that is random."
      />
    </div>
  );
}

/** What the model must be able to do. */
function Models({ search, change }: StepProps): ReactElement {
  return (
    <div className={styles.pair}>
      <NumberField
        label="Time to score a row"
        unit="µs"
        value={search.latency ?? null}
        onChange={(latency) => change({ latency: latency ?? undefined })}
        min={1}
        max={1_000_000}
        placeholder="any"
        description="Slower models are left out."
      />
      <div className={styles.stack}>
        <Switch
          label="Only models that ONNX can hold"
          value={search.onnx === true}
          onChange={(on) => change({ onnx: on ? true : undefined })}
        />
        <Switch
          label="Explanation"
          description="Measures what each column is worth."
          value={search.noexplain !== true}
          onChange={(on) => change({ noexplain: on ? undefined : true })}
        />
      </div>
    </div>
  );
}

function Rows({ search, change, facts }: StepProps): ReactElement {
  const numeric = (facts.profile?.columns ?? []).filter(
    ({ type, name }) => type === "numeric" && name !== facts.target?.name,
  );
  return (
    <div className={styles.pair}>
      <ComboBox
        label="Weight of rows"
        options={[{ id: "", label: "All the same" }, ...numeric.map(({ name }) => ({ id: name, label: name }))]}
        value={search.weight ?? ""}
        onChange={(weight) => change({ weight: weight === null || weight === "" ? undefined : weight })}
        description="A column of numbers from 0; it is not learnt from."
      />
      <Select
        label="Featurization"
        options={[
          { id: "auto", label: "Automatic: each column by its purpose" },
          { id: "off", label: "Off: numbers as they are, text as categories" },
        ]}
        value={search.features ?? "auto"}
        onChange={(features) => change({ features: features === "off" ? "off" : undefined })}
      />
    </div>
  );
}
