/** Buttons, and links that look like them. */
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef, MouseEvent, ReactElement, ReactNode, Ref } from "react";
import { Icon, Spinner, type IconName } from "./icon.tsx";
import styles from "./button.module.css";

type ButtonVariant = "primary" | "default" | "quiet" | "danger";
export type ButtonSize = "small" | "medium";

export interface ButtonProps {
  /** primary: the one main action of a page or dialog; quiet: without a border; danger: cannot be undone. */
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly icon?: IconName;
  /** Shows a turning ring and takes no further press. */
  readonly isPending?: boolean;
  readonly isDisabled?: boolean;
  readonly type?: "button" | "submit";
  /** Id of the form that a submit button outside of it submits. */
  readonly form?: string;
  readonly autoFocus?: boolean;
  /** The name where `children` is no text. */
  readonly "aria-label"?: string;
  readonly "aria-expanded"?: boolean;
  readonly "aria-pressed"?: boolean;
  readonly "aria-haspopup"?: "menu" | "dialog";
  readonly "aria-controls"?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement>;
  /** By pointer, Enter or space. */
  readonly onPress?: (event: MouseEvent<HTMLButtonElement>) => void;
  readonly children?: ReactNode;
}

function classesOf(variant: ButtonVariant, size: ButtonSize, isIconOnly: boolean): string {
  return [styles.button, styles[variant], size === "small" && styles.small, isIconOnly && styles.iconOnly]
    .filter(Boolean)
    .join(" ");
}

/** The native button: what it does by keyboard and on phones is the browser's. */
export function Button(props: ButtonProps): ReactElement {
  const { variant = "default", size = "medium", icon, isPending, isDisabled, onPress, children, ...rest } = props;
  const onClick = (event: MouseEvent<HTMLButtonElement>): void => {
    // It keeps the focus while work is under way, so it is not disabled.
    if (isPending) event.preventDefault();
    else onPress?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={classesOf(variant, size, children === undefined)}
      disabled={isDisabled}
      aria-disabled={isPending || undefined}
      aria-busy={isPending || undefined}
      onClick={onClick}
    >
      {isPending ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button of which the picture is all: `label` is its name. */
export function IconButton(
  props: Omit<ButtonProps, "children" | "aria-label" | "icon"> & { readonly icon: IconName; readonly label: string },
): ReactElement {
  const { label, ...rest } = props;
  return <Button variant="quiet" size="small" {...rest} aria-label={label} />;
}

interface ButtonAnchorProps extends ComponentPropsWithRef<"a"> {
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly icon?: IconName;
}

function ButtonAnchor({
  variant = "default",
  size = "medium",
  icon,
  children,
  ...rest
}: ButtonAnchorProps): ReactElement {
  return (
    <a {...rest} className={classesOf(variant, size, children === undefined)}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}

/** The router's Link (to, params, search) that looks like a button: variant, size, icon. */
export const LinkButton = createLink(ButtonAnchor);
