import { useEffect, useState, type ReactElement } from "react";
import { Button } from "./button.tsx";
import { VisuallyHidden } from "./layout.tsx";

/** How long the check mark stays, in ms. */
const confirmation = 1500;

/** Puts text into the clipboard; false where the browser does not let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** For pages over plain HTTP from another machine, where browsers hide the clipboard. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the button's name: "Copy request id". */
  readonly label?: string;
  /** Shows the word beside the picture. */
  readonly isWide?: boolean;
}

export function CopyButton({ text, label = "Copy", isWide = false }: CopyButtonProps): ReactElement {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), confirmation);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => setState((await copyText(text)) ? "copied" : "refused");
  const icon = state === "copied" ? "check" : state === "refused" ? "alert" : "copy";
  const word = state === "copied" ? "Copied" : state === "refused" ? "Not copied" : label;
  return (
    <>
      {isWide ? (
        <Button variant="quiet" size="small" icon={icon} onPress={() => void copy()}>
          {word}
        </Button>
      ) : (
        <Button variant="quiet" size="small" icon={icon} aria-label={label} onPress={() => void copy()} />
      )}
      <VisuallyHidden>
        <span role="status">{state === "idle" ? "" : word}</span>
      </VisuallyHidden>
    </>
  );
}
