import { asRng, InputError, requireFinite, requireInteger, requireKnownOptions, type SeedOrRng } from '../../core';
import { sortedQuantile } from './moments';
import { normalQuantile, stretch, studentQuantile } from './quantiles';
import {
  differences,
  type GroupCounts,
  groupCounts,
  mergeValues,
  type ResampledValues,
  resampledFractions,
  resampledMean,
  resampledMedian,
  sortValues,
} from './resamples';

/** Options of all bootstrap calls. */
export interface BootstrapOptions {
  /** Resamples; default 1,000. */
  resamples?: number;
  /** Chance that the interval holds the true value; default 0.95. */
  level?: number;
  /** Default 0. */
  seed?: SeedOrRng;
}

/** A number with its interval. */
export interface Interval {
  /** Of the sample as it is. */
  value: number;
  low: number;
  high: number;
}

/** Values of one quantity, some of which belong together: angles of one motif, motifs of one cell. */
export interface GroupedSample {
  values: ArrayLike<number>;
  /** Group of each value, integers from 0; absent if each value stands alone. Whole groups are resampled. */
  groups?: ArrayLike<number>;
}

/**
 * Bootstrap interval of any statistic of `count` samples (or cells, if these are what is drawn).
 *
 * `statistic` gets the indices drawn, `count` of them with replacement; first 0 … count−1 for the value itself. The
 * interval is between percentiles (Efron & Tibshirani, An Introduction to the Bootstrap (1993), §13.3), stretched for
 * few samples ({@link stretch}); of a single one it is its value. Of a distance, which noise makes longer, it
 * may lie above the value: {@link bootstrapWasserstein1} does not. Throws {@link InputError} for a bad option.
 */
export function bootstrap(
  count: number,
  statistic: (indices: Int32Array) => number,
  options: BootstrapOptions = {},
): Interval {
  requireInteger(count, 'count', 1);
  const { resamples, tail, seed } = settled(options);
  const value = statistic(Int32Array.from({ length: count }, (_, i) => i));
  const indices = new Int32Array(count);
  const rng = asRng(seed);
  const values = Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < count; i++) indices[i] = rng.integer(count);
    return statistic(indices);
  });
  return { value, ...percentiles(values, value, tail, [count]) };
}

/** Bootstrap interval of a mean; whole groups are resampled. */
export function bootstrapMean(sample: GroupedSample, options: BootstrapOptions = {}): Interval {
  const samples = checked([sample], ['sample']);
  return bootstrapGroups(samples, (counts) => resampledMean(samples[0], counts), options);
}

/** Bootstrap interval of the mean of two samples' means, which count alike; whole groups of both are resampled. */
export function bootstrapBalancedMean(
  first: GroupedSample,
  second: GroupedSample,
  options: BootstrapOptions = {},
): Interval {
  const samples = checkedPair(first, second);
  const statistic = (counts: GroupCounts): number =>
    0.5 * resampledMean(samples[0], counts) + 0.5 * resampledMean(samples[1], counts);
  return bootstrapGroups(samples, statistic, options);
}

/** Bootstrap interval of a median, between the two middle values of an even number; whole groups are resampled. */
export function bootstrapMedian(sample: GroupedSample, options: BootstrapOptions = {}): Interval {
  const samples = checked([sample], ['sample']);
  const sorted = sortValues(samples[0]);
  return bootstrapGroups(samples, (counts) => resampledMedian(sorted, counts), options);
}

/**
 * Interval of a share, the mean of zeros and ones: Wilson's, with as many independent values as their scatter over
 * groups is worth (Korn & Graubard, Surv. Methodol. 24, 193 (1998)), and as many as groups where all values are alike.
 * Without groups close to the exact binomial one: 60 of 60 are 94 to 100 %. `resamples` and `seed` have no effect.
 */
