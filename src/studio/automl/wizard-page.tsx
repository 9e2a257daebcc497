/** Three steps from rows to a running search; all that is chosen stands in the address. */
import { createLazyRoute, Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from "react";
import { useAction } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { Button, CopyAs, ErrorCard, Page } from "../kit/index.ts";
import { DataStep } from "./data-step.tsx";
import { GoalStep } from "./goal-step.tsx";
import { ReviewStep } from "./review-step.tsx";
import type { Change } from "./step-props.ts";
import { toCommand, toRest } from "./twins.ts";
import { useWizardFacts, type WizardFacts } from "./wizard-facts.ts";
import { toRequest } from "./wizard-request.ts";
import type { WizardSearch } from "./wizard-search.ts";
import styles from "./wizard.module.css";

export const route = createLazyRoute("/w/$workspace/automl/new")({ component: WizardPage });

const steps = ["Data and target", "Goal and time", "Review and start"] as const;

function WizardPage(): ReactElement {
  usePageTitle("New AutoML run");
  const workspace = useWorkspace();
  const [search, change] = useDraft();
  const facts = useWizardFacts(workspace, search);
  const step = facts.canGoOn ? (search.step ?? 1) : 1;
  const { start, error, isPending } = useStart(workspace, search, facts);
  const form = useRef<HTMLFormElement>(null);
  const goTo = (next: number): void => change({ step: next === 1 ? undefined : next });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!facts.canGoOn || isPending) return;
    if (step < steps.length) goTo(step + 1);
    else start();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  const props = { search, change, facts };
  return (
    <Page
      title="New AutoML run"
      crumbs={[{ label: "Automated ML", link: { to: "/w/$workspace/automl", params: { workspace } } }]}
    >
      <form ref={form} className={styles.form} onSubmit={submit} onKeyDown={onKeyDown} noValidate>
        <Steps current={step} canGoOn={facts.canGoOn} workspace={workspace} search={search} />
        {step === 1 && <DataStep {...props} />}
        {step === 2 && <GoalStep {...props} />}
        {step === 3 && <ReviewStep {...props} workspace={workspace} />}
        {error && <ErrorCard error={error} />}
        <Footer {...{ step, goTo, isPending, search, facts, workspace }} />
      </form>
    </Page>
  );
}

/** What is typed is here at once, and in the address right after; an address that is gone to wins. */
function useDraft(): [WizardSearch, Change] {
  const search = useSearch({ from: "/w/$workspace/automl/new" });
  const navigate = useNavigate({ from: "/w/$workspace/automl/new" });
  const [draft, setDraft] = useState(search);
  const written = useRef(JSON.stringify(search));
  useEffect(() => {
    const text = JSON.stringify(search);
    if (text === written.current) return;
    written.current = text;
    setDraft(search);
  }, [search]);
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  }, [draft]);
  const change = useCallback(
    (options: WizardSearch): void => {
      const next = { ...latest.current, ...options };
      latest.current = next;
      written.current = JSON.stringify(next);
      setDraft(next);
      // Going on is a place to come back to; typing is none.
      void navigate({ search: next, replace: !("step" in options), resetScroll: "step" in options });
    },
    [navigate],
  );
  return [draft, change];
}

function useStart(workspace: string, search: WizardSearch, { defaults }: WizardFacts) {
  const navigate = useNavigate();
  const { run: create, error, pending } = useAction("createAutoMLRun", { quiet: true });
  const start = (): void => {
    if (defaults === null) return;
    create({ workspace, body: toRequest(search, defaults) }).then(
      ({ id }) => navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run: id } }),
      // Told below the form.
      () => undefined,
    );
  };
  return { start, error, isPending: pending };
}

function Steps(props: { current: number; canGoOn: boolean; workspace: string; search: WizardSearch }): ReactElement {
  const { current, canGoOn, workspace, search } = props;
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map((label, index) => {
        const step = index + 1;
        const content = (
          <>
            <span className={styles.stepNumber} aria-hidden="true">
              {step < current ? "✓" : step}
            </span>
            <span className={styles.stepLabel}>{label}</span>
          </>
        );
        const state = step === current ? "current" : step < current ? "done" : "ahead";
        return (
          <li key={label} data-state={state} aria-current={step === current ? "step" : undefined}>
            {step === current || (step > 1 && !canGoOn) ? (
              <span className={styles.step}>{content}</span>
            ) : (
              <Link
                className={styles.step}
                to="/w/$workspace/automl/new"
                params={{ workspace }}
                search={{ ...search, step: step === 1 ? undefined : step }}
              >
                {content}
              </Link>
            )}
          </li>
        );
      })}
    </ol>
  );
}

interface FooterProps {
  readonly step: number;
  readonly goTo: (step: number) => void;
  readonly isPending: boolean;
  readonly search: WizardSearch;
  readonly facts: WizardFacts;
  readonly workspace: string;
}

function Footer({ step, goTo, isPending, search, facts, workspace }: FooterProps): ReactElement {
  const request = facts.defaults && toRequest(search, facts.defaults);
  return (
    <div className={styles.footer}>
      {request && <CopyAs cli={toCommand(request, workspace)} rest={toRest(request, workspace)} />}
      <span className={styles.hint}>
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> goes on
      </span>
      {step > 1 && <Button onPress={() => goTo(step - 1)}>Back</Button>}
      <Button
        key={step}
        variant="primary"
        type="submit"
        autoFocus
        isPending={isPending}
        isDisabled={!facts.canGoOn}
        icon={step === steps.length ? "play" : "chevronRight"}
      >
        {step === steps.length ? "Start run" : `Next: ${(steps[step] ?? "").toLowerCase()}`}
      </Button>
    </div>
  );
}
