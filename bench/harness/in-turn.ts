export interface Turn<T> {
  readonly run: () => Promise<T>;
}

/**
 * Runs the contenders in turn, A B A B, so that whatever else the machine does hits all of them alike. The first
 * `warmUps` rounds are thrown away.
 * @returns for each contender its `repetitions` results
 */
export async function inTurn<T>(
  contenders: readonly Turn<T>[],
  { warmUps, repetitions }: { readonly warmUps: number; readonly repetitions: number },
): Promise<T[][]> {
  const results: T[][] = contenders.map(() => []);
  for (let round = 0; round < warmUps + repetitions; round++) {
    for (const [index, contender] of contenders.entries()) {
      const result = await contender.run();
      if (round >= warmUps) results[index].push(result);
    }
  }
  return results;
}
