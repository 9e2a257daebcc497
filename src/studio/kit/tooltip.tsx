import { useContext, type ReactElement, type ReactNode } from "react";
import { Focusable, Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";
import { DialogContainer } from "./dialog-container.ts";
import styles from "./tooltip.module.css";

export interface TooltipProps {
  /** Short text; nothing one has to know stands only here. */
  readonly content: ReactNode;
  /** One element that takes the focus: a button, a link, or any with tabIndex and a role. */
  readonly children: ReactElement<object, string>;
}

/** Says more about a control when it is pointed at or has the focus. */
export function Tooltip({ content, children }: TooltipProps): ReactElement {
  const container = useContext(DialogContainer);
  return (
    <TooltipTrigger delay={400} closeDelay={100}>
      <Focusable>{children}</Focusable>
      <AriaTooltip className={styles.tooltip} offset={6} {...(container && { UNSTABLE_portalContainer: container })}>
        {content}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
