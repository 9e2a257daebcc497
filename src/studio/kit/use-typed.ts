import { useEffect, useRef, useState } from "react";

/** Milliseconds of quiet after which what was typed counts. */
const quiet = 250;

/** Text while it is typed; `onSettled` hears it after a moment of quiet. A value that changes from elsewhere is shown. */
export function useTyped(value: string, onSettled: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(value);
  const settled = useRef(onSettled);
  const known = useRef(value);
  useEffect(() => {
    settled.current = onSettled;
  });
  useEffect(() => {
    if (value !== known.current) setTyped(value);
    known.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === known.current) return;
    const timer = setTimeout(() => {
      known.current = typed;
      settled.current(typed);
    }, quiet);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
