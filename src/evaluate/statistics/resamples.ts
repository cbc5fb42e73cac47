import { asRng, type Rng, type SeedOrRng } from '../../core';
import { laneKernel } from './laneKernel';

/** Resamples whose statistic is computed in one walk over the values: one index serves four of them. */
export const LANES = 4;

/**
 * How often each group of one or several samples comes up in four resamples: group g in resample k at 4g + k, the
 * groups of all samples numbered on. More than 65,535 times in as many draws as there are groups: never.
 */
export type GroupCounts = Uint16Array;

/** Draws kept for the next statistic of samples of the same sizes; a judgement has six of them. */
const MOST_KEPT = 8;
/** The most that is kept of one, bytes: 1,000 resamples of 4,000 groups. */
const MOST_BYTES = 8e6;

const kept = new Map<string, GroupCounts[]>();

/**
 * Each four resamples of samples of so many groups, in turn: from each sample as many groups are drawn as it has, with
 * replacement, of a resample sample by sample. Beyond the last resample the counts are 0.
 *
 * The same counts are given for the same numbers, and may be changed by nobody.
 */
export function* groupCounts(groups: readonly number[], resamples: number, seed: SeedOrRng): Generator<GroupCounts> {
  const total = groups.reduce((sum, count) => sum + count, 0);
  // A generator goes on to other numbers; a seed always gives the same.
  const key = typeof seed === 'number' && 2 * total * resamples <= MOST_BYTES && [seed, resamples, ...groups].join();
  const known = key && kept.get(key);
  if (known) {
    yield* known;
    return;
  }
  const rng = asRng(seed);
  const all: GroupCounts[] = [];
  for (let first = 0; first < resamples; first += LANES) {
    const counts = new Uint16Array(LANES * total);
    for (let k = 0; k < Math.min(LANES, resamples - first); k++) drawCounts(counts, k, groups, rng);
    if (key) all.push(counts);
    yield counts;
  }
  if (key) keep(key, all);
}

function drawCounts(counts: GroupCounts, lane: number, groups: readonly number[], rng: Rng): void {
  let first = lane;
  for (const count of groups) {
    for (let i = 0; i < count; i++) counts[first + LANES * rng.integer(count)]++;
    first += LANES * count;
  }
}

function keep(key: string, counts: GroupCounts[]): void {
  kept.set(key, counts);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT) kept.delete(oldest);
}

/** Values of one sample, and the groups they belong to. */
export interface ResampledValues {
  values: Float64Array;
  /** Where the counts of each value's group begin in {@link GroupCounts}. */
  places: Int32Array;
  /** Where those of the first group of this sample begin. */
  start: number;
  /** Values in each group. */
  sizes: Int32Array;
}

/** Values drawn in each of four resamples. */
function totals({ start, sizes }: ResampledValues, counts: GroupCounts): number[] {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let g = 0, p = start; g < sizes.length; g++, p += LANES) {
    const size = sizes[g];
    a += counts[p] * size;
    b += counts[p + 1] * size;
    c += counts[p + 2] * size;
    d += counts[p + 3] * size;
  }
  return [a, b, c, d];
}

/** Means of a sample in four resamples. */
export function resampledMeans(sample: ResampledValues, counts: GroupCounts): number[] {
  const { values, places } = sample;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const p = places[i];
    const value = values[i];
    a += counts[p] * value;
    b += counts[p + 1] * value;
    c += counts[p + 2] * value;
    d += counts[p + 3] * value;
  }
  const total = totals(sample, counts);
  return [a, b, c, d].map((sum, k) => sum / total[k]);
}

/** The same sample with its values in ascending order, for {@link resampledMedians}. */
export function sortValues(sample: ResampledValues): ResampledValues {
  const order = ascending(sample.values);
  const { values, places } = sample;
  return { ...sample, values: Float64Array.from(order, (i) => values[i]), places: order.map((i) => places[i]) };
}

