/** What a step was given once its expressions were resolved: parameters, tables and models, settings. */
import type { ReactElement } from "react";
import type { PipelineRunStep } from "../../contract/index.ts";
import styles from "./step-panel.module.css";

type StepInput = PipelineRunStep["inputs"][number];

const kindLabels: Readonly<Record<StepInput["kind"], string>> = {
  parameter: "Parameter",
  input: "Input",
  setting: "Setting",
};

/** @param props.inputs not empty */
export function StepInputs({ inputs }: Pick<PipelineRunStep, "inputs">): ReactElement {
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label="Inputs">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {inputs.map(({ kind, name, value }) => (
            // A parameter and a setting may have one name.
            <tr key={`${kind} ${name}`}>
              <th scope="row">{name}</th>
              <td className={styles.kindCell}>{kindLabels[kind]}</td>
              <td>
                <code className={styles.value}>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
