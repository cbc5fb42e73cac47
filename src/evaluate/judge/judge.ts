import { InputError, requireInteger, requireKnownOptions, requireOneOf, requirePositive } from '../../core';
import { prepareLibrary } from '../../motifs/match/nearest';
import type { MotifLibrary } from '../../motifs/match/nearestRecords';
import { motifCount } from '../../motifs/motifCount';
import { describeBonds } from '../../structures/bonds';
import type { Interval } from '../statistics/bootstrap';
import {
  knownSpecies,
  type MotifSpecies,
  motifBondsOf,
  motifCoordination,
  motifSymbols,
  SATURATED,
  saturatedShare,
  shortestDistances,
} from '../structure/motifs';
import {
  drawMotifs,
  type Grounds,
  type MetricStep,
  nearestTraining,
  type PreparedMotifs,
  prepareMotifs,
  STEPS,
} from './judgeMetrics';
import { JUDGE_OPTIONS, type JudgeOptions, type Settings } from './judgeOptions';

/** Motifs to judge or to judge by; `Environments` and `DecodedMotifs` are such. */
export interface JudgedMotifs extends MotifSpecies {
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

/** A step of a judgement, for progress: its name and the work. */
export interface JudgeStep {
  name: string;
  run: () => JudgedMetric[];
}

/** Judges sets of motifs by the same references, whose own numbers are computed once. */
export interface MotifJudge {
  /** What was measured or left out for want of an option, in words. */
  notes: string[];
  /** All metrics of a set. */
  judge(motifs: JudgedMotifs): JudgedMetric[];
  /** The same in steps. */
  steps(motifs: JudgedMotifs): JudgeStep[];
}

/** Held-out motifs that are always enough for the percentile that marks memorized motifs. */
const HELD_OUT_NOVELTY = 500;

/** Keys, names and units of all metrics in their order. */
export const METRICS: readonly { key: string; name: string; unit: string }[] = STEPS.flatMap(({ metrics }) => metrics);

/**
 * A judge of sets of motifs against held-out ones: all metrics, each with its bootstrap interval, and the floor beside
 * it: the same metric of the training motifs.
 *
 * Wasserstein-1 distances of neighbor distances, pair distances, bond angles, coordination, tetrahedral order and,
 * where a potential was passed, the central atom's energy; the bond-angle distance of Dismai-Bench; median energy;
 * validity; precision, recall, density and coverage and two classifier two-sample tests on `motifFeatures`; distance to
 * the nearest training motif, and the part of the motifs nearer than 99 % of the held-out ones are.
 *
 * Intervals are over motifs, or over whole cells of a set that has several, which are then also the folds of the
 * classifiers. Those of precision and density are over the judged motifs, those of recall and coverage over the
 * held-out ones, those of distances and classifiers over both, with the balls and the classifiers as they are. Throws
 * {@link InputError} for sets of different n, an empty set, atoms that the potential does not know, or a bad option.
 */
export function motifJudge(references: JudgeReferences, options: JudgeOptions = {}): MotifJudge {
  requireKnownOptions(options, JUDGE_OPTIONS);
  const { n } = references.heldOut;
  const settings = settled(references.heldOut, options);
  const prepare = (motifs: JudgedMotifs, place: string): PreparedMotifs =>
    prepared(motifs, references.heldOut, place, settings);
  const heldOut = prepare(references.heldOut, 'held-out motifs');
  const training = references.training && prepare(references.training, 'training motifs');
  const known = references.training;
  const library = known ? once(() => prepareLibrary(known.positions, n)) : null;
  const heldOutNovelty = once(() => {
    const drawn = drawMotifs(heldOut, Math.max(settings.novelty, HELD_OUT_NOVELTY), settings.seed);
    return nearestTraining(drawn, (library as () => MotifLibrary)());
  });
  const saturated = saturatedShare(heldOut.positions, n, { bonds: settings.bonds, ...heldOut.of });
  const grounds: Grounds = { heldOut, library, heldOutNovelty, saturated, settings };
  const all = STEPS.filter(({ energy }) => settings.potential || !energy);
  const floors = all.map((step) =>
    once(() => {
      // A training motif is its own nearest one: what new motifs of the same material have are the held-out motifs'.
      const floor = step.metrics[0].key === 'nearestTraining' ? heldOut : training;
      return training && floor ? step.measure(floor, grounds) : step.metrics.map(() => null);
    }),
  );
  const steps = (motifs: JudgedMotifs): JudgeStep[] => {
    const set = prepare(motifs, 'judged motifs');
    return all.map((step, s) => ({
      name: step.metrics[0].name,
      run: () => judged(step, step.measure(set, grounds), floors[s]()),
    }));
  };
  return {
    notes: notesOf(options, settings, saturated),
    steps,
    judge: (motifs) => steps(motifs).flatMap(({ run }) => run()),
  };
}

/**
 * The options with their defaults; limits that are not given are measured in the held-out motifs. Throws
 * {@link InputError} for a bad option.
 */
function settled(heldOut: JudgedMotifs, options: JudgeOptions): Settings {
  const { positions, n } = heldOut;
  const of = knownSpecies(heldOut);
  const bonds = options.bonds ?? motifBondsOf(positions, n, of);
  const coordination = options.coordination ?? usualRange(motifCoordination(positions, n, { bonds, ...of }));
  if (!(coordination[0] <= coordination[1])) {
    throw new InputError('option coordination', `[${coordination}]`, 'smallest, then largest');
  }
  const minDistance = options.minDistance ?? 0.9 * least(shortestDistances(positions, n));
  return {
    seed: requireInteger(options.seed ?? 0, 'option seed'),
    resamples: requireInteger(options.resamples ?? 1000, 'option resamples', 2),
    level: options.level ?? 0.95,
    resample: requireOneOf(options.resample ?? 'cells', ['cells', 'motifs'], 'option resample'),
    motifs: requireInteger(options.motifs ?? 2000, 'option motifs', 1),
    novelty: requireInteger(options.novelty ?? 500, 'option novelty'),
    bonds,
    coordination,
    minDistance: requirePositive(minDistance, 'option minDistance'),
    potential: options.potential,
  };
}

/** The least and greatest of the counts but for 1 % at either end. */
function usualRange(counts: Int32Array): [number, number] {
  const cut = Math.floor(0.01 * counts.length);
  const sorted = counts.sort();
  return [sorted[cut], sorted[counts.length - 1 - cut]];
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function notesOf(options: JudgeOptions, settings: Settings, saturated: number): string[] {
  const { bonds, minDistance, coordination, potential } = settings;
  const notes = potential ? [] : ['no energies, for no potential was given'];
  if (options.bonds === undefined) notes.push(`bonds from the first minimum of g(r): ${describeBonds(bonds)}`);
  if (options.minDistance === undefined) notes.push(`least distance of a valid motif: ${minDistance.toFixed(2)} Å`);
  if (saturated > SATURATED) {
    const share = `${(100 * saturated).toFixed(0)} % of the held-out motifs`;
    notes.push(`no coordination: ${share} have all their neighbors, or all of an element, bonded and may lack more`);
    notes.push(`bonds of a valid motif: at least ${coordination[0]}, among the neighbors kept`);
  } else if (!options.coordination) notes.push(`coordination of a valid motif: ${coordination.join(' to ')}`);
  return notes;
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

function prepared(motifs: JudgedMotifs, heldOut: JudgedMotifs, place: string, settings: Settings): PreparedMotifs {
  const { n } = heldOut;
  if (motifs.n !== n) throw new InputError(place, `${motifs.n} neighbors`, `${n}, as the held-out motifs`);
  const length = motifCount(motifs.positions, n, place);
  if (length === 0) throw new InputError(place, 'none', 'at least one motif');
  const { structures } = motifs;
  if (structures !== undefined && structures.length !== length) {
    throw new InputError(`${place}, structures`, `${structures.length} entries`, `${length}, one for each motif`);
  }
  const groups = Int32Array.from({ length }, (_, m) => structures?.[m] ?? -1);
  const of = speciesOf(motifs, heldOut, length * (n + 1), place);
  motifSymbols(of, length, n);
  const whole = { n, length, positions: motifs.positions, groups, of };
  const drawn = drawMotifs(whole, settings.motifs, settings.seed);
  return prepareMotifs(drawn.positions, n, drawn.groups, drawn.of, settings);
}

/** The species of motifs; of made ones that have none, the only element of the held-out motifs. */
function speciesOf(motifs: JudgedMotifs, heldOut: JudgedMotifs, rows: number, place: string): MotifSpecies {
  const [own, theirs] = [knownSpecies(motifs), knownSpecies(heldOut)];
  if (own.species || !theirs.species) return own;
  const kinds = [...new Set(Array.from(theirs.species))];
  if (kinds.length === 1) return { elements: theirs.elements, species: new Uint8Array(rows).fill(kinds[0]) };
  throw new InputError(place, 'no species', 'those of all atoms, as the held-out motifs have');
}

function once<T>(compute: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
