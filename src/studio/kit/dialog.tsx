/** Windows above the page: the focus stays inside, Escape closes, the focus goes back to where it came from. */
import { cloneElement, useId, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { Button, IconButton } from "./button.tsx";
import { CopyAs, type CopyAsProps } from "./copy-as.tsx";
import { TextField } from "./field.tsx";
import styles from "./dialog.module.css";

export interface DialogProps {
  readonly title: string;
  /** A Button that opens the dialog; in its place isOpen and onOpenChange tell and hear it. */
  readonly trigger?: ReactElement<{ onPress?: () => void }>;
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  /** small: 440 px (by default); large: 720 px. */
  readonly size?: "small" | "large";
  /** As a function it is given `close`. */
  readonly children?: ReactNode | ((close: () => void) => ReactNode);
  /** Buttons at the end, the primary one last; as a function they are given `close`. */
  readonly actions?: ReactNode | ((close: () => void) => ReactNode);
  /** alertdialog: interrupts to ask. A click outside does not close it. */
  readonly role?: "dialog" | "alertdialog";
}

export function Dialog(props: DialogProps): ReactElement {
  const { trigger } = props;
  const [isOpenItself, setOpenItself] = useState(false);
  const isOpen = props.isOpen ?? isOpenItself;
  const setOpen = (open: boolean): void => {
    setOpenItself(open);
    props.onOpenChange?.(open);
  };
  return (
    <>
      {trigger && cloneElement(trigger, { onPress: () => setOpen(true) })}
      {isOpen && createPortal(<DialogWindow {...props} close={() => setOpen(false)} />, document.body)}
    </>
  );
}

/** The native dialog, opened as long as it is drawn: closed before it goes, it gives the focus back. */
function DialogWindow(props: DialogProps & { readonly close: () => void }): ReactElement {
  const { title, size = "small", children, actions, role = "dialog", close } = props;
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>(firstFocus)?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      role={role === "alertdialog" ? role : undefined}
      aria-labelledby={titleId}
      className={size === "large" ? `${styles.dialog} ${styles.large}` : styles.dialog}
      onCancel={(event) => {
        // A select or a file chooser inside is cancelled, too, and its event comes by here.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget && role === "dialog") close();
      }}
    >
      <div className={styles.window}>
        <header className={styles.header}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          <IconButton icon="close" label="Close" onPress={close} />
        </header>
        <div className={styles.body}>{typeof children === "function" ? children(close) : children}</div>
        {actions !== undefined && (
          <footer className={styles.actions}>{typeof actions === "function" ? actions(close) : actions}</footer>
        )}
      </div>
    </dialog>
  );
}

/** A field to fill in, else a button of the footer: not the one that closes. */
const firstFocus =
  ":is(div > div, footer) :is(input, select, textarea):enabled:not([type=hidden], [tabindex='-1']), footer button:enabled";

interface ConfirmDialogProps extends Pick<DialogProps, "title" | "trigger" | "isOpen" | "onOpenChange"> {
  /** What will happen, and what cannot be undone. */
  readonly children?: ReactNode;
  /** The button's word: a verb, such as "Delete". */
  readonly confirmLabel: string;
  /** The name that has to be typed before the button works; for what cannot be undone. */
  readonly typeName?: string;
  readonly isDanger?: boolean;
  /** Done when its promise is; the dialog then closes, unless the answer is false or it fails. */
  readonly onConfirm: () => unknown;
  /** The command that does the same. */
  readonly cli: string;
  /** The request that does the same, where it is one. */
  readonly rest?: CopyAsProps["rest"];
}

/** Whether the work of `onConfirm` is under way, and what does it and then closes. */
function useConfirm(onConfirm: () => unknown) {
  const [isPending, setPending] = useState(false);
  const confirm = async (close: () => void): Promise<void> => {
    setPending(true);
    try {
      if ((await onConfirm()) !== false) close();
    } catch {
      // Whoever was asked says what failed; the dialog stays for another try.
    } finally {
      setPending(false);
    }
  };
  return { isPending, confirm };
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { typeName, confirmLabel, isDanger = typeName !== undefined, children } = props;
  const { title, trigger, isOpen } = props;
  const [typed, setTyped] = useState("");
  const { isPending, confirm } = useConfirm(props.onConfirm);
  const isReady = typeName === undefined || typed === typeName;
  const onOpenChange = (isNowOpen: boolean): void => {
    setTyped("");
    props.onOpenChange?.(isNowOpen);
  };
  const buttons = (close: () => void): ReactNode => (
    <>
      <span className={styles.copy}>
        <CopyAs cli={props.cli} rest={props.rest} />
      </span>
      <Button onPress={close}>Cancel</Button>
      <Button
        variant={isDanger ? "danger" : "primary"}
        isPending={isPending}
        isDisabled={!isReady}
        onPress={() => void confirm(close)}
      >
        {confirmLabel}
      </Button>
    </>
  );
  return (
    <Dialog {...{ title, trigger, isOpen, onOpenChange }} role="alertdialog" actions={buttons}>
      {(close) => (
        <>
          {children}
          {typeName !== undefined && (
            <TextField
              label={`Type ${typeName} to confirm`}
              value={typed}
              onChange={setTyped}
              onSubmit={() => isReady && void confirm(close)}
              isCode
              autoFocus
            />
          )}
        </>
      )}
    </Dialog>
  );
}