/** Medians of a sorted sample in four resamples, between the two middle values of an even number. */
export function resampledMedians(sorted: ResampledValues, counts: GroupCounts): number[] {
  const { values, places } = sorted;
  return totals(sorted, counts).map((total, lane) => {
    // Of an unused lane.
    if (total === 0) return Number.NaN;
    const middle = 0.5 * (total - 1);
    let at = -1;
    let reached = 0;
    while (reached <= Math.floor(middle)) reached += counts[places[++at] + lane];
    const below = values[at];
    while (reached <= Math.ceil(middle)) reached += counts[places[++at] + lane];
    return below + (middle - Math.floor(middle)) * (values[at] - below);
  });
}

/** Writes what part of a sample's values is in each bin, bin b of resample k at 4b + k; values are bin numbers. */
export function resampledFractions(sample: ResampledValues, counts: GroupCounts, fractions: Float64Array): void {
  const { values, places } = sample;
  fractions.fill(0);
  for (let i = 0; i < values.length; i++) {
    const p = places[i];
    const at = LANES * values[i];
    fractions[at] += counts[p];
    fractions[at + 1] += counts[p + 1];
    fractions[at + 2] += counts[p + 2];
    fractions[at + 3] += counts[p + 3];
  }
  const total = totals(sample, counts);
  for (let at = 0; at < fractions.length; at += LANES) {
    for (let k = 0; k < LANES; k++) fractions[at + k] /= total[k];
  }
}

/** Euclidean distances of two samples' fractions in four resamples. */
export function fractionDistances(first: Float64Array, second: Float64Array): number[] {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < first.length; at += LANES) {
    a += (first[at] - second[at]) ** 2;
    b += (first[at + 1] - second[at + 1]) ** 2;
    c += (first[at + 2] - second[at + 2]) ** 2;
    d += (first[at + 3] - second[at + 3]) ** 2;
  }
  return [a, b, c, d].map(Math.sqrt);
}

/** Two samples in one ascending order. */
export interface MergedValues {
  samples: [ResampledValues, ResampledValues];
  /** From each value to the next, one less than the values. */
  gaps: Float64Array;
  /** As in the samples, of each value. */
  places: Int32Array;
  /** Room for what each group weighs, as long as the counts. */
  weights: Float64Array;
}

/** The order for {@link resampledWasserstein1}; equal values stay in theirs, those of the first sample first. */
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
  return { samples: [a, b], gaps, places, weights: new Float64Array(b.start + LANES * b.sizes.length) };
}

/** Wasserstein-1 distances of the two samples in four resamples: ∫ |F − G| by the cumulative distributions. */
export function resampledWasserstein1(merged: MergedValues, counts: GroupCounts): number[] {
  const { samples, gaps, places, weights } = merged;
  samples.forEach((sample, s) => {
    const total = totals(sample, counts).map((sum) => (s ? -sum : sum));
    const end = sample.start + LANES * sample.sizes.length;
    for (let p = sample.start; p < end; p += LANES) {
      for (let k = 0; k < LANES; k++) weights[p + k] = counts[p + k] / total[k];
    }
  });
  return laneKernel()?.absoluteAreas(merged, gaps, places, weights) ?? absoluteAreas(gaps, places, weights);
}

/** Areas of four resamples under the absolute sums of weights, after each value as wide as its gap. */
export function absoluteAreas(gaps: Float64Array, places: Int32Array, weights: Float64Array): number[] {
  let [differenceA, differenceB, differenceC, differenceD] = [0, 0, 0, 0];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < gaps.length; i++) {
    const p = places[i];
    const gap = gaps[i];
    differenceA += weights[p];
    a += Math.abs(differenceA) * gap;
    differenceB += weights[p + 1];
    b += Math.abs(differenceB) * gap;
    differenceC += weights[p + 2];
    c += Math.abs(differenceC) * gap;
    differenceD += weights[p + 3];
    d += Math.abs(differenceD) * gap;
  }
  return [a, b, c, d];
}

/** Indices of values in ascending order, of equal ones the earlier first. */
function ascending(values: Float64Array): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
}
