import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import { useState } from "react";
import type { EnvironmentSpec, EnvironmentVersion } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { Button, CodeBlock, CopyAs, DateTime, DefinitionList, Page, Select, useSearchOf } from "../kit/index.ts";
import { NewEnvironmentDialog } from "./new-environment-dialog.tsx";
import styles from "./compute.module.css";

export const route = createLazyRoute("/w/$workspace/environments/$environment")({ component: EnvironmentPage });

function EnvironmentPage() {
  const workspace = useWorkspace();
  const { environment } = route.useParams();
  usePageTitle(environment);
  const [search, choose] = useSearchOf("/w/$workspace/environments/$environment");
  const [isNew, setNew] = useState(false);
  const about = useSuspenseQuery(query("getEnvironment", { workspace, environment })).data;
  const { items } = useSuspenseQuery(
    query("listEnvironmentVersions", { workspace, environment, query: { limit: 200 } }),
  ).data;
  const shown = items.find(({ version }) => version === search.version) ?? items[0];
  const other = items.find(({ version }) => version === search.against);
  return (
    <Page
      title={environment}
      crumbs={[{ label: "Environments", link: { to: "/w/$workspace/environments", params: { workspace } } }]}
      {...(about.description !== "" && { description: about.description })}
      actions={
        <>
          <CopyAs
            cli={`slipway environments show ${environment}`}
            rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/environments/${environment}/versions` }}
          />
          <Button variant="primary" onPress={() => setNew(true)}>
            New version
          </Button>
        </>
      }
    >
      <VersionChoices items={items} shown={shown} other={other} onChoose={choose} />
      <div className={styles.pair}>
        {shown && <Specification version={shown} />}
        {other && <Specification version={other} />}
      </div>
      <NewEnvironmentDialog isOpen={isNew} onOpenChange={setNew} environment={environment} />
    </Page>
  );
}

interface Chosen {
  readonly version?: number;
  /** undefined: compared with none. */
  readonly against?: number | undefined;
}

interface VersionChoicesProps {
  readonly items: readonly EnvironmentVersion[];
  readonly shown: EnvironmentVersion | undefined;
  /** What `shown` is compared with. */
  readonly other: EnvironmentVersion | undefined;
  readonly onChoose: (changed: Chosen) => void;
}

function VersionChoices({ items, shown, other, onChoose }: VersionChoicesProps) {
  return (
    <div className={styles.versions}>
      <Select
        label="Version"
        options={items.map(optionOf)}
        value={String(shown?.version ?? "")}
        onChange={(version) => onChoose({ version: Number(version) })}
      />
      <Select
        label="Compare with"
        options={[{ id: "", label: "Nothing" }, ...items.filter((item) => item !== shown).map(optionOf)]}
        value={String(other?.version ?? "")}
        onChange={(version) => onChoose({ against: version === "" ? undefined : Number(version) })}
      />
    </div>
  );
}

function optionOf({ version }: EnvironmentVersion): { id: string; label: string } {
  return { id: String(version), label: `Version ${version}` };
}

function Specification({
  version: { version, spec, createdAt, createdBy, sha256 },
}: {
  readonly version: EnvironmentVersion;
}) {
  return (
    <section className={styles.section} aria-label={`Version ${version}`}>
      <h2>Version {version}</h2>
      <DefinitionList
        items={[
          ["Made", <DateTime key="at" at={createdAt} />],
          ["By", createdBy],
          ["sha256", <code key="sha">{sha256.slice(0, 16)}</code>],
          ["Runs on", runsOn(spec)],
        ]}
      />
      {filesOf(spec).map(({ name, text, language }) => (
        <div key={name}>
          <h3>{name}</h3>
          <CodeBlock code={text} language={language} label={name} />
        </div>
      ))}
    </section>
  );
}

function runsOn(spec: EnvironmentSpec): string {
  if (spec.kind === "python") return `Python ${spec.python}`;
  return spec.kind === "node" ? `Node ${spec.node}` : spec.image;
}

function filesOf(spec: EnvironmentSpec): { name: string; text: string; language: "json" | "text" }[] {
  if (spec.kind === "container") return [];
  const [name, lockName] =
    spec.kind === "node" ? ["package.json", "package-lock.json"] : ["requirements.txt", "lock file"];
  const packages = spec.kind === "node" ? spec.package : spec.requirements?.join("\n");
  return [
    ...(packages === undefined
      ? []
      : [{ name, text: packages, language: spec.kind === "node" ? ("json" as const) : ("text" as const) }]),
    ...(spec.lock === undefined ? [] : [{ name: lockName, text: spec.lock, language: "text" as const }]),
  ];
}
