import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useState, type FormEvent } from "react";
import { api, query } from "../api/index.ts";
import { usePageTitle } from "./page-title.ts";
import styles from "./sign-in-page.module.css";

export const route = createLazyRoute("/sign-in")({ component: SignInPage });

function SignInPage() {
  usePageTitle("Sign in");
  const { next } = route.useSearch();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/icons/slipway.svg" alt="" width="36" height="36" />
        <h1>Sign in to Slipway</h1>
        <Suspense>
          <CurrentSession />
        </Suspense>
        <SignInForm next={next} />
        <p className={styles.hint}>
          The first start of <code>slipway up</code> prints an administrator’s token, once. Another one:{" "}
          <code>slipway tokens create</code> on a machine that is logged in, or ask an administrator.
        </p>
      </div>
    </main>
  );
}

function SignInForm({ next }: { readonly next: string | undefined }) {
  const field = useRef<HTMLInputElement>(null);
  const { signIn, pending, failure, setFailure } = useSignIn(next, () => field.current?.focus());
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? "";
    if (token === "") setFailure("Paste a token; it begins with slw_.");
    else void signIn(token);
  };
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      <label htmlFor="token">Token</label>
      <input
        id="token"
        ref={field}
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="slw_…"
        autoFocus
        aria-invalid={failure !== null}
        aria-describedby={failure === null ? undefined : "failure"}
      />
      {failure !== null && (
        <p id="failure" className={styles.failure} role="alert">
          {failure}
        </p>
      )}
      <button type="submit" disabled={pending}>
        {pending ? "Signing in" : "Sign in"}
      </button>
    </form>
  );
}

/** Signs in with a token, at once with the one in the page's address, and goes on to `next`. */
function useSignIn(next: string | undefined, onRefused: () => void) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const signIn = async (token: string): Promise<void> => {
    setPending(true);
    setFailure(null);
    try {
      await api.createSession({ body: { token } });
      queryClient.clear();
      await navigate({ to: next ?? "/", replace: true });
    } catch (error) {
      setFailure((error as Error).message);
      onRefused();
    } finally {
      setPending(false);
    }
  };
  useEffect(() => {
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    if (token === null) return;
    // It stays neither in the address nor in the history.
    history.replaceState(history.state, "", location.pathname + location.search);
    void signIn(token);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- Once, as the page was opened.
  }, []);
  return { signIn, pending, failure, setFailure };
}

/** Who is signed in already, and the way out. */
function CurrentSession() {
  const queryClient = useQueryClient();
  const session = useSuspenseQuery(query("getSession", {})).data;
  if (!session.signedIn) return null;
  const signOut = async (): Promise<void> => {
    await api.endSession();
    queryClient.clear();
    await queryClient.invalidateQueries();
  };
  return (
    <p className={styles.session}>
      Signed in as <strong>{session.user}</strong>.{" "}
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </p>
  );
}
