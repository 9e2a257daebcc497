/** Trees in the form in which assembly/score-trees.ts scores them. place-tree-program.ts brings it there. */

/**
 * Trees by their distinct tests. Tests are numbered through: of each number column those that send NaN left, then the
 * others; behind them those of the category columns.
 */
export interface TreeProgram {
  readonly outputs: number;
  /** 1: a tree adds one number to its output; otherwise `outputs`: it adds a number to each. */
  readonly leafWidth: number;
  readonly numbers: readonly NumberColumn[];
  readonly categories: readonly CategoryColumn[];
  readonly trees: readonly ProgramTree[];
}

export interface NumberColumn {
  readonly feature: number;
  /** Ascending, at most 254. */
  readonly cuts: Float64Array;
  /** Tests: values above this cut go right, NaN goes left. */
  readonly missingLeft: Uint8Array;
  /** Tests: values above this cut go right, NaN goes right. */
  readonly missingRight: Uint8Array;
}

export interface CategoryColumn {
  readonly feature: number;
  /** Categories 0 to this one less are told apart; at most 254. */
  readonly categories: number;
  /** Tests: 255 for each category that goes right, 0 for the others; then all further categories; then NaN. */
  readonly rights: readonly Uint8Array[];
}

export interface ProgramTree {
  /**
   * Three numbers a split, children before their parent: test, left, right. A child that is 0 or more is a leaf, by its
   * place from left to right; otherwise it is split -1 - child of this tree. The last split is the root; none: one leaf.
   */
  readonly splits: Int32Array;
  /** The output that the tree adds to; 0 where leafWidth is not 1. */
  readonly output: number;
  /** leafWidth numbers a leaf, from left to right. */
  readonly values: Float64Array;
}
