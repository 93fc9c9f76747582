// Medians: a benchmark on a shared machine has outliers on one side only, which a mean would follow.

/** The middle of the samples. @throws Error when there are none */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  if (high === undefined) throw new Error("a median needs at least one sample");
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? high)) / 2;
}

/** The median of what `a` took more than `b` in the same round. */
export function medianDifference(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value - (b[round] ?? Number.NaN)));
}

/** The medians of named samples. */
export function medians<N extends string>(
  samples: Readonly<Record<N, readonly number[]>>,
): Record<N, number> {
  return Object.fromEntries(
    Object.entries<readonly number[]>(samples).map(([name, values]) => [name, rounded(median(values), 2)]),
  ) as Record<N, number>;
}

export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
