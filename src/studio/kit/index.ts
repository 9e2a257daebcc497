/** The controls of the studio: what a page is made of. Looks are in tokens.css; native elements wherever there is one. */
export { Button, IconButton, LinkButton } from "./button.tsx";
export { Checkbox, RadioGroup, Slider, Switch } from "./choice.tsx";
export { CodeBlock } from "./code-block.tsx";
export { apiPath, restOf, slipwayCommand } from "./command-line.ts";
export { ComboBox } from "./combo-box.tsx";
export { CopyAs, type CopyAsProps } from "./copy-as.tsx";
export { CopyButton } from "./copy.tsx";
export { ConfirmDialog, Dialog } from "./dialog.tsx";
export { ErrorCard } from "./error-card.tsx";
export { SearchField, TextArea, TextField } from "./field.tsx";
export { FileDrop } from "./file-drop.tsx";
export { formatBytes, formatDateTime, formatDuration, formatNumber, formatPercent, timeOf } from "./format.ts";
export { Icon, type IconName } from "./icon.tsx";
export {
  AnswerDisclosure,
  Card,
  DefinitionList,
  Disclosure,
  Skeleton,
  Tags,
  Toolbar,
  VisuallyHidden,
} from "./layout.tsx";
export { pagesOf, sortedBy, type ListPages } from "./list-props.ts";
export { LogView } from "./log/log-view.tsx";
export { Menu, type MenuEntry } from "./menu.tsx";
export { Meter, ProgressBar } from "./meter.tsx";
export { EmptyState, Notice } from "./notice.tsx";
export { NumberField } from "./number-field.tsx";
export { Page, type PageProps } from "./page.tsx";
export { SearchBox } from "./search-box.tsx";
export { Select } from "./select.tsx";
export { shellQuoted } from "./shell-quoted.ts";
export { StatusBadge } from "./status-badge.tsx";
export { sentenceCase, statusLook } from "./status.ts";
export { DataTable } from "./table/data-table.tsx";
export type { Column, DataTableProps, RowMenu, Selection, Sort } from "./table/types.ts";
export { Tabs } from "./tabs.tsx";
export { useSearchOf } from "./use-search-of.ts";
export { Bytes, DateTime, Duration, RelativeTime } from "./values.tsx";
export { useOpened } from "./use-opened.ts";