export function shareInterval(sample: GroupedSample, options: BootstrapOptions = {}): Interval {
  const { tail } = settled(options);
  const [{ values, places, sizes }] = checked([sample], ['sample']);
  const wrong = values.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) throw new InputError(`sample, values[${wrong}]`, String(values[wrong]), '0 or 1');
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const sums = new Float64Array(sizes.length);
  for (let i = 0; i < values.length; i++) sums[places[i]] += values[i] - value;
  const [groups, alone] = [sizes.length, sizes.length === values.length];
  const variance = sums.reduce((sum, each) => sum + each * each, 0) / values.length ** 2;
  const alike = value === 0 || value === 1;
  const worth = alone || alike ? groups : (value * (1 - value) * (1 - 1 / groups)) / variance;
  const z = normalQuantile(tail);
  const critical = alone || alike || groups < 2 ? z : studentQuantile(tail, groups - 1);
  const ratio = Math.max(z ** 2 / values.length, worth > 0 ? critical ** 2 / worth : 0);
  const middle = (value + ratio / 2) / (1 + ratio);
  const half = Math.sqrt(ratio * value * (1 - value) + ratio ** 2 / 4) / (1 + ratio);
  // At 0 and 1 rounding must not exclude the value.
  return { value, low: Math.min(value, Math.max(0, middle - half)), high: Math.max(value, Math.min(1, middle + half)) };
}

/**
 * Euclidean distance of two samples' distributions as fractions in bins, with its interval as that of
 * {@link bootstrapEuclidean}; whole groups of both are resampled. Values are bin numbers from 0 to `bins` − 1.
 */
export function bootstrapBinDistance(
  first: GroupedSample,
  second: GroupedSample,
  bins: number,
  options: BootstrapOptions = {},
): Interval {
  const samples = checkedPair(first, second);
  const groups = samples.map(({ sizes }) => sizes.length);
  return bootstrapEuclidean(
    groups,
    (counts) => {
      const [a, b] = samples.map((sample) => resampledFractions(sample, counts, bins));
      return a.map((fraction, bin) => fraction - b[bin]);
    },
    options,
  );
}

/**
 * Length of a vector that is the difference of two samples' means, with its interval. `difference` gets how often each
 * group of both samples is drawn, once each for the value itself.
 *
 * Resampling noise makes lengths longer, as sampling noise made the value; the interval is the basic one of the square,
 * (Davison & Hinkley, Bootstrap Methods (1997), §5.2), extended to the value: its low end is 0 for samples that do not
 * differ.
 */
export function bootstrapEuclidean(
  groups: readonly number[],
  difference: (counts: GroupCounts) => Float64Array,
  options: BootstrapOptions = {},
): Interval {
  const base = difference(once(groups));
  const square = base.reduce((sum, x) => sum + x * x, 0);
  const excess = resampled(groups, options, (counts) => {
    const drawn = difference(counts);
    return drawn.reduce((sum, x) => sum + x * x, 0) - square;
  });
  const [low, high] = [excess.high, excess.low].map((by) => Math.sqrt(Math.max(0, square - by)));
  return { value: Math.sqrt(square), low: Math.min(low, Math.sqrt(square)), high: Math.max(high, Math.sqrt(square)) };
}

/**
 * Wasserstein-1 distance of two samples with its interval, that of {@link bootstrapArea}; whole groups of both are
 * resampled.
 */
export function bootstrapWasserstein1(
  first: GroupedSample,
  second: GroupedSample,
  options: BootstrapOptions = {},
): Interval {
  const samples = checkedPair(first, second);
  const merged = mergeValues(samples[0], samples[1]);
  const groups = samples.map(({ sizes }) => sizes.length);
  return bootstrapArea(groups, merged.gaps, (counts, into) => differences(merged, counts, into), options);
}

/**
 * ∫ |D|, the area under the difference D of two samples' means, with its interval. `difference` gets how often each
 * group of both samples is drawn, once each for the value itself, and may write into an array; `gaps` are between its
 * entries.
 *
 * With B what a resample adds to D, the area is too large by at most ∫ |B| (triangle inequality), and by
 * ∫ sign(D) B to first order: the interval reaches down by the upper percentile of the first, to 0 for samples that do
 * not differ, and up by that of the second. It contains the value.
 */
export function bootstrapArea(
  groups: readonly number[],
  gaps: Float64Array,
  difference: (counts: GroupCounts, into: Float64Array) => Float64Array,
  options: BootstrapOptions = {},
): Interval {
  const base = difference(once(groups), new Float64Array(gaps.length));
  const value = base.reduce((sum, x, i) => sum + Math.abs(x) * gaps[i], 0);
  const into = new Float64Array(gaps.length);
  const changes: number[] = [];
  const most = resampled(groups, options, (counts) => {
    const drawn = difference(counts, into);
    let [length, change] = [0, 0];
    for (let i = 0; i < base.length; i++) {
      const added = (drawn[i] - base[i]) * gaps[i];
      length += Math.abs(added);
      change += base[i] === 0 ? Math.abs(added) : Math.sign(base[i]) * added;
    }
    changes.push(change);
    return length;
  }).high;
  const least = percentiles(Float64Array.from(changes), 0, settled(options).tail, groups).low;
  return { value, low: Math.max(0, value - most), high: Math.max(value, value - least) };
}

