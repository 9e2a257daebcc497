import { places } from "./places.ts";
import { Sheet } from "./sheet.tsx";
import styles from "./shell.module.css";

const keys = [
  ["Ctrl K or /", "Search, or go to a page"],
  ["j and k, or arrows", "Move in a list"],
  ["Enter", "Open the row"],
  ["x", "Select the row"],
  [".", "Actions of the row"],
  ["c", "Compare the selected runs"],
  ["Ctrl Enter", "Go on in a form"],
  ["Escape", "Close what is open"],
  ["?", "This page"],
] as const;

export default function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Sheet label="Keyboard shortcuts" onClose={onClose}>
      <div className={styles.sheetBody}>
        <h2>Keyboard shortcuts</h2>
        <dl className={styles.keys}>
          {keys.map(([key, text]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
          {places.map(({ key, label }) => (
            <div key={key}>
              <dt>
                <kbd>g {key}</kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
        <button type="button" className={styles.search} onClick={onClose} autoFocus>
          Close
        </button>
      </div>
    </Sheet>
  );
}
