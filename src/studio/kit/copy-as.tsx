import { useState, type ReactElement } from "react";
import { inWorkspaceOf } from "./command-line.ts";
import { CodeBlock } from "./code-block.tsx";
import type { CodeLanguage } from "./highlight.ts";
import { Icon } from "./icon.tsx";
import { Popup } from "./popup.tsx";
import { curlOf, pythonOf, typescriptOf, type RestCall } from "./snippets.ts";
import { Tabs } from "./tabs.tsx";
import styles from "./copy-as.module.css";

export interface CopyAsProps {
  /** The command: "slipway runs list --status FAILED". */
  readonly cli?: string;
  readonly rest?: RestCall;
}

interface Form {
  readonly id: string;
  readonly label: string;
  readonly code: string;
  readonly language: CodeLanguage;
}

function formsOf({ cli, rest }: CopyAsProps, origin: string): Form[] {
  const forms: Form[] = [];
  const command = cli !== undefined && rest ? inWorkspaceOf(rest, cli) : cli;
  if (command !== undefined) forms.push({ id: "cli", label: "CLI", code: command, language: "bash" });
  if (rest) {
    forms.push({ id: "curl", label: "curl", code: curlOf(rest, origin), language: "bash" });
    forms.push({ id: "python", label: "Python", code: pythonOf(rest, origin), language: "python" });
    forms.push({ id: "typescript", label: "TypeScript", code: typescriptOf(rest, origin), language: "typescript" });
  }
  return forms;
}

/** A button with the page's or action's twins: as a command, curl, Python and TypeScript. Escape closes. */
export function CopyAs(props: CopyAsProps): ReactElement | null {
  if (props.cli === undefined && !props.rest) return null;
  const button = (
    <>
      Copy as
      <Icon name="chevronDown" size={12} />
    </>
  );
  return (
    <Popup role="dialog" label="Copy as" variant="quiet" isWide button={button}>
      {() => <Forms {...props} />}
    </Popup>
  );
}

function Forms(props: CopyAsProps): ReactElement | null {
  const forms = formsOf(props, location.origin);
  const [chosen, setChosen] = useState("");
  const form = forms.find((candidate) => candidate.id === chosen) ?? forms[0];
  if (!form) return null;
  return (
    <div className={styles.forms}>
      <Tabs tabs={forms} selected={form.id} onSelect={setChosen} label="Form">
        <CodeBlock code={form.code} language={form.language} label={form.label} />
        {form.id !== "cli" && (
          <p className={styles.hint}>
            <code>SLIPWAY_TOKEN</code> is a token of yours: Settings, Tokens.
          </p>
        )}
      </Tabs>
    </div>
  );
}
