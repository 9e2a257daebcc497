/** What the columns of predictions are called, as `slipway predict` calls them. */
export const predictionColumn = "prediction";
/** Before the label. */
export const probabilityPrefix = "probability_";
