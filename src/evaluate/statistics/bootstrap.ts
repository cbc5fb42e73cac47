import { asRng, InputError, requireFinite, requireInteger, requireKnownOptions, type SeedOrRng } from '../../core';
import { sortedQuantile } from './moments';
import {
  type GroupCounts,
  groupCounts,
  mergeValues,
  type ResampledValues,
  resampledFractions,
  resampledMean,
  resampledMedian,
  resampledWasserstein1,
  sortValues,
} from './resamples';

/** Options of all bootstrap calls. */
export interface BootstrapOptions {
  /** Resamples; default 1,000. */
  resamples?: number;
  /** Part of the resampled values inside the interval; default 0.95. */
  level?: number;
  /** Default 0. */
  seed?: SeedOrRng;
}

/** A number with its bootstrap interval. */
export interface Interval {
  /** Of the sample as it is. */
  value: number;
  /** Percentile interval of the resampled values. */
  low: number;
  high: number;
  /** Standard deviation of the resampled values. */
  deviation: number;
}

/** Values of one quantity, some of which belong together: angles of one motif, motifs of one cell. */
export interface GroupedSample {
  values: ArrayLike<number>;
  /** Group of each value, integers from 0; absent if each value stands alone. Whole groups are resampled. */
  groups?: ArrayLike<number>;
}

/**
 * Percentile bootstrap interval of any statistic of `count` samples (or cells, if these are what is drawn).
 *
 * `statistic` gets the indices drawn, `count` of them with replacement; first 0 … count−1 for the value itself. Efron
 * & Tibshirani, An Introduction to the Bootstrap (1993), §13.3. Throws {@link InputError} for a bad option.
 */
export function bootstrap(
  count: number,
  statistic: (indices: Int32Array) => number,
  options: BootstrapOptions = {},
): Interval {
  requireInteger(count, 'count', 1);
  const value = statistic(Int32Array.from({ length: count }, (_, i) => i));
  const indices = new Int32Array(count);
  return interval(value, options, (resamples, seed) => {
    const rng = asRng(seed);
    return Float64Array.from({ length: resamples }, () => {
      for (let i = 0; i < count; i++) indices[i] = rng.integer(count);
      return statistic(indices);
    });
  });
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
  const statistic = (counts: GroupCounts): number => {
    const [a, b] = samples.map((sample) => resampledMean(sample, counts));
    return (a + b) / 2;
  };
  return bootstrapGroups(samples, statistic, options);
}

/** Bootstrap interval of a median, between the two middle values of an even number; whole groups are resampled. */
export function bootstrapMedian(sample: GroupedSample, options: BootstrapOptions = {}): Interval {
  const samples = checked([sample], ['sample']);
  const sorted = sortValues(samples[0]);
  return bootstrapGroups(samples, (counts) => resampledMedian(sorted, counts), options);
}

/**
 * Euclidean distance of two samples' distributions as fractions in bins, with its bootstrap interval; whole groups of
 * both are resampled. Values are bin numbers from 0 to `bins` − 1.
 */
export function bootstrapBinDistance(
  first: GroupedSample,
  second: GroupedSample,
  bins: number,
  options: BootstrapOptions = {},
): Interval {
  const samples = checkedPair(first, second);
  const statistic = (counts: GroupCounts): number => {
    const [a, b] = samples.map((sample) => resampledFractions(sample, counts, bins));
    return Math.sqrt(a.reduce((sum, fraction, bin) => sum + (fraction - b[bin]) ** 2, 0));
  };
  return bootstrapGroups(samples, statistic, options);
}

/**
 * Wasserstein-1 distance of two samples with its bootstrap interval; whole groups of both are resampled.
 *
 * Resampling adds noise of its own, so the interval lies above the value when the samples hardly differ: set it beside
 * the same number for two sets that should agree. Both samples are sorted once, so 1,000 resamples of 10⁴ values take
 * some hundredths of a second.
 */
export function bootstrapWasserstein1(
  first: GroupedSample,
  second: GroupedSample,
  options: BootstrapOptions = {},
): Interval {
  const samples = checkedPair(first, second);
  const merged = mergeValues(samples[0], samples[1]);
  return bootstrapGroups(samples, (counts) => resampledWasserstein1(merged, counts), options);
}

/** Interval of a statistic of how often each group of each sample comes up; once each for the value itself. */
function bootstrapGroups(
  samples: ResampledValues[],
  statistic: (counts: GroupCounts) => number,
  options: BootstrapOptions,
): Interval {
  const groups = samples.map(({ sizes }) => sizes.length);
  const once = new Uint16Array(groups.reduce((sum, count) => sum + count, 0)).fill(1);
  return interval(statistic(once), options, (resamples, seed) => {
    const values = new Float64Array(resamples);
    let k = 0;
    for (const counts of groupCounts(groups, resamples, seed)) values[k++] = statistic(counts);
    return values;
  });
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

function interval(
  value: number,
  options: BootstrapOptions,
  resample: (resamples: number, seed: SeedOrRng) => Float64Array,
): Interval {
  requireKnownOptions(options, ['resamples', 'level', 'seed']);
  const resamples = requireInteger(options.resamples ?? 1000, 'option resamples', 2);
  const level = options.level ?? 0.95;
  if (!(level > 0 && level < 1)) throw new InputError('option level', String(level), 'a number between 0 and 1');
  const values = resample(resamples, options.seed ?? 0).sort();
  const mean = values.reduce((sum, v) => sum + v, 0) / resamples;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (resamples - 1);
  return {
    value,
    low: sortedQuantile(values, (1 - level) / 2),
    high: sortedQuantile(values, (1 + level) / 2),
    deviation: Math.sqrt(variance),
  };
}
