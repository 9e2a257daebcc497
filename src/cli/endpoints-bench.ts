import type { Command, Invocation } from "./command.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { readBody } from "./endpoints-test.ts";
import { runLoad, type LoadResult } from "./load.ts";
import { connect, serverOptions } from "./server-client.ts";
import { numberOption } from "./values.ts";

export const endpointsBenchCommand: Command = {
  name: "endpoints bench",
  summary: "Measures an endpoint under load, with a table as Apache Bench prints it.",
  operands: [endpointOperand],
  options: [
    { name: "requests", value: "NUMBER", description: "By default 1000." },
    {
      name: "concurrency",
      value: "NUMBER",
      description: "Requests at a time, each over a connection of its own. By default 1.",
    },
    { name: "data", value: "FILE.json", description: "As for slipway endpoints test. By default an example row." },
    ...serverOptions,
  ],
  details: [
    "Connections are kept alive. Twenty requests before do not count.",
    "ab itself works too: ab -n 10 -p body.json -T application/json -H 'Authorization: Bearer KEY' URL/score",
  ],
  example: "slipway endpoints bench bank --requests 10000 --concurrency 16",
  writesData: (options) => "json" in options,
  run: bench,
};

async function bench({ operands: [endpoint = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const requests = numberOption(options, "requests", { min: 1, max: 10_000_000, whole: true }) ?? 1000;
  const concurrency = numberOption(options, "concurrency", { min: 1, max: 1000, whole: true }) ?? 1;
  const file = options["data"];
  const { authMode, scoringUri } = await client.getEndpoint({ endpoint }, { signal });
  const body = JSON.stringify(
    file === undefined ? (await client.getEndpointExamples({ endpoint }, { signal })).request : await readBody(file),
  );
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (authMode === "key") {
    const { primaryKey } = await client.getEndpointKeys({ endpoint }, { signal });
    headers["authorization"] = `Bearer ${primaryKey}`;
  } else if (authMode === "token") {
    headers["authorization"] = `Bearer ${(await client.createEndpointToken({ endpoint }, { signal })).accessToken}`;
  }
  const load = { url: scoringUri, headers, body, concurrency, signal };
  await runLoad({ ...load, requests: 20, concurrency: 1, onProgress: () => {} });
  const onProgress = (done: number): void => output.status(output.dim(`${done} of ${requests} requests`));
  const result = await runLoad({ ...load, requests, onProgress });
  output.status("");
  if ("json" in options) return write(`${JSON.stringify(summary(result, concurrency))}\n`);
  for (const line of report(result, { url: scoringUri, concurrency, bodyBytes: Buffer.byteLength(body) }))
    output.line(line);
}

const percents = [50, 66, 75, 80, 90, 95, 98, 99, 100] as const;

/** @param sorted milliseconds, ascending */
function percentile(sorted: Float64Array, percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

function summary({ milliseconds, seconds, failed, statuses, bytes }: LoadResult, concurrency: number): object {
  return {
    requests: milliseconds.length,
    concurrency,
    seconds,
    failed,
    statuses,
    bytes,
    requestsPerSecond: milliseconds.length / seconds,
    percentiles: Object.fromEntries(percents.map((percent) => [percent, percentile(milliseconds, percent)])),
  };
}

/** The lines of `ab`, in its order and with its words. */
function report(
  { milliseconds, seconds, failed, statuses, bytes, answerBytes }: LoadResult,
  { url, concurrency, bodyBytes }: { readonly url: string; readonly concurrency: number; readonly bodyBytes: number },
): string[] {
  const { hostname, port, pathname } = new URL(url);
  const perSecond = milliseconds.length / seconds;
  const mean = milliseconds.reduce((sum, each) => sum + each, 0) / Math.max(1, milliseconds.length);
  const line = (name: string, value: string): string => `${`${name}:`.padEnd(24)}${value}`;
  const refused = Object.entries(statuses).filter(([status]) => !status.startsWith("2"));
  return [
    line("Server Hostname", hostname),
    line("Server Port", port),
    "",
    line("Document Path", pathname),
    line("Document Length", `${answerBytes} bytes`),
    "",
    line("Concurrency Level", String(concurrency)),
    line("Time taken for tests", `${seconds.toFixed(3)} seconds`),
    line("Complete requests", String(milliseconds.length)),
    line("Failed requests", String(failed)),
    ...(refused.length === 0
      ? []
      : [line("Non-2xx responses", refused.map(([status, times]) => `${times} x ${status}`).join(", "))]),
    line("Total transferred", `${bytes} bytes`),
    line("Total body sent", `${bodyBytes * milliseconds.length}`),
    line("Requests per second", `${perSecond.toFixed(2)} [#/sec] (mean)`),
    line("Time per request", `${mean.toFixed(3)} [ms] (mean)`),
    line(
      "Time per request",
      `${((seconds * 1000) / Math.max(1, milliseconds.length)).toFixed(3)} [ms] (mean, across all concurrent requests)`,
    ),
    line("Transfer rate", `${(bytes / 1024 / seconds).toFixed(2)} [Kbytes/sec] received`),
    "",
    "Percentage of the requests served within a certain time (ms)",
    ...percents.map((percent) => {
      const text = `${String(percent).padStart(5)}% ${percentile(milliseconds, percent).toFixed(2).padStart(9)}`;
      return percent === 100 ? `${text} (longest request)` : text;
    }),
  ];
}
