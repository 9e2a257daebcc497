/** What the contributions of one learner are added to. */

/** Some rows, and the contributions found for them so far. */
export interface Block {
  readonly rows: number;
  /** rows x features, row-major. */
  readonly features: Float64Array;
  /** The input column (position in Model.inputs) that each feature is made from. */
  readonly columnOf: Int32Array;
  readonly columns: number;
  readonly outputs: number;
  /** rows x outputs x columns. */
  readonly contributions: Float64Array;
}

/** `factor` times output `from` of a learner is part of the explained output `to`. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}
