import { useEffect, useRef, useState, type ReactElement } from "react";
import { SearchField, type TextProps } from "./field.tsx";

/** Milliseconds of quiet after which what was typed counts. */
const quiet = 250;

interface SearchBoxProps extends Pick<TextProps, "label" | "placeholder" | "error"> {
  /** What is searched for; undefined: nothing. */
  readonly value: string | undefined;
  /** Called with what was typed, undefined where that is nothing: after a moment of quiet, by Enter and Escape at once. */
  readonly onSearch: (text: string | undefined) => void;
}

/** A search that stands in the address. A value that changes from elsewhere, such as by a link, is shown. */
export function SearchBox({ value = "", onSearch, ...field }: SearchBoxProps): ReactElement {
  const [typed, setTyped] = useState(value);
  const known = useRef(value);
  const search = (text: string): void => {
    if (text === known.current) return;
    known.current = text;
    onSearch(text === "" ? undefined : text);
  };
  const latestSearch = useRef(search);
  useEffect(() => {
    latestSearch.current = search;
  });
  useEffect(() => {
    if (value !== known.current) setTyped(value);
    known.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === known.current) return;
    const timer = setTimeout(() => latestSearch.current(typed), quiet);
    return () => clearTimeout(timer);
  }, [typed]);
  return <SearchField {...field} value={typed} onChange={setTyped} onSubmit={search} />;
}
