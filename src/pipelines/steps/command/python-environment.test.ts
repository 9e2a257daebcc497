import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEnvironmentVersion } from "../../../registry/index.ts";
import { checkRequirements } from "./python-environment.ts";
import { openTestSteps, type TestSteps } from "./test-step.ts";

/** A package with a program, as a wheel is: a zip with the files that its RECORD lists. */
const makeWheel = `
import sys, zipfile
info = "tiny_package-1.0.dist-info/"
files = {"tiny_package.py": "def main():\\n    print('tiny', 42)\\n", info + "METADATA": "Metadata-Version: 2.1\\nName: tiny-package\\nVersion: 1.0\\n",
  info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n", info + "entry_points.txt": "[console_scripts]\\ntiny = tiny_package:main\\n"}
files[info + "RECORD"] = "".join(f"{name},,\\n" for name in [*files, info + "RECORD"])
with zipfile.ZipFile(sys.argv[1] + "/tiny_package-1.0-py3-none-any.whl", "w") as wheel:
    for name, text in files.items(): wheel.writestr(name, text)
`;

/** A Python that every user can run, with what makes environments; null where there is none. */
function missingPython(): string | null {
  try {
    execFileSync("/usr/bin/python3", ["-c", "import venv, ensurepip"], { stdio: "ignore" });
    return null;
  } catch {
    return "/usr/bin/python3 with venv is not there";
  }
}

const reason = missingPython();

describe.skipIf(reason !== null)(
  `a step in a Python environment${reason === null ? "" : ` (skipped: ${reason})`}`,
  () => {
    let steps: TestSteps;
    const wheels = mkdtempSync(join(tmpdir(), "slipway-wheels-"));
    const before = { ...process.env };

    beforeAll(async () => {
      steps = await openTestSteps();
      execFileSync("/usr/bin/python3", ["-c", makeWheel, wheels]);
      // pip reads them: nothing is asked of any registry.
      Object.assign(process.env, { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels });
    });

    afterAll(async () => {
      process.env = before;
      rmSync(wheels, { recursive: true });
      await steps.close();
    });

    test("is made once for all that ask for the same, with programs that run", async () => {
      const code = await steps.addCode({ "requirements.txt": "# what it needs\ntiny-package==1.0\n" });
      const inline = { python: { requirements: "requirements.txt" } };
      const first = await steps.run({ command: ["tiny"], environment: inline }, { code });
      expect(first.error).toBeNull();
      expect(first.log).toMatch(/^the environment is being made with Python 3\.\d+\.\d+; .*…\ntiny 42\n$/);
      const made = readdirSync(join(steps.stepsFolder, "python"));
      const command = [
        "python",
        "-c",
        "import tiny_package, sys, os; print(sys.prefix == os.environ['VIRTUAL_ENV'], os.access(sys.prefix, os.W_OK))",
      ];
      const second = await steps.run({ command, environment: inline }, { code });
      expect(second.log).toBe(process.getuid?.() === 0 ? "True False\n" : "True True\n");
      expect(readdirSync(join(steps.stepsFolder, "python"))).toEqual(made);
    });

    test("a registered one is taken by its name, and one that cannot be made says why", async () => {
      const { workspaceId, database, actor } = steps;
      const make = (environment: string, requirements: string[], python: string) =>
        createEnvironmentVersion(database, {
          workspaceId,
          environment,
          spec: { kind: "python", python, requirements },
          actor,
        });
      await make("absent", ["no-such-package==9.9"], "3");
      const absent = await steps.run({ command: ["true"], environment: "absent@1" });
      expect(absent.error?.code).toBe("SLW_STEP_ENVIRONMENT");
      expect(absent.error?.message).toContain("no-such-package==9.9");
      await make("future", [], "3.99");
      const future = await steps.run({ command: ["true"], environment: "future" });
      expect(future.error?.message).toContain("needs Python 3.99, and there is Python 3.");
      const unknown = await steps.run({ command: ["true"], environment: "nothing@1" });
      expect(unknown.error?.code).toBe("SLW_ENVIRONMENT_UNKNOWN");
    });

    test("containers and packages of npm are refused", async () => {
      const { workspaceId, database, actor } = steps;
      const specs = {
        box: { kind: "container", image: "python:3.12" },
        old: { kind: "node", node: "18" },
        npm: { kind: "node", node: "24", package: "{}" },
      } as const;
      const reasons: Record<string, string> = {};
      for (const [environment, spec] of Object.entries(specs)) {
        await createEnvironmentVersion(database, { workspaceId, environment, spec, actor });
        const { error } = await steps.run({ command: ["true"], environment });
        reasons[environment] = `${error?.code} ${error?.message}`;
      }
      expect(reasons).toEqual({
        box: "SLW_STEP_ENVIRONMENT The step needs the container image python:3.12, and this worker starts no containers.",
        old: `SLW_STEP_ENVIRONMENT The step needs Node 18; this worker has ${process.versions.node}.`,
        npm: "SLW_STEP_ENVIRONMENT The step's environment has npm packages, which workers do not install.",
      });
    });
  },
);

describe("requirements", () => {
  test.each([
    "scikit-learn==1.9.0",
    "pandas>=2,<3",
    "uvicorn[standard]~=0.30",
    "numpy",
    "a.b_c-d == 1.*",
    "x==1; python_version < '3.12'",
    "# only a note",
    "",
    `six==1.17.0 \\\n    --hash=sha256:${"a".repeat(64)} \\\n    --hash=sha256:${"b".repeat(64)}`,
    "mlflow>=3  # for tracking",
  ])("%j is taken", (text) => {
    expect(() => checkRequirements(text)).not.toThrow();
  });

  test.each([
    "-r other.txt",
    "--index-url https://evil.example",
    "-e .",
    ".",
    "/etc/passwd",
    "../x",
    "./wheel.whl",
    "https://evil.example/x.whl",
    "git+https://evil.example/x",
    "x @ https://evil.example/x.whl",
    "x @ file:///etc/passwd",
    "--extra-index-url=x",
    "x --config-settings=a=b",
    "x --hash=sha256:zz",
    "x; y # ok\n--pre",
    "-f /tmp",
    "x \\\n --no-binary :all:",
  ])("%j is refused", (text) => {
    expect(() => checkRequirements(text)).toThrow("must name a package");
  });

  test("a hostile line costs no time", () => {
    for (const text of [
      `x${" ".repeat(19_000)}!`,
      `x==1${",<2".repeat(6_000)}@`,
      `x${"[a".repeat(6_000)}`,
      "-".repeat(19_000),
    ]) {
      expect(() => checkRequirements(text)).toThrow("must name a package");
    }
  });
});
