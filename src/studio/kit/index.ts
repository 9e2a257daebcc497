/** The controls of the studio: what a page is made of. Looks are in tokens.css; native elements wherever there is one. */
export { Button, IconButton, LinkButton, type ButtonProps, type ButtonVariant } from "./button.tsx";
export { Checkbox, RadioGroup, Slider, Switch } from "./choice.tsx";
export { CodeBlock, type CodeBlockProps } from "./code-block.tsx";
export { ComboBox } from "./combo-box.tsx";
export type { CodeLanguage } from "./highlight.ts";
export { CopyAs, type CopyAsProps } from "./copy-as.tsx";
export { CopyButton, copyText } from "./copy.tsx";
export { ConfirmDialog, Dialog, type ConfirmDialogProps, type DialogProps } from "./dialog.tsx";
export { ErrorCard, type ErrorCardProps } from "./error-card.tsx";
export { errorText, type ErrorText } from "./error-text.ts";
export { Field, SearchField, TextArea, TextField, type FieldProps } from "./field.tsx";
export { FileDrop, type FileDropProps } from "./file-drop.tsx";
export {
  formatBytes,
  formatDate,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRelativeTime,
  formatUtc,
  timeOf,
  type TimePoint,
} from "./format.ts";
export { Icon, Spinner, type IconName } from "./icon.tsx";
export { Card, DefinitionList, Disclosure, Skeleton, Tags, Toolbar, VisuallyHidden } from "./layout.tsx";
export { LogView, type LogViewProps } from "./log/log-view.tsx";
export { Menu, type MenuEntry, type MenuProps } from "./menu.tsx";
export { Meter, ProgressBar } from "./meter.tsx";
export { EmptyState, Notice } from "./notice.tsx";
export { NumberField, type NumberFieldProps } from "./number-field.tsx";
export { Page, type Crumb, type PageProps } from "./page.tsx";
export { Select, type Option } from "./select.tsx";
export { shellQuoted } from "./snippets.ts";
export { StatusBadge } from "./status-badge.tsx";
export { sentenceCase, statusLook, type Tone } from "./status.ts";
export { ColumnPicker } from "./table/column-picker.tsx";
export { DataTable } from "./table/data-table.tsx";
export type { Column, DataTableProps, RowHref, Selection, Sort } from "./table/types.ts";
export { Tabs, type Tab, type TabsProps } from "./tabs.tsx";
export { Bytes, DateTime, Duration, RelativeTime } from "./values.tsx";
