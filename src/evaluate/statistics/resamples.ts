import { asRng, type SeedOrRng } from '../../core';

/** How often each group of one or several samples comes up in a resample; the groups of all samples numbered on. */
export type GroupCounts = Uint16Array;

/** Draws kept for the next statistic of samples of the same sizes; a judgement has six of them. */
const MOST_KEPT = 8;
/** The most that is kept of one, bytes: 1,000 resamples of 4,000 groups. */
const MOST_BYTES = 8e6;

const kept = new Map<string, GroupCounts[]>();

/**
 * Each resample of samples of so many groups, in turn: from each sample as many groups are drawn as it has, with
 * replacement, sample by sample. The same numbers return the same counts, which must not be changed.
 */
export function* groupCounts(groups: readonly number[], resamples: number, seed: SeedOrRng): Generator<GroupCounts> {
  const total = groups.reduce((sum, count) => sum + count, 0);
  // A generator continues with other numbers; a seed always starts the same.
  const key = typeof seed === 'number' && 2 * total * resamples <= MOST_BYTES && [seed, resamples, ...groups].join();
  const known = key && kept.get(key);
  if (known) {
    yield* known;
    return;
  }
  const rng = asRng(seed);
  const all: GroupCounts[] = [];
  for (let k = 0; k < resamples; k++) {
    const counts = new Uint16Array(total);
    let first = 0;
    for (const count of groups) {
      for (let i = 0; i < count; i++) counts[first + rng.integer(count)]++;
      first += count;
    }
    if (key) all.push(counts);
    yield counts;
  }
  if (key) keep(key, all);
}

function keep(key: string, counts: GroupCounts[]): void {
  kept.set(key, counts);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT) kept.delete(oldest);
}

/** Values of one sample, and the groups they belong to. */
export interface ResampledValues {
  values: Float64Array;
  /** Index of each value's group in {@link GroupCounts}. */
  places: Int32Array;
  /** Index of the first group of this sample. */
  start: number;
  /** Values in each group. */
  sizes: Int32Array;
}

/** Values drawn in a resample. */
function totalOf({ start, sizes }: ResampledValues, counts: GroupCounts): number {
  let total = 0;
  for (let g = 0; g < sizes.length; g++) total += counts[start + g] * sizes[g];
  return total;
}

/** Mean of a sample in a resample. */
export function resampledMean(sample: ResampledValues, counts: GroupCounts): number {
  const { values, places } = sample;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += counts[places[i]] * values[i];
  return sum / totalOf(sample, counts);
}

/** The same sample with its values in ascending order, for {@link resampledMedian}. */
export function sortValues(sample: ResampledValues): ResampledValues {
  const order = ascending(sample.values);
  const { values, places } = sample;
  return { ...sample, values: Float64Array.from(order, (i) => values[i]), places: order.map((i) => places[i]) };
}

/** Median of a sorted sample in a resample, between the two middle values of an even number. */
export function resampledMedian(sorted: ResampledValues, counts: GroupCounts): number {
  const { values, places } = sorted;
  const middle = 0.5 * (totalOf(sorted, counts) - 1);
  let at = -1;
  let reached = 0;
  while (reached <= Math.floor(middle)) reached += counts[places[++at]];
  const below = values[at];
  while (reached <= Math.ceil(middle)) reached += counts[places[++at]];
  return below + (middle - Math.floor(middle)) * (values[at] - below);
}

/** Part of a sample's values in each of `bins` bins; values are bin numbers. */
export function resampledFractions(sample: ResampledValues, counts: GroupCounts, bins: number): Float64Array {
  const { values, places } = sample;
  const fractions = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) fractions[values[i]] += counts[places[i]];
  const total = totalOf(sample, counts);
  return fractions.map((count) => count / total);
}

/** Two samples in one ascending order. */
export interface MergedValues {
  samples: [ResampledValues, ResampledValues];
  /** From each value to the next, one less than the values. */
  gaps: Float64Array;
  /** As in the samples, of each value. */
  places: Int32Array;
}

/** The order for {@link differences}; equal values stay in theirs, those of the first sample first. */
export function mergeValues(a: ResampledValues, b: ResampledValues): MergedValues {
  const size = a.values.length + b.values.length;
  const values = new Float64Array(size);
  values.set(a.values);
  values.set(b.values, a.values.length);
  const order = ascending(values);
  const gaps = new Float64Array(size - 1);
  const places = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    if (i + 1 < size) gaps[i] = values[order[i + 1]] - values[order[i]];
    const inSecond = order[i] - a.values.length;
    places[i] = inSecond < 0 ? a.places[order[i]] : b.places[inSecond];
  }
  return { samples: [a, b], gaps, places };
}

/** F − G of the two samples in a resample between each value and the next, written into `into`. */
export function differences(
  { samples, gaps, places }: MergedValues,
  counts: GroupCounts,
  into: Float64Array,
): Float64Array {
  const [a, b] = samples;
  const [first, second] = [totalOf(a, counts), totalOf(b, counts)];
  const weights = Float64Array.from(counts);
  for (let g = 0; g < weights.length; g++) weights[g] /= g < b.start ? first : -second;
  let difference = 0;
  for (let i = 0; i < gaps.length; i++) {
    difference += weights[places[i]];
    into[i] = difference;
  }
  return into;
}

/** Indices of values in ascending order, of equal ones the earlier first. */
function ascending(values: Float64Array): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
}
