import type { MetricValue } from "../../contract/index.ts";
import { formatNumber } from "../kit/index.ts";

/** A metric with four digits; what is no number says so. */
export function metricText(value: MetricValue | null | undefined): string {
  return typeof value === "string" ? value.replace("Infinity", "∞").replace("-", "−") : formatNumber(value);
}
