/** Step 2: what is good, how long to look, how it is judged; the rest is folded away. */
import type { ReactElement } from "react";
import { Card, Disclosure, NumberField, Select, Slider, Switch } from "../kit/index.ts";
import { AdvancedOptions } from "./advanced-options.tsx";
import {
  defaultValidation,
  primaryMetrics,
  timeInWords,
  timeLimits,
  validationInWords,
  validationName,
} from "./choices.ts";
import type { StepProps } from "./step-props.ts";
import { advancedCount } from "./wizard-search.ts";
import { chosenMetric, defaultTime } from "./wizard-request.ts";
import styles from "./wizard.module.css";

export function GoalStep(props: StepProps): ReactElement {
  const count = advancedCount(props.search);
  return (
    <div className={styles.narrow}>
      <Card title="What is good">
        <MetricField {...props} />
      </Card>
      <Card title="How long to look">
        <TimeField {...props} />
      </Card>
      <Card title="How models are judged">
        <ValidationFields {...props} />
      </Card>
      <Card title="Ensembles">
        <div className={styles.stack}>
          <Switch
            label="Voting ensemble"
            description="A weighted vote of the best models. Usually the most accurate, and slower to answer."
            value={props.search.novote !== true}
            onChange={(on) => props.change({ novote: on ? undefined : true })}
          />
          <Switch
            label="Stack ensemble"
            description="A linear model of several models' answers."
            value={props.search.nostack !== true}
            onChange={(on) => props.change({ nostack: on ? undefined : true })}
          />
        </div>
      </Card>
      <Disclosure id="advanced" title={count === 0 ? "Advanced" : `Advanced (${count} set)`} isOpenFirst={count > 0}>
        <AdvancedOptions {...props} />
      </Disclosure>
    </div>
  );
}

function MetricField({ search, change, facts }: StepProps): ReactElement {
  const offered = primaryMetrics[facts.task];
  const first = offered[0]?.id ?? "";
  const value = chosenMetric(search, facts.inferred) ?? first;
  return (
    <Select
      label="Primary metric"
      options={offered}
      value={value}
      onChange={(metric) => change({ metric: metric === first ? undefined : metric })}
      description={offered.find(({ id }) => id === value)?.description}
    />
  );
}

/** Steps of the slider are places in the list of times: it is fine below minutes and coarse above. */
function TimeField({ search, change, facts }: StepProps): ReactElement {
  const time = search.time ?? defaultTime;
  const nearest = timeLimits.reduce((best, limit) => (Math.abs(limit - time) < Math.abs(best - time) ? limit : best));
  const set = (seconds: number): void => change({ time: seconds === defaultTime ? undefined : seconds });
  const rows = facts.profile?.rows ?? 0;
  return (
    <div className={styles.time}>
      <Slider
        label="Time limit"
        min={0}
        max={timeLimits.length - 1}
        value={timeLimits.indexOf(nearest)}
        onChange={(at) => set(timeLimits[at] ?? defaultTime)}
        format={() => timeInWords(time)}
        description="For everything: reading, searching and the final training. The best model so far is kept whenever it ends."
      />
      <p className={styles.note}>{timeAdvice(time, rows)}</p>
    </div>
  );
}

function timeAdvice(seconds: number, rows: number): string {
  if (seconds < 60 && rows > 20_000) return "Enough for a first look at so many rows.";
  if (seconds < 60) return "Enough for a first look.";
  if (seconds <= 300) return "Good for most tables; longer seldom changes the third decimal.";
  return "For the last bit of accuracy. The search ends early when nothing becomes better.";
}

const shares = [0.05, 0.1, 0.2, 0.3];

function ValidationFields({ search, change, facts }: StepProps): ReactElement {
  const { profile, target, task } = facts;
  const rows = profile ? profile.rows - (target?.nulls ?? 0) : 0;
  const classes = task === "classification" ? (target?.distinct ?? 2) : 0;
  const auto = defaultValidation({ rows, columns: (profile?.columns.length ?? 1) - 1, classes });
  const value = search.validation ?? "auto";
  const options = [
    { id: "auto", label: `Automatic: ${validationName(auto)}` },
    ...[3, 5, 10].map((folds) => ({ id: `cv:${folds}`, label: validationName(`cv:${folds}`) })),
    ...shares.map((share) => ({ id: `holdout:${share}`, label: validationName(`holdout:${share}`) })),
  ];
  const isListed = options.some(({ id }) => id === value);
  return (
    <div className={styles.pair}>
      <Select
        label="Validation"
        options={isListed ? options : [...options, { id: value, label: validationName(value) }]}
        value={value}
        onChange={(chosen) => change({ validation: chosen === "auto" ? undefined : chosen })}
        description={validationInWords(value === "auto" ? auto : value, rows)}
      />
      <NumberField
        label="Test rows"
        unit="%"
        value={search.test === undefined ? null : Math.round(search.test * 1000) / 10}
        onChange={(percent) => change({ test: percent === null || percent === 0 ? undefined : percent / 100 })}
        min={0}
        max={50}
        step={1}
        placeholder="none"
        description="Split off first, never chosen by: what the final model is worth on new rows."
      />
    </div>
  );
}
