/** Whom a page is drawn for, as far as the server knows. */
import type { IncomingHttpHeaders } from "node:http";

/** As in src/studio/viewer. */
export interface Viewer {
  readonly theme: "system" | "light" | "dark";
  /** At most 500 pixels wide. */
  readonly isNarrow: boolean;
  /** Of the window, in CSS pixels. */
  readonly height: number;
  /** Of this server, as the browser has it: "http://127.0.0.1:8080". */
  readonly origin: string;
  /** IANA name: "Europe/Berlin". */
  readonly timeZone: string;
}

const form = /^(system|light|dark) (wide|narrow) (\d{2,5}) ([\w+/-]{1,64})$/;

/** As the browser has said at its last visit; where it has not, or what it said is not to be read: a usual one. */
export function viewerOf({ cookie = "", host = "" }: IncomingHttpHeaders, protocol: string): Viewer {
  const origin = `${protocol}://${host}`;
  const [, said = ""] = /(?:^|; *)slipway-viewer=([^;]*)/.exec(cookie) ?? [];
  const [, theme, width, height, timeZone = ""] = form.exec(decoded(said)) ?? [];
  if (theme === undefined || !isTimeZone(timeZone))
    return { theme: "system", isNarrow: false, height: 800, origin, timeZone: ownTimeZone() };
  return { theme: theme as Viewer["theme"], isNarrow: width === "narrow", height: Number(height), origin, timeZone };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** A format of Intl costs half a millisecond: names that are known are kept, as many as there are in the world. */
const timeZones = new Set<string>();
let own: string | undefined;

function ownTimeZone(): string {
  own ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return own;
}

function isTimeZone(name: string): boolean {
  if (timeZones.has(name)) return true;
  try {
    timeZones.add(new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone);
    return true;
  } catch {
    return false;
  }
}
