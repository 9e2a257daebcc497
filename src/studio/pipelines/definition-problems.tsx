import type { ReactElement } from "react";
import type { DefinitionProblem } from "../../contract/index.ts";
import { ErrorCard, Notice } from "../kit/index.ts";
import styles from "./definition-problems.module.css";

export interface DefinitionProblemsProps {
  /** null: not checked yet. */
  readonly problems: readonly DefinitionProblem[] | null;
  /** Why it could not be checked. */
  readonly error: unknown;
  readonly onOpen: (problem: DefinitionProblem) => void;
}

/** All that is wrong with the text; each leads to its place. */
export function DefinitionProblems({ problems, error, onOpen }: DefinitionProblemsProps): ReactElement | null {
  if (error) return <ErrorCard error={error} />;
  if (problems === null) return null;
  if (problems.length === 0) return <Notice tone="ok">The definition is valid.</Notice>;
  return (
    <Notice tone="fail" title={problems.length === 1 ? "One problem" : `${problems.length} problems`}>
      <ol className={styles.problems}>
        {problems.map((problem, index) => (
          <li key={index}>
            <button type="button" className={styles.problem} onClick={() => onOpen(problem)}>
              <span className={styles.place}>
                {problem.line === null ? "–" : `${problem.line}:${problem.column ?? 1}`}
              </span>
              <span>
                {problem.path !== "" && <code>{problem.path}: </code>}
                {problem.message}
                {problem.fix !== undefined && <span className={styles.fix}> {problem.fix}</span>}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </Notice>
  );
}
