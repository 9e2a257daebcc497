/** What the endpoint's Swagger document says, in short; the whole of it and a page to try it out are the endpoint's own. */
import { useQuery } from "@tanstack/react-query";
import type { ModelVersionDetails } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { Card, CodeBlock, DataTable, ErrorCard, formatNumber, Icon, Skeleton, type Column } from "../kit/index.ts";
import { answeringModel, isAnswering } from "./answering-model.ts";
import { addressesOf } from "./addresses.ts";
import { examplesQuery } from "./asked.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { firstRow, type Cell } from "./test-input.ts";
import styles from "./swagger.module.css";

export default function SwaggerTab({ workspace, endpoint }: EndpointTabProps) {
  const examples = useQuery({ ...examplesQuery(workspace, endpoint.name), enabled: isAnswering(endpoint) });
  const model = answeringModel(endpoint.deployments);
  const version = useQuery({
    ...query("getModelVersion", { workspace, model: model?.model ?? "", version: model?.version ?? "" }),
    enabled: model !== null,
  });
  const document = useQuery({
    ...query("getEndpointSwagger", { workspace, endpoint: endpoint.name, query: {} }),
    enabled: isAnswering(endpoint),
    retry: false,
  });
  const error = document.error ?? examples.error ?? version.error;
  return (
    <div className={styles.tab}>
      <p className={styles.links}>
        <Outside href={endpoint.docsUri}>Open in Swagger UI</Outside>
        <Outside href={`${endpoint.swaggerUri}?version=2`}>Swagger 2.0</Outside>
        <Outside href={`${endpoint.swaggerUri}?version=3`}>OpenAPI 3.0</Outside>
        <span className={styles.cors}>
          Access-Control-Allow-Origin: <code>{endpoint.settings.corsOrigins.join(", ") || "none"}</code>
        </span>
      </p>
      <Card title="Addresses">
        <ul className={styles.addresses}>
          {addressesOf(document.data).map(({ method, path, description }) => (
            <li key={`${method} ${path}`}>
              <span className={styles.method} data-method={method}>
                {method}
              </span>
              <code>{path}</code>
              <span className={styles.description}>{description}</span>
            </li>
          ))}
        </ul>
      </Card>
      {error ? (
        <ErrorCard error={error} command={`slipway endpoints show ${endpoint.name}`} />
      ) : examples.data && version.data ? (
        <Schemas
          request={examples.data.request}
          version={version.data}
          resultAsString={endpoint.settings.resultAsString}
        />
      ) : (
        isAnswering(endpoint) && <Skeleton height={320} />
      )}
    </div>
  );
}

/** The endpoint's own pages; they are of another origin than the studio. */
function Outside({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <a href={/^https?:/.test(href) ? href : undefined} target="_blank" rel="noreferrer" className={styles.link}>
      {children}
      <Icon name="external" size={12} />
    </a>
  );
}

interface SchemasProps {
  readonly request: unknown;
  readonly version: ModelVersionDetails;
  readonly resultAsString: boolean;
}

interface InputRow {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly values: string;
  readonly example: Cell | undefined;
}

const columns: readonly Column<InputRow>[] = [
  { id: "name", header: "Column", cell: ({ name }) => <code>{name}</code> },
  { id: "type", header: "Type", cell: ({ type }) => type, width: 100 },
  {
    id: "required",
    header: "Required",
    cell: ({ isRequired }) => (isRequired ? "required" : "may be null"),
    width: 110,
  },
  { id: "values", header: "Values", cell: ({ values }) => <span title={values}>{values}</span>, width: "3fr" },
  {
    id: "example",
    header: "Example",
    cell: ({ example }) => (example === undefined ? "–" : <code>{JSON.stringify(example)}</code>),
  },
];

function Schemas({ request, version, resultAsString }: SchemasProps) {
  const example = firstRow(request);
  const rows = version.contents.inputs.map(({ name, type, nullable, categories }) => ({
    name,
    type,
    isRequired: !nullable,
    values: categories === null ? "" : valuesText(categories),
    example: example?.[name],
  }));
  return (
    <>
      <Card title="A row of the request" isFlush>
        <DataTable
          label="Columns of a row"
          columns={columns}
          rows={rows}
          rowId={({ name }) => name}
          maxHeight="400px"
        />
      </Card>
      <div className={styles.pair}>
        <Card title="Request" description="POST /score">
          <CodeBlock copy label="Request" language="json" code={JSON.stringify(request, null, 2)} />
        </Card>
        <Card
          title="Answer"
          description={resultAsString ? "A text that holds JSON, as Azure ML's v1 answered" : "200, application/json"}
        >
          <CodeBlock copy label="Answer" language="json" code={answerText(version, resultAsString)} />
        </Card>
      </div>
    </>
  );
}

function valuesText(categories: readonly string[]): string {
  const shown = categories.slice(0, 12).join(", ");
  return categories.length > 12 ? `${shown}, … (${formatNumber(categories.length)})` : shown;
}

function answerText({ task, contents }: ModelVersionDetails, resultAsString: boolean): string {
  const labels = contents.particulars["labels"];
  const answer = {
    result: [task === "classification" ? (Array.isArray(labels) ? (labels[0] as unknown) : "label") : 0.5],
  };
  return resultAsString ? JSON.stringify(JSON.stringify(answer)) : JSON.stringify(answer, null, 2);
}
