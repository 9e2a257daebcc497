/** Where a version comes from, and what uses it. */
import { Card, DefinitionList, EmptyState, RelativeTime, shellQuoted } from "../kit/index.ts";
import { LineageStrip, type Uses } from "./lineage-strip.tsx";
import type { VersionTabProps } from "./version-props.ts";

export function LineageTab({ workspace, version, uses }: VersionTabProps & { readonly uses: Uses }) {
  const { lineage, source } = version;
  return (
    <>
      <LineageStrip workspace={workspace} version={version} uses={uses} />
      <Card title="Where it comes from">
        <DefinitionList
          items={[
            ["Registered from", source.uri],
            [
              "Data",
              lineage.dataset === null ? "not said" : `${lineage.dataset.name}@${lineage.dataset.version ?? "–"}`,
            ],
            ["Run", lineage.run ?? "none"],
            ["Code", lineage.codeCommit ?? "not said"],
            ["Registered by", lineage.registeredBy],
          ]}
        />
      </Card>
      {uses.length === 0 ? (
        <EmptyState
          title="Nothing uses it"
          command={`slipway endpoints deploy NAME --model ${shellQuoted(`${version.model}@${version.version}`)}`}
        >
          A deployment of an endpoint shows up here.
        </EmptyState>
      ) : (
        <Card title="What uses it">
          <DefinitionList
            items={uses.map(
              ({ kind, name, since }) =>
                [
                  `${kind} ${name}`,
                  <span key={name}>
                    since <RelativeTime at={since} />
                  </span>,
                ] as const,
            )}
          />
        </Card>
      )}
    </>
  );
}
