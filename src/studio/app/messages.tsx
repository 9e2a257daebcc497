import { useEffect, useState } from "react";
import { onMessage, type Message } from "../api/index.ts";
import styles from "./shell.module.css";

/** Milliseconds that a message stays; one of a failure stays until it is closed. */
const shown = 6000;

/** Messages of actions, above the page. */
export function Messages() {
  const [messages, setMessages] = useState<readonly (Message & { readonly id: string })[]>([]);
  const remove = (id: string): void => setMessages((all) => all.filter((message) => message.id !== id));
  useEffect(
    () =>
      onMessage((message) => {
        const id = crypto.randomUUID();
        setMessages((all) => [...all.slice(-4), { ...message, id }]);
        if (message.tone !== "fail") setTimeout(() => remove(id), shown);
      }),
    [],
  );
  return (
    <div className={styles.messages} role="status" aria-live="polite">
      {messages.map(({ id, text, tone }) => (
        <div key={id} className={styles.message} data-tone={tone}>
          <span aria-hidden="true">{tone === "ok" ? "✓" : tone === "fail" ? "✕" : "i"}</span>
          <span className={styles.messageText}>{text}</span>
          <button type="button" className={styles.icon} aria-label="Close the message" onClick={() => remove(id)}>
            <span aria-hidden="true">×</span>
          </button>
        </div>
      ))}
    </div>
  );
}
