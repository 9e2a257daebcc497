export type Theme = "system" | "light" | "dark";

/** What a drawing depends on beside its data: whom it is for. */
export interface Viewer {
  readonly theme: Theme;
  /** At most 500 pixels wide. */
  readonly isNarrow: boolean;
  /** Of the window, in CSS pixels. */
  readonly height: number;
  /** Of the server, as the browser has it: "http://127.0.0.1:8080". */
  readonly origin: string;
  /** IANA name: "Europe/Berlin". */
  readonly timeZone: string;
}
