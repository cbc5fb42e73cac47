import { InputError } from '../../core';
import { prepareLibrary } from '../../motifs/match/nearest';
import type { MotifLibrary } from '../../motifs/match/nearestRecords';
import { motifCount } from '../../motifs/motifCount';
import type { Interval } from '../statistics/bootstrap';
import {
  drawMotifs,
  type Grounds,
  type MetricStep,
  nearestTraining,
  type PreparedMotifs,
  prepareMotifs,
  STEPS,
} from './judgeMetrics';
import { type JudgeOptions, type Settings, settle } from './judgeOptions';

/** Motifs to judge or to judge by; `Environments` and `DecodedMotifs` are such. */
export interface JudgedMotifs {
  /** Neighbors in each motif, n. */
  n: number;
  /** M × n × 3, Å. */
  positions: Float64Array;
  /** Cell of each motif, length M; absent, or negative, for motifs of no cell. */
  structures?: ArrayLike<number>;
}

/** What motifs are judged by. */
export interface JudgeReferences {
  heldOut: JudgedMotifs;
  /** Gives the floor of each metric, and novelty; without it there are none. */
  training?: JudgedMotifs;
}

/** A number with its bootstrap interval. */
export type Estimate = Pick<Interval, 'value' | 'low' | 'high'>;

/** One metric of a set of motifs. */
export interface JudgedMetric {
  /** 'neighborDistance', 'precision', …: the names of {@link METRICS}. */
  key: string;
  /** In words. */
  name: string;
  /** Empty for a pure number. */
  unit: string;
  /** Null where these motifs do not have it: bond angles without bonds. */
  estimate: Estimate | null;
  /** The same of the training motifs, what a perfect model has; of novelty, that of held-out motifs. */
  floor: Estimate | null;
}

/** A step of a judgement, for progress: what it gives, and the work. */
export interface JudgeStep {
  name: string;
  run: () => JudgedMetric[];
}

/** Judges sets of motifs by the same references, whose own numbers are computed once. */
export interface MotifJudge {
  /** All metrics of a set. */
  judge(motifs: JudgedMotifs): JudgedMetric[];
  /** The same in steps. */
  steps(motifs: JudgedMotifs): JudgeStep[];
}

/** Held-out motifs that are always enough for the percentile which tells memorized motifs. */
const HELD_OUT_NOVELTY = 500;

/** Keys, names and units of all metrics in their order. */
export const METRICS: readonly { key: string; name: string; unit: string }[] = STEPS.flatMap(({ metrics }) => metrics);

/**
 * All metrics of a set of motifs against held-out ones, each with its bootstrap interval, and the floor beside it: the
 * same metric of the training motifs.
 *
 * Wasserstein-1 distances of neighbor distances, pair distances, bond angles, coordination, tetrahedral order and the
 * central atom's energy; the bond-angle distance of Dismai-Bench; median energy; validity; precision, recall, density
 * and coverage and two classifier two-sample tests on `motifFeatures`; distance to the nearest training motif, and the
 * part of the motifs nearer than 99 % of the held-out ones are.
 *
 * Intervals are percentile intervals over motifs, or over whole cells of a set that has several. Those of precision and
 * density resample the judged motifs, those of recall and coverage the held-out ones, those of the classifiers both,
 * with the balls and the classifiers as they are. Throws {@link InputError} for sets of different n, an empty set or a
 * bad option.
 */
export function judgeMotifs(
  motifs: JudgedMotifs,
  references: JudgeReferences,
  options: JudgeOptions = {},
): JudgedMetric[] {
  return motifJudge(references, options).judge(motifs);
}

/** {@link judgeMotifs} for many sets by the same references. */
export function motifJudge(references: JudgeReferences, options: JudgeOptions = {}): MotifJudge {
  const settings = settle(options);
  const n = references.heldOut.n;
  const prepare = (motifs: JudgedMotifs, place: string): PreparedMotifs => prepared(motifs, n, place, settings);
  const heldOut = prepare(references.heldOut, 'held-out motifs');
  const training = references.training && prepare(references.training, 'training motifs');
  const known = references.training;
  const library = known ? once(() => prepareLibrary(known.positions, n)) : null;
  const heldOutNovelty = once(() => {
    const drawn = drawMotifs(heldOut, Math.max(settings.novelty, HELD_OUT_NOVELTY), settings.seed);
    return nearestTraining(drawn, (library as () => MotifLibrary)());
  });
  const grounds: Grounds = { heldOut, library, heldOutNovelty, settings };
  const floors = STEPS.map((step) =>
    once(() => {
      // A training motif is its own nearest one: what new motifs of the same material have are the held-out motifs'.
      const floor = step.metrics[0].key === 'nearestTraining' ? heldOut : training;
      return training && floor ? step.measure(floor, grounds) : step.metrics.map(() => null);
    }),
  );
  const steps = (motifs: JudgedMotifs): JudgeStep[] => {
    const set = prepare(motifs, 'judged motifs');
    return STEPS.map((step, s) => ({
      name: step.metrics[0].name,
      run: () => judged(step, step.measure(set, grounds), floors[s]()),
    }));
  };
  return { steps, judge: (motifs) => steps(motifs).flatMap(({ run }) => run()) };
}

function judged(
  { metrics }: MetricStep,
  found: readonly (Interval | null)[],
  floor: readonly (Interval | null)[],
): JudgedMetric[] {
  return metrics.map((metric, k) => ({ ...metric, estimate: bounds(found[k]), floor: bounds(floor[k]) }));
}

function bounds(interval: Interval | null): Estimate | null {
  return interval && { value: interval.value, low: interval.low, high: interval.high };
}

function prepared(motifs: JudgedMotifs, n: number, place: string, settings: Settings): PreparedMotifs {
  if (motifs.n !== n) throw new InputError(place, `${motifs.n} neighbors`, `${n}, as the held-out motifs`);
  const length = motifCount(motifs.positions, n, place);
  if (length === 0) throw new InputError(place, 'none', 'at least one motif');
  const { structures } = motifs;
  if (structures !== undefined && structures.length !== length) {
    throw new InputError(`${place}, structures`, `${structures.length} entries`, `${length}, one for each motif`);
  }
  const groups = Int32Array.from({ length }, (_, m) => structures?.[m] ?? -1);
  const drawn = drawMotifs({ n, length, positions: motifs.positions, groups }, settings.motifs, settings.seed);
  return prepareMotifs(drawn.positions, n, drawn.groups, settings);
}

function once<T>(compute: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
