/** Short messages for the user, from wherever; the shell shows them. */
export interface Message {
  readonly text: string;
  readonly tone: "ok" | "fail" | "info";
}

type Listener = (message: Message) => void;
const listeners = new Set<Listener>();

export function tell(message: Message): void {
  for (const listener of listeners) listener(message);
}

/** @returns to end it */
export function onMessage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
