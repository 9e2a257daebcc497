import type { EndpointTestAnswer } from "../../contract/index.ts";
import { Card, formatNumber, RelativeTime } from "../kit/index.ts";
import type { RecentRequest } from "./recent-requests.ts";
import { readAnswer } from "./test-answer.ts";
import styles from "./test-tab.module.css";

interface RecentRequestsProps {
  readonly requests: readonly RecentRequest[];
  readonly shown: EndpointTestAnswer | null;
  readonly onShow: (request: RecentRequest) => void;
}

/** What was asked in this visit; a press brings the request and its answer back. */
export function RecentRequests({ requests, shown, onShow }: RecentRequestsProps) {
  if (requests.length < 2) return null;
  return (
    <Card title="Requests of this visit">
      <ul className={styles.recent}>
        {requests.map((request) => (
          <li key={request.at}>
            <button type="button" aria-pressed={request.answer === shown} onClick={() => onShow(request)}>
              <span className={styles.recentValue}>{summaryOf(request.answer)}</span>
              <span>{request.answer.status}</span>
              <span>{formatNumber(request.answer.milliseconds, { digits: 3 })} ms</span>
              <RelativeTime at={request.at} />
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function summaryOf({ status, body }: EndpointTestAnswer): string {
  if (status >= 400) return "refused";
  const [first, ...others] = readAnswer(body, null) ?? [];
  if (first === undefined) return "answered";
  const value = first.probabilities ? formatNumber(first.probabilities[0]?.share) : String(first.value);
  return others.length === 0 ? value : `${value} and ${others.length} more`;
}
