/** Which server the commands speak to: SLIPWAY_URL and SLIPWAY_TOKEN, or what `slipway login` and `slipway up` wrote. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** One server that somebody has logged in to. */
export interface Login {
  readonly url: string;
  readonly token: string;
  /** Commands use it unless they are told another. */
  readonly workspace: string;
}

interface LoginFile {
  /** URL of the server that the commands speak to. */
  readonly current: string | null;
  readonly servers: Readonly<Record<string, Omit<Login, "url">>>;
}

/** Holds tokens: nobody else may read it. */
function loginPath(): string {
  const config = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return join(config, "slipway", "login.json");
}

function readLoginFile(): LoginFile {
  try {
    return JSON.parse(readFileSync(loginPath(), "utf8")) as LoginFile;
  } catch {
    return { current: null, servers: {} };
  }
}

/** @returns null where nobody has logged in */
export function currentLogin(): Login | null {
  const { current, servers } = readLoginFile();
  const entry = current === null ? undefined : servers[current];
  return current !== null && entry ? { url: current, ...entry } : null;
}

export function findLogin(url: string): Login | null {
  const entry = readLoginFile().servers[url];
  return entry ? { url, ...entry } : null;
}

/** @param makeCurrent "ifNone": a login to another server stays the current one */
export function saveLogin({ url, ...entry }: Login, makeCurrent: "always" | "ifNone"): void {
  const file = readLoginFile();
  const current = makeCurrent === "always" ? url : (file.current ?? url);
  writeLoginFile({ current, servers: { ...file.servers, [url]: entry } });
}

/** @returns was there a login to forget? */
export function forgetLogin(url: string): boolean {
  const { current, servers } = readLoginFile();
  if (!Object.hasOwn(servers, url)) return false;
  const left = Object.fromEntries(Object.entries(servers).filter(([name]) => name !== url));
  writeLoginFile({ current: current === url ? (Object.keys(left)[0] ?? null) : current, servers: left });
  return true;
}

function writeLoginFile(file: LoginFile): void {
  const path = loginPath();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
