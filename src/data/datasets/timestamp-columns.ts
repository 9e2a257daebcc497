/** As Azure ML's with_timestamp_columns has them. */
export interface TimestampColumns {
  /** A column of dates: when a row is from. */
  readonly timestamp: string;
  /** A coarser one, by which the files of the data are parted. */
  readonly partitionTimestamp?: string;
}
