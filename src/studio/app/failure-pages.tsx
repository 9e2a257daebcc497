/** What is shown where a page cannot be. */
import { Link, useLocation, useRouter, Navigate, type ErrorComponentProps } from "@tanstack/react-router";
import { ApiError } from "../../contract/index.ts";
import { isSignedOut } from "../api/index.ts";
import styles from "./failure-pages.module.css";

export function FailurePage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const here = useLocation({ select: ({ href }) => href });
  if (isSignedOut(error)) return <Navigate to="/sign-in" search={{ next: here }} replace />;
  const problem = error instanceof ApiError ? error.problem : null;
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <div className={styles.page} role="alert">
      <h1>{problem?.title ?? "The page could not be loaded"}</h1>
      <p>{problem?.detail ?? plainWords(error as Error)}</p>
      {problem && <p>{problem.fix}</p>}
      {problem && <p className={styles.code}>{problem.code}</p>}
      <button type="button" className={styles.again} onClick={again}>
        Try again
      </button>
    </div>
  );
}

function plainWords(error: Error): string {
  const unreachable = error instanceof TypeError && /fetch|network/i.test(error.message);
  return unreachable ? "The server cannot be reached. It may be starting: slipway status says." : error.message;
}

export function NotFoundPage() {
  return (
    <div className={styles.page}>
      <h1>There is nothing at this address</h1>
      <p>
        <Link to="/">Home</Link> has everything that runs, and Ctrl+K finds the rest by name.
      </p>
    </div>
  );
}

/** The same where there is no shell around them. */
export function BareFailurePage(props: ErrorComponentProps) {
  return (
    <main>
      <FailurePage {...props} />
    </main>
  );
}

export function BareNotFoundPage() {
  return (
    <main>
      <NotFoundPage />
    </main>
  );
}
