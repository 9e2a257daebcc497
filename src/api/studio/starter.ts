/**
 * The script of a page that is drawn. It begins with the page's code when the page has been painted: what a browser reads
 * and compiles before that takes the processor from the painting (docs/decisions/0020). Until the code runs it keeps what
 * somebody does, which src/studio/app/early-events.ts then does again.
 */
const script = (scripts: string): string => `{
  globalThis.earlyEvents = [];
  for (const type of ["click", "input", "change", "toggle", "keydown"])
    addEventListener(type, (event) => globalThis.earlyEvents?.push(event), true);
  let start = () => {
    start = () => {};
    const [entry, ...others] = ${scripts};
    for (const href of others)
      document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", crossOrigin: "", href }));
    import(entry);
  };
  new PerformanceObserver(() => start()).observe({ type: "paint", buffered: true });
  // A tab that nobody sees is not painted.
  setTimeout(() => start(), 1000);
}`;

/** @param scripts their addresses; the first is run, and asks for the others */
export function starterOf(scripts: readonly string[]): string {
  return script(JSON.stringify(scripts));
}
