/** Structured logs: a line of JSON for each event, on standard error or where `write` puts it. */
import { createRequire } from "node:module";
import type { Logger, pino as Pino } from "pino";

/** Pino's logger: log.info({ run }, "text"), log.child({ workspace }). */
export type Log = Logger;

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Members that never reach a log, at the top or one level below. */
const secrets = ["authorization", "cookie", "password", "secret", "token", "key", "apiKey", "credentials"];

export interface LogOptions {
  readonly level: LogLevel;
  /** Takes a whole line. Default: standard error. */
  readonly write?: (line: string) => void;
}

/** Loaded when a log is made: this folder is imported by every worker thread, and most of them log nothing. */
function loadPino(): typeof Pino {
  return (createRequire(import.meta.url)("pino") as { readonly pino: typeof Pino }).pino;
}

export function createLog({ level, write = (line) => process.stderr.write(line) }: LogOptions): Log {
  return loadPino()(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: [...secrets, ...secrets.map((name) => `*.${name}`)], censor: "(removed)" },
    },
    { write },
  );
}

/** What the errors of libraries carry besides (a whole connection, its settings) stays out. */
function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

/** For tests and for commands without a log of their own. */
export const silentLog = createSilentLog();

function createSilentLog(): Log {
  const ignore = (): void => {};
  const log = {
    level: "silent",
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  };
  return { ...log, child: createSilentLog } as unknown as Log;
}
