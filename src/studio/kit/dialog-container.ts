import { createContext } from "react";

/** The dialog around a control: what the control opens has to stand inside, as all beyond an open dialog is inert. */
export const DialogContainer = createContext<HTMLElement | undefined>(undefined);
