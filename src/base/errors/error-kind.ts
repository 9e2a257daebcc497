export interface ErrorKind {
  /** HTTP status when the error crosses the API or a scoring endpoint. */
  readonly status: number;
  /** What happened, without the particulars. */
  readonly title: string;
  /** What the user can do about it. */
  readonly fix: string;
}
