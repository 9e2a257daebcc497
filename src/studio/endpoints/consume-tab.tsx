/** How to call the endpoint: its address, its keys, and code that runs as it is printed. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EndpointExamples, EndpointKeys } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { Card, CodeBlock, CopyButton, DefinitionList, ErrorCard, RadioGroup, Skeleton, Switch } from "../kit/index.ts";
import { isAnswering } from "./answering-model.ts";
import { examplesQuery, type Language } from "./asked.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { KeysCard } from "./keys-card.tsx";
import { withKey } from "./snippet.ts";
import { TokenCard } from "./token-card.tsx";
import { useEndpointSearch } from "./use-endpoint-search.ts";
import styles from "./consume.module.css";

const languages = [
  { id: "curl", label: "curl" },
  { id: "python", label: "Python" },
  { id: "typescript", label: "TypeScript" },
] as const;
const codeLanguages = { curl: "bash", python: "python", typescript: "typescript" } as const;

export default function ConsumeTab({ workspace, endpoint }: EndpointTabProps) {
  const { name, authMode, scoringUri, swaggerUri } = endpoint;
  const [asksKeys, setAsksKeys] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  // Each reading is in the audit log: only on request, and not kept after this page.
  const keys = useQuery({
    ...query("getEndpointKeys", { workspace, endpoint: name }),
    enabled: asksKeys && authMode === "key",
    gcTime: 0,
    retry: false,
  });
  const secret = authMode === "token" ? token : asksKeys ? (keys.data?.primaryKey ?? null) : null;
  return (
    <div className={styles.tab}>
      <div className={styles.side}>
        <Card title="Address">
          <DefinitionList
            items={[
              ["Scoring URL", <Uri key="score" uri={scoringUri} label="Copy the scoring URL" />],
              ["Swagger", <Uri key="swagger" uri={swaggerUri} label="Copy the Swagger URL" />],
              ["Who may call it", authWords[authMode]],
              ["Web pages that may call it", originsText(endpoint.settings.corsOrigins)],
            ]}
          />
        </Card>
        {authMode === "key" && (
          <KeysCard
            workspace={workspace}
            endpoint={name}
            keys={asksKeys ? (keys.data ?? null) : null}
            isAsked={asksKeys}
            error={keys.error}
            onAsk={setAsksKeys}
          />
        )}
        {authMode === "token" && <TokenCard workspace={workspace} endpoint={name} onToken={setToken} />}
      </div>
      <Code
        workspace={workspace}
        endpoint={endpoint}
        secret={secret}
        keys={asksKeys ? (keys.data ?? null) : null}
        onAskKeys={setAsksKeys}
      />
    </div>
  );
}

const authWords = {
  key: "Whoever has one of the two keys",
  token: "Users with the role scorer, by a token that expires",
  none: "All who reach the address",
} as const;

function originsText(origins: readonly string[]): string {
  if (origins.includes("*")) return "All";
  return origins.length === 0 ? "None" : origins.join(", ");
}

function Uri({ uri, label }: { readonly uri: string; readonly label: string }) {
  return (
    <span className={styles.uri}>
      <code>{uri}</code>
      <CopyButton text={uri} label={label} />
    </span>
  );
}

interface CodeProps extends EndpointTabProps {
  /** The key or token to fill in; null: none was asked for. */
  readonly secret: string | null;
  readonly keys: EndpointKeys | null;
  readonly onAskKeys: (asks: boolean) => void;
}

function Code({ workspace, endpoint, secret, keys, onAskKeys }: CodeProps) {
  const { name, authMode } = endpoint;
  const examples = useQuery({ ...examplesQuery(workspace, endpoint.name), enabled: isAnswering(endpoint) });
  const [{ language = "curl" }, change] = useEndpointSearch();
  return (
    <Card title="Code" description="With a real row of the model's columns; it runs as it stands.">
      <div className={styles.code}>
        <div className={styles.choices}>
          <RadioGroup
            label="Language"
            isLabelHidden
            isSegmented
            options={languages}
            value={language}
            onChange={(next) => change({ language: next === "curl" ? undefined : next })}
          />
          {authMode === "key" && <Switch label="With the real key" value={keys !== null} onChange={onAskKeys} />}
        </div>
        {examples.error ? (
          <ErrorCard error={examples.error} command={`slipway endpoints logs ${name}`} />
        ) : examples.data ? (
          <CodeBlock
            copy
            wrap
            label="Code"
            language={codeLanguages[language]}
            code={codeOf(examples.data, language, secret)}
          />
        ) : isAnswering(endpoint) ? (
          <Skeleton height={200} />
        ) : (
          <p className={styles.hint}>It does not answer now: the code comes once it does.</p>
        )}
        {examples.data && authMode !== "none" && secret === null && (
          <p className={styles.hint}>
            KEY stands for {authMode === "key" ? "one of the keys" : "a token"}.{" "}
            {authMode === "key" ? "The switch fills it in." : "Get one beside, and it is filled in."}
          </p>
        )}
      </div>
    </Card>
  );
}

function codeOf(examples: EndpointExamples, language: Language, secret: string | null): string {
  return secret === null ? examples[language] : withKey(examples, language, secret);
}
