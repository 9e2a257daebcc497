/** Step 3: names, and the run as it will be asked for, in all its forms. */
import type { ReactElement } from "react";
import type { NewAutoMLRun } from "../../contract/index.ts";
import { Card, CodeBlock, DefinitionList, Switch, Tabs, TextField } from "../kit/index.ts";
import { defaultValidation, primaryMetrics, timeInWords, validationName } from "./choices.ts";
import type { StepProps } from "./step-props.ts";
import { toCommand, toStep } from "./twins.ts";
import type { WizardFacts } from "./wizard-facts.ts";
import { toRequest } from "./wizard-request.ts";
import { twinForms } from "./wizard-search.ts";
import styles from "./wizard.module.css";

export function ReviewStep(props: StepProps & { readonly workspace: string }): ReactElement | null {
  const { search, facts, workspace } = props;
  if (facts.defaults === null) return null;
  const request = toRequest(search, facts.defaults);
  return (
    <div className={styles.columns}>
      <div className={styles.fields}>
        <Names {...props} />
        <Registration {...props} />
      </div>
      <div className={styles.beside}>
        <Card title="What will run">
          <DefinitionList items={summary(request, facts)} />
        </Card>
        <Twins {...props} request={request} workspace={workspace} />
      </div>
    </div>
  );
}

function Names({ search, change, facts }: StepProps): ReactElement {
  return (
    <>
      <TextField
        label="Run name"
        value={search.name ?? ""}
        onChange={(name) => change({ name: name === "" ? undefined : name })}
        placeholder="made up, such as quick-newt-590"
        maxLength={250}
      />
      <TextField
        label="Experiment"
        value={search.experiment ?? ""}
        onChange={(experiment) => change({ experiment: experiment === "" ? undefined : experiment })}
        placeholder={facts.dataset ?? ""}
        maxLength={500}
        description="Runs of one experiment are compared with each other."
      />
    </>
  );
}

/** Aliases that stand for a version by what it is; nobody sets them. */
const computedAliases = new Set(["best", "latest"]);

function Registration({ search, change, facts }: StepProps): ReactElement {
  const isOn = search.noregister !== true;
  const model = search.model ?? facts.dataset ?? "";
  const isComputed = computedAliases.has((search.alias ?? "").toLowerCase());
  return (
    <>
      <Switch
        label="Register the best model"
        description="As the next version of a model, ready to be deployed."
        value={isOn}
        onChange={(on) => change({ noregister: on ? undefined : true })}
      />
      {isOn && (
        <>
          <TextField
            label="Model"
            value={search.model ?? ""}
            onChange={(name) => change({ model: name === "" ? undefined : name })}
            placeholder={facts.dataset ?? ""}
            maxLength={256}
            description={`${model}@best always is the version with the best metric, ${model}@latest the newest.`}
          />
          <TextField
            label="Alias"
            value={search.alias ?? ""}
            onChange={(alias) => change({ alias: alias === "" ? undefined : alias })}
            placeholder="none"
            maxLength={255}
            description="Points to the new version from then on, such as champion."
            {...(isComputed && { error: `${search.alias} is computed, not set. Choose another word, or none.` })}
          />
        </>
      )}
    </>
  );
}

function summary(request: NewAutoMLRun, facts: WizardFacts): [string, string][] {
  const { data, target, metric, timeLimit, maxTrials, validation, testSize, register } = request;
  const { profile, task } = facts;
  const rows = profile ? profile.rows - (facts.target?.nulls ?? 0) : 0;
  const classes = task === "classification" ? (facts.target?.distinct ?? 2) : 0;
  const auto = defaultValidation({ rows, columns: (profile?.columns.length ?? 1) - 1, classes });
  const limits = [timeLimit !== undefined && timeInWords(timeLimit), maxTrials !== undefined && `${maxTrials} trials`];
  return [
    ["Data", `${data.dataset}, ${data.version === undefined ? "newest version" : `version ${data.version}`}`],
    ["Predicts", `${target} (${task})`],
    ["By", metric ?? primaryMetrics[task][0]?.id ?? ""],
    ["For", limits.filter(Boolean).join(" or ")],
    [
      "Judged by",
      `${validationName(validation ?? auto)}${testSize === undefined ? "" : `, ${Math.round(testSize * 1000) / 10} % test rows`}`,
    ],
    [
      "Registers",
      register ? `${register.model}${register.alias === undefined ? "" : `, alias ${register.alias}`}` : "nothing",
    ],
  ];
}

const forms = [
  { id: "cli", label: "CLI" },
  { id: "rest", label: "REST body" },
  { id: "yaml", label: "Pipeline YAML" },
] as const;

interface TwinsProps extends StepProps {
  readonly request: NewAutoMLRun;
  readonly workspace: string;
}

function Twins({ request, workspace, search: { form = "cli" }, change }: TwinsProps): ReactElement {
  return (
    <Card title="The same run elsewhere">
      <Tabs
        tabs={forms}
        selected={form}
        onSelect={(id) => change({ form: twinForms.find((other) => other === id) })}
        label="Form"
      >
        {form === "cli" && <CodeBlock code={toCommand(request, workspace)} language="bash" wrap label="CLI" />}
        {form === "rest" && <CodeBlock code={JSON.stringify(request, null, 2)} language="json" label="REST body" />}
        {form === "yaml" && <CodeBlock code={toStep(request)} language="yaml" label="Pipeline YAML" />}
      </Tabs>
    </Card>
  );
}
