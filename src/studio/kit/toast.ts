import { tell } from "../api/index.ts";

/** A short message above the page, read out by screen readers; one of a failure stays until it is closed. */
export function toast(message: string, tone: "ok" | "fail" | "info" = "ok"): void {
  tell({ text: message, tone });
}
