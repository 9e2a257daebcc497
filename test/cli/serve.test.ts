import { execFile } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { penguins, root, runCli, startCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const rows = [
  {
    sex: "MALE",
    island: "Torgersen",
    bill_length_mm: 39.1,
    bill_depth_mm: 18.7,
    flipper_length_mm: 181,
    body_mass_g: 3750,
  },
  { island: "Biscoe", body_mass_g: 5000, flipper_length_mm: 220, bill_depth_mm: 15, bill_length_mm: 47, sex: null },
];

beforeAll(async () => {
  const args = [
    "automl",
    penguins,
    "--target",
    "species",
    "--max-trials",
    "2",
    "--validation",
    "holdout:0.2",
    "--quiet",
    "--out",
    "m.slipway",
  ];
  await runCli(args, { cwd: folder });
});

/** Starts the endpoint, does something with what it printed, and stops it. */
async function whileServing(
  args: readonly string[],
  use: (lines: string[], url: string) => Promise<void>,
): Promise<void> {
  const child = startCli(["serve", "m.slipway", "--port", "0", ...args], { cwd: folder });
  const exit = once(child, "exit");
  try {
    const lines: string[] = [];
    if (child.stdout)
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (line.includes("Ctrl-C")) break;
      }
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join("\n"))?.[0];
    if (url === undefined) throw new Error(`no address in:\n${lines.join("\n")}`);
    await use(lines, url);
  } finally {
    child.kill("SIGTERM");
    expect(await exit).toEqual([143, null]);
  }
}

test("answers rows in any order of columns, with the key and only with it", async () => {
  const key = "a-key-of-the-test";
  await whileServing(["--key", key], async (_lines, url) => {
    const post = (headers: Record<string, string>) =>
      fetch(`${url}/score`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ data: rows }),
      });
    const answer = await post({ authorization: `Bearer ${key}` });
    expect(await answer.json()).toEqual({ result: ["Adelie", "Gentoo"] });
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: "Bearer another-key-of-it" })).status).toBe(401);
    expect(await (await fetch(url)).text()).toBe("Healthy");
    const swagger = JSON.stringify(await (await fetch(`${url}/swagger.json`)).json());
    expect(swagger).toContain("bill_length_mm");
  });
});

test("prints a curl command that works as it stands", async () => {
  await whileServing([], async (lines) => {
    const command = lines.find((line) => line.startsWith("  curl "));
    expect(command).toBeDefined();
    const { stdout } = await promisify(execFile)("sh", ["-c", `${command} --silent --fail`], { cwd: root });
    expect((JSON.parse(stdout) as { result: unknown[] }).result).toHaveLength(2);
  });
});

test("names a port that is taken", async () => {
  await whileServing([], async (_lines, url) => {
    const { port } = new URL(url);
    const { code, stderr } = await runCli(["serve", "m.slipway", "--port", port], { cwd: folder });
    expect(stderr).toMatch(new RegExp(`^error\\[SLW_\\w+\\]: .*${port}.*\\n  fix: .+`));
    expect(code).toBe(1);
  });
});
