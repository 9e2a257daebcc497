/** Nothing waits for ever. Milliseconds, from the event that is named. */

/** A replica's start to its "ready". */
export const startTimeout = 60_000;
/** "drain" to the end of the process; then it is killed. */
export const drainTimeout = 30_000;
/** "configure" to "configured"; then the replica is replaced. */
export const configureTimeout = 10_000;
/** The last sign of life of a replica; then it is taken to hang. Longer where one answer may take longer. */
export const silenceTimeout = 30_000;
/** Milliseconds for which an idle connection may be used once more, while another replica takes new ones. */
export const idleWhileDraining = 10_000;
/** The same where there is no other: whoever comes late is refused anyway. */
export const idleAtStop = 200;
