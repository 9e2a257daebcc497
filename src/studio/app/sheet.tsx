import { useEffect, useRef, type ReactNode } from "react";
import styles from "./shell.module.css";

/** A native dialog: what is behind it cannot be reached, Escape closes it, the focus goes back. */
export function Sheet(props: { readonly label: string; readonly onClose: () => void; readonly children: ReactNode }) {
  const { label, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-label={label}
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      {children}
    </dialog>
  );
}
