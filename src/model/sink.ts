/** Where a feature goes: the value of row r to values[start + r * stride]. */
export interface Sink {
  readonly values: Float64Array;
  readonly start: number;
  readonly stride: number;
}
