// Runs interleaved rounds: in each, every variant runs once, in a shuffled order. What disturbs the machine for a while
// then disturbs all variants alike, and a ratio of medians holds where the milliseconds themselves do not.

/** A source of random numbers in [0, 1) that a seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One measurement of a variant: milliseconds, or whatever its caller likes. */
export type Measure<T = number> = () => Promise<T>;

export interface RoundsOptions {
  readonly rounds: number;
  /** Rounds before these, which are not counted: they compile the code and open the connections. */
  readonly warmUp: number;
  readonly random: () => number;
}

/** @returns for each variant its measurements, one a round: those with the same index belong to one round */
export async function interleave<N extends string, T = number>(
  variants: Readonly<Record<N, Measure<T>>>,
  { rounds, warmUp, random }: RoundsOptions,
): Promise<Record<N, T[]>> {
  const names = Object.keys(variants) as N[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<N, T[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of shuffled(names, random)) {
      const sample = await variants[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** How long a piece of work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