/** Percentile interval of a statistic of how often each group of each sample comes up; once each for the value. */
function bootstrapGroups(
  samples: ResampledValues[],
  statistic: (counts: GroupCounts) => number,
  options: BootstrapOptions,
): Interval {
  const groups = samples.map(({ sizes }) => sizes.length);
  const value = statistic(once(groups));
  return { value, ...resampled(groups, options, statistic, value) };
}

function once(groups: readonly number[]): GroupCounts {
  return new Uint16Array(groups.reduce((sum, count) => sum + count, 0)).fill(1);
}

/** Percentiles of a statistic of resampled groups, about its value. */
function resampled(
  groups: readonly number[],
  options: BootstrapOptions,
  statistic: (counts: GroupCounts) => number,
  value = 0,
): { low: number; high: number } {
  const { resamples, tail, seed } = settled(options);
  const values = new Float64Array(resamples);
  let k = 0;
  for (const counts of groupCounts(groups, resamples, seed)) values[k++] = statistic(counts);
  return percentiles(values, value, tail, groups);
}

function percentiles(
  values: Float64Array,
  value: number,
  tail: number,
  groups: readonly number[],
): { low: number; high: number } {
  // A sample of one group does not vary; of two that do, the smaller decides.
  const fewest = Math.min(...groups.filter((count) => count > 1));
  const factor = Number.isFinite(fewest) ? stretch(tail, fewest) : 1;
  values.sort();
  const [low, high] = [tail, 1 - tail].map((part) => value + factor * (sortedQuantile(values, part) - value));
  return { low, high };
}

function settled(options: BootstrapOptions): { resamples: number; tail: number; seed: SeedOrRng } {
  requireKnownOptions(options, ['resamples', 'level', 'seed']);
  const resamples = requireInteger(options.resamples ?? 1000, 'option resamples', 2);
  const level = options.level ?? 0.95;
  if (!(level > 0 && level < 1)) throw new InputError('option level', String(level), 'a number between 0 and 1');
  return { resamples, tail: (1 - level) / 2, seed: options.seed ?? 0 };
}

function checkedPair(first: GroupedSample, second: GroupedSample): [ResampledValues, ResampledValues] {
  const [a, b] = checked([first, second], ['first sample', 'second sample']);
  return [a, b];
}

/** Samples with their groups numbered on from sample to sample, so that only groups that have values are drawn. */
function checked(samples: GroupedSample[], names: string[]): ResampledValues[] {
  let start = 0;
  return samples.map(({ values, groups }, s) => {
    const place = names[s];
    if (values.length === 0) throw new InputError(place, 'no values', 'at least one value');
    requireFinite(values, place);
    if (groups !== undefined && groups.length !== values.length) {
      throw new InputError(`${place}, groups`, `${groups.length} entries`, `${values.length}, one for each value`);
    }
    const places = new Int32Array(values.length);
    const sizes = groups === undefined ? new Int32Array(values.length).fill(1) : numberGroups(groups, places, place);
    const result = { values: new Float64Array(values), places, start, sizes };
    for (let i = 0; i < places.length; i++) places[i] = start + (groups === undefined ? i : places[i]);
    start += sizes.length;
    return result;
  });
}

/** Writes consecutive numbers of the groups in the order of their first values; returns their sizes. */
function numberGroups(groups: ArrayLike<number>, numbers: Int32Array, place: string): Int32Array {
  const seen = new Map<number, number>();
  const sizes: number[] = [];
  let number = 0;
  for (let i = 0; i < groups.length; i++) {
    // Values of a group mostly stand together.
    if (i === 0 || groups[i] !== groups[i - 1]) {
      const group = requireInteger(groups[i], `${place}, groups[${i}]`);
      number = seen.get(group) ?? seen.size;
      seen.set(group, number);
    }
    numbers[i] = number;
    sizes[number] = (sizes[number] ?? 0) + 1;
  }
  return Int32Array.from(sizes);
}
