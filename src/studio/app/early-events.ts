/**
 * What somebody does with a page that is drawn before its code runs: the script in its HTML (src/api/studio/starter.ts)
 * keeps the events, and here they are dispatched again, in their order. What the browser has done itself is not done twice.
 */
declare global {
  // oxlint-disable-next-line no-var -- a property of the global object, which only `var` declares
  var earlyEvents: Event[] | undefined;
}

/** Milliseconds after which the effects of what was drawn have run: handlers of the document among them. */
const untilEffects = 50;

/** Called when the elements have their handlers: from now on nothing is kept. */
export function repeatEarlyEvents(): void {
  const events = globalThis.earlyEvents ?? [];
  globalThis.earlyEvents = undefined;
  if (events.length === 0) return;
  setTimeout(() => {
    for (const event of events) repeat(event);
  }, untilEffects);
}

/** Elements that do by themselves what they are clicked for; of a field its `input` and `change` are told. */
const acting = "a[href], summary, label, input, select, textarea, [popovertarget]";

function repeat(event: Event): void {
  const { target, type, bubbles } = event;
  if (!(target instanceof Element) || !target.isConnected) return;
  if (type === "keydown") target.dispatchEvent(new KeyboardEvent(type, event));
  else if (type !== "click") target.dispatchEvent(new Event(type, { bubbles }));
  else if (target.closest(acting) === null) target.dispatchEvent(new MouseEvent(type, event));
}
