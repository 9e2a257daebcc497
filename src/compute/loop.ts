/** Work that is repeated: soon after somebody asks, and every now and then; never twice at a time. */

export interface Loop {
  /** Once more, after what is under way. */
  poke(): void;
  /** Resolves when nothing is under way and nothing will be. */
  close(): Promise<void>;
}

/** @param work must not throw */
export function startLoop(work: () => Promise<void>, milliseconds: number): Loop {
  let wanted = false;
  let current: Promise<void> | null = null;
  let closed = false;
  const run = async (): Promise<void> => {
    while (wanted) {
      wanted = false;
      await work();
    }
    current = null;
  };
  const poke = (): void => {
    if (closed) return;
    wanted = true;
    current ??= run();
  };
  const timer = setInterval(poke, milliseconds);
  poke();
  return {
    poke,
    async close() {
      closed = true;
      wanted = false;
      clearInterval(timer);
      await current;
    },
  };
}
