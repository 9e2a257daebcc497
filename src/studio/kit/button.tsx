/** Buttons, and links that look like them. */
import { createLink } from "@tanstack/react-router";
import { type ComponentPropsWithRef, type ReactElement, type ReactNode } from "react";
import { Button as AriaButton, type PressEvent } from "react-aria-components";
import { Icon, Spinner, type IconName } from "./icon.tsx";
import styles from "./button.module.css";

export type ButtonVariant = "primary" | "default" | "quiet" | "danger";
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
  readonly onPress?: (event: PressEvent) => void;
  readonly children?: ReactNode;
}

function classesOf(variant: ButtonVariant, size: ButtonSize, isIconOnly: boolean): string {
  return [styles.button, styles[variant], size === "small" && styles.small, isIconOnly && styles.iconOnly]
    .filter(Boolean)
    .join(" ");
}

export function Button(props: ButtonProps): ReactElement {
  const { variant = "default", size = "medium", icon, children, "aria-expanded": expanded, ...rest } = props;
  const expandedProps = expanded === undefined ? {} : { "aria-expanded": expanded };
  return (
    <AriaButton {...rest} {...expandedProps} className={classesOf(variant, size, children === undefined)}>
      {props.isPending ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </AriaButton>
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
