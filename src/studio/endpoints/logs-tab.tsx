/** The endpoint's log, as it is written: switched on and off here, filtered by what is looked for. */
import type { EndpointLogEntry } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import {
  Button,
  CopyAs,
  CopyButton,
  DataTable,
  DateTime,
  ErrorCard,
  formatNumber,
  NumberField,
  SearchBox,
  Select,
  Skeleton,
  Switch,
  Toolbar,
  type Column,
  restOf,
} from "../kit/index.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { isShown, type LogLine } from "./log-entries.ts";
import { useEndpointLog } from "./use-endpoint-log.ts";
import { useEndpointSearch } from "./use-endpoint-search.ts";
import styles from "./logs.module.css";

const columns: readonly Column<LogLine>[] = [
  { id: "at", header: "Time", width: 172, cell: ({ at }) => <DateTime at={at} />, cardSecondary: true },
  { id: "level", header: "Level", width: 64, cell: ({ level }) => <Level level={level} />, cardSecondary: true },
  { id: "status", header: "Status", width: 64, align: "end", cell: ({ status }) => status ?? "" },
  {
    id: "ms",
    header: "ms",
    width: 72,
    align: "end",
    cell: ({ milliseconds }) => (milliseconds === null ? "" : formatNumber(milliseconds, { digits: 3 })),
  },
  {
    id: "message",
    header: "Message",
    width: "4fr",
    cardPrimary: true,
    cell: ({ message }) => <Message text={message} />,
  },
  { id: "request", header: "Request", width: 170, cell: ({ requestId }) => requestId && <RequestId id={requestId} /> },
];

export default function LogsTab({ workspace, endpoint }: EndpointTabProps) {
  const { name, settings } = endpoint;
  const [search] = useEndpointSearch();
  const { lines, error, isLive } = useEndpointLog({
    workspace,
    endpoint: name,
    level: search.level,
    request: search.request,
  });
  return (
    <div className={styles.tab}>
      <LogHead workspace={workspace} endpoint={endpoint} isLive={isLive} />
      <LogFilters />
      {error !== null && error !== undefined && <ErrorCard error={error} command={`slipway endpoints logs ${name}`} />}
      {lines === null ? (
        !error && <Skeleton height={320} />
      ) : (
        <LogTable lines={lines} isLogging={settings.appInsights} />
      )}
    </div>
  );
}

function LogHead({ workspace, endpoint, isLive }: EndpointTabProps & { readonly isLive: boolean }) {
  const { name, settings } = endpoint;
  const update = useAction("updateEndpoint");
  const switchTo = (appInsights: boolean): void =>
    void update.run({ workspace, endpoint: name, body: { settings: { appInsights } } }).catch(() => undefined);
  return (
    <div className={styles.head}>
      <Switch
        label="Log requests"
        description="App insights: requests, failures and traces. Starts and ends of processes are always logged."
        value={settings.appInsights}
        isDisabled={update.pending}
        onChange={switchTo}
      />
      <span className={styles.live} role="status">
        {isLive ? "Live" : "Not live"}
      </span>
      <CopyAs
        cli={`slipway endpoints logs ${name} --follow\nslipway endpoints update ${name} --app-insights ${settings.appInsights ? "off" : "on"}`}
        rest={restOf("GET", workspace, "endpoints", name, "/logs?tail=200")}
      />
    </div>
  );
}

function LogTable({ lines, isLogging }: { readonly lines: readonly LogLine[]; readonly isLogging: boolean }) {
  const [search, change] = useEndpointSearch();
  const shown = lines.filter((line) => isShown(line, search)).toReversed();
  return (
    <DataTable
      label="Log, the newest line first"
      columns={columns}
      rows={shown}
      rowId={({ number }) => String(number)}
      rowLabel={({ message }) => message}
      empty={
        lines.length > 0 ? (
          <span>
            No line fits the filter.{" "}
            <Button
              size="small"
              onPress={() => change({ level: undefined, status: undefined, slow: undefined, request: undefined })}
            >
              Show all
            </Button>
          </span>
        ) : isLogging ? (
          "No line yet. A request makes one at once."
        ) : (
          "Requests are not logged; the switch above turns it on."
        )
      }
    />
  );
}

function LogFilters() {
  const [{ level, status, slow, request }, change] = useEndpointSearch();
  return (
    <Toolbar>
      <SearchBox
        label="Request id"
        placeholder="Request id"
        value={request}
        onSearch={(text) => change({ request: text?.trim() || undefined })}
      />
      <Select
        label="Level"
        isLabelHidden
        options={[
          { id: "info", label: "All levels" },
          { id: "warn", label: "Warnings and errors" },
          { id: "error", label: "Errors" },
        ]}
        value={level ?? "info"}
        onChange={(next) => change({ level: next === "info" ? undefined : next })}
      />
      <Select
        label="Status"
        isLabelHidden
        options={[
          { id: "all", label: "All statuses" },
          { id: "2xx", label: "Answered (2xx)" },
          { id: "4xx", label: "Refused (4xx)" },
          { id: "5xx", label: "Failed (5xx)" },
        ]}
        value={status ?? "all"}
        onChange={(next) => change({ status: next === "all" ? undefined : next })}
      />
      <NumberField
        label="At least so many milliseconds"
        isLabelHidden
        placeholder="slower than"
        unit="ms"
        min={0}
        value={slow ?? null}
        onChange={(next) => change({ slow: next ?? undefined })}
      />
    </Toolbar>
  );
}

function Level({ level }: Pick<EndpointLogEntry, "level">) {
  return <span className={styles[level]}>{level}</span>;
}

function Message({ text }: { readonly text: string }) {
  return (
    <code className={styles.message} title={text}>
      {text}
    </code>
  );
}

function RequestId({ id }: { readonly id: string }) {
  return (
    <span className={styles.request}>
      <code title={id}>{shortId(id)}</code>
      <CopyButton text={id} label="Copy the request id" />
    </span>
  );
}

/** Ids of one process begin alike: what tells them apart stands at the end. */
function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 6)}…${id.slice(-8)}` : id;
}
