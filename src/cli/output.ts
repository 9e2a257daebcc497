import { styleText } from "node:util";

/** Text for people, on one stream. */
export interface Output {
  /** Can lines be rewritten in place? Only on a terminal that can, and not when quiet. */
  readonly live: boolean;
  /** Characters a line; Infinity where there is no terminal. */
  readonly width: number;
  /** One or more whole lines. */
  line(text?: string): void;
  /** A line that the next line or status replaces; nothing where lines cannot be rewritten. */
  status(text: string): void;
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const eraseLine = "\r\u001b[K";

/** Colours follow the stream, NO_COLOR and FORCE_COLOR (as node:util's styleText reads them). */
export function createOutput(stream: NodeJS.WriteStream, quiet: boolean): Output {
  const live = stream.isTTY && !quiet && process.env["TERM"] !== "dumb";
  let statusShown = false;
  const erase = (): string => (statusShown ? eraseLine : "");
  const style = (format: "bold" | "dim" | "green" | "yellow") => (text: string) => styleText(format, text, { stream });
  return {
    live,
    get width() {
      return stream.isTTY ? stream.columns || 80 : Infinity;
    },
    line(text = "") {
      if (quiet) return;
      stream.write(`${erase()}${text}\n`);
      statusShown = false;
    },
    status(text) {
      if (!live) return;
      stream.write(`${erase()}${text}`);
      statusShown = text !== "";
    },
    bold: style("bold"),
    dim: style("dim"),
    green: style("green"),
    yellow: style("yellow"),
  };
}
