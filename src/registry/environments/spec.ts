/** What an environment is made of. */
import { createHash } from "node:crypto";
import { SlipwayError } from "../../base/index.ts";

export type EnvironmentSpec =
  | {
      readonly kind: "node";
      /** Major version: "24". */
      readonly node: string;
      /** Contents of package.json; its exact packages are in the lock. */
      readonly package?: string;
      /** Contents of package-lock.json. */
      readonly lock?: string;
    }
  | {
      readonly kind: "python";
      /** "3.11" */
      readonly python: string;
      /** Lines of requirements.txt: "scikit-learn==1.9.0". */
      readonly requirements?: readonly string[];
      /** Contents of a lock file with hashes, as pip-compile or uv write it; in place of requirements. */
      readonly lock?: string;
    }
  | {
      readonly kind: "container";
      /** "registry.example/team/image:tag" or, so that it is the same for ever, "…@sha256:…". */
      readonly image: string;
    };

/** A line of requirements that names a package; options (-r, --index-url) and paths may reach anything. */
const requirement =
  /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._,-]+\])?\s*((===?|[<>~!]=|<|>)\s*[\w.*+!-]+(\s*,\s*)?)*(\s*;.*)?$/;
/** Name of an image by the OCI distribution specification: host, path, tag, digest. */
const image =
  /^[a-z0-9]+([._:-][a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** @throws SLW_ENVIRONMENT_SPEC naming the part that cannot be used */
export function checkSpec(spec: EnvironmentSpec): void {
  if (spec.kind === "container" && !image.test(spec.image)) throw wrong("image", "the name of an image", spec.image);
  if (spec.kind === "node") {
    if (spec.lock !== undefined && spec.package === undefined) throw wrong("lock", "a package beside it", "no package");
    for (const part of ["package", "lock"] as const) if (spec[part] !== undefined) checkJson(part, spec[part]);
  }
  if (spec.kind !== "python") return;
  if (spec.lock !== undefined && spec.requirements !== undefined) {
    throw wrong("lock", "either a lock or requirements", "both");
  }
  for (const line of spec.requirements ?? []) {
    if (!requirement.test(line)) throw wrong("requirements", "a package, such as scikit-learn==1.9.0", line);
  }
}

function checkJson(part: string, text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw wrong(part, "JSON", text.slice(0, 40));
  }
}

function wrong(part: string, expected: string, got: string): SlipwayError {
  return new SlipwayError("SLW_ENVIRONMENT_SPEC", `${part} must be ${expected}; got "${got}".`, {
    details: { part, expected, got },
  });
}

/** The same for the same specification, whatever the order of its keys. */
export function hashSpec(spec: EnvironmentSpec): string {
  const ordered = Object.entries(spec).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(ordered)).digest("hex");
}
