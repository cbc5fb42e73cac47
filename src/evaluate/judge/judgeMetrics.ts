import { createRng, takeRows } from '../../core';
import { nearestInLibrary } from '../../motifs/match/nearest';
import type { MotifLibrary } from '../../motifs/match/nearestRecords';
import { motifCount } from '../../motifs/motifCount';
import {
  type BootstrapOptions,
  bootstrapBalancedMean,
  bootstrapBinDistance,
  bootstrapMean,
  bootstrapMedian,
  bootstrapWasserstein1,
  type GroupedSample,
  type Interval,
  shareInterval,
} from '../statistics/bootstrap';
import { classifierTest } from '../statistics/classifier';
import { precisionRecall } from '../statistics/coverage';
import { sortedQuantile } from '../statistics/moments';
import { toDegrees } from '../structure/geometry';
import {
  type MotifSpecies,
  motifAngles,
  motifCoordination,
  motifEnergies,
  neighborDistances,
  pairDistances,
  SATURATED,
  shortestDistances,
} from '../structure/motifs';
import { motifTetrahedralOrder } from '../structure/order';
import { type MotifFeatures, motifFeatures } from './features';
import type { Settings } from './judgeOptions';

/** Motifs made ready for judging. */
export interface PreparedMotifs {
  /** Neighbors in each motif, n. */
  n: number;
  /** Number of motifs, M. */
  length: number;
  /** M × n × 3, Å. */
  positions: Float64Array;
  /** What the bootstrap draws as a whole, for each motif: its cell, or itself. */
  groups: Int32Array;
  /** Elements of the atoms, if they are known. */
  of: MotifSpecies;
  features: MotifFeatures;
}

/** What motifs are judged by. */
export interface Grounds {
  heldOut: PreparedMotifs;
  /** All training motifs, made ready when first asked for; null without any. */
  library: (() => MotifLibrary) | null;
  /** Of held-out motifs; computed once, when first asked for. */
  heldOutNovelty: () => NearestTraining;
  /** Part of the held-out motifs that are saturated. */
  saturated: number;
  settings: Settings;
}

/** Distance to the nearest training motif, Å, of each motif, and their groups. */
export interface NearestTraining {
  distances: Float64Array;
  groups: Int32Array;
}

/** A step of a judgement: one metric or several, null for one that these motifs do not have. */
export interface MetricStep {
  /** Only with a potential. */
  energy?: true;
  /** Name in the field's words, and unit, of each metric. */
  metrics: { key: string; name: string; unit: string }[];
  measure: (motifs: PreparedMotifs, grounds: Grounds) => (Interval | null)[];
}

/** Values of one quantity, motif by motif, `counts` of them for each. */
interface Quantity {
  values: ArrayLike<number>;
  counts: ArrayLike<number>;
}

/** Fewest motifs for the balls and folds of the metrics on features. */
const FEWEST = 20;
/** Neighbors that a ball of precision, recall, density and coverage reaches to. */
const BALL = 5;
/** Bins of 0.5° over 0–180°, as Dismai-Bench has them. */
const ANGLE_BINS = 360;

function neighborDistance({ positions, n, length }: PreparedMotifs): Quantity {
  return { values: neighborDistances(positions, n), counts: each(length, n) };
}

function pairDistance({ positions, n, length }: PreparedMotifs): Quantity {
  return { values: pairDistances(positions, n), counts: each(length, (n * (n - 1)) / 2) };
}

function bondAngle({ positions, n, of }: PreparedMotifs, { bonds }: Settings): Quantity {
  const counts = motifCoordination(positions, n, { bonds, ...of }).map((k) => (k * (k - 1)) / 2);
  return { values: motifAngles(positions, n, { bonds, ...of }).map(toDegrees), counts };
}

function angleBin(motifs: PreparedMotifs, settings: Settings): Quantity {
  const { values, counts } = bondAngle(motifs, settings);
  return { values: Int32Array.from(values, (angle) => Math.min(ANGLE_BINS - 1, Math.floor(2 * angle))), counts };
}

function coordination({ positions, n, length, of }: PreparedMotifs, { bonds }: Settings): Quantity {
  return { values: motifCoordination(positions, n, { bonds, ...of }), counts: each(length, 1) };
}

function tetrahedralOrder({ positions, n, length }: PreparedMotifs): Quantity | null {
  return n < 4 ? null : { values: motifTetrahedralOrder(positions, n), counts: each(length, 1) };
}

function energy({ positions, n, length, of }: PreparedMotifs, { potential }: Settings): Quantity | null {
  if (!potential) return null;
  const energies = motifEnergies(positions, n, potential, of);
  // Atoms in one place have no finite energy.
  return energies.every(Number.isFinite) ? { values: energies, counts: each(length, 1) } : null;
}

const COORDINATION = wasserstein('coordination', 'Wasserstein-1, coordination', '', coordination);

/** Everything motifs are judged by, in the order of the table. */
export const STEPS: readonly MetricStep[] = [
  wasserstein('neighborDistance', 'Wasserstein-1, neighbor distance', 'Å', neighborDistance),
  wasserstein('pairDistance', 'Wasserstein-1, pair distance', 'Å', pairDistance),
  wasserstein('bondAngle', 'Wasserstein-1, bond angle', 'degrees', bondAngle),
  {
    metrics: [{ key: 'dismaiBondAngle', name: 'Dismai-Bench distance, bond angle', unit: '' }],
    measure: (motifs, { heldOut, settings }) => [
      compare(motifs, heldOut, settings, angleBin, (a, b) => bootstrapBinDistance(a, b, ANGLE_BINS, drawing(settings))),
    ],
  },
  {
    ...COORDINATION,
    measure: (motifs, grounds) => (grounds.saturated > SATURATED ? [null] : COORDINATION.measure(motifs, grounds)),
  },
  wasserstein('tetrahedralOrder', 'Wasserstein-1, tetrahedral order', '', tetrahedralOrder),
  { ...wasserstein('energy', 'Wasserstein-1, energy of the central atom', 'eV', energy), energy: true },
  {
    energy: true,
    metrics: [{ key: 'medianEnergy', name: 'median energy of the central atom', unit: 'eV' }],
    measure: (motifs, { settings }) => {
      const quantity = energy(motifs, settings);
      return [quantity && bootstrapMedian({ values: quantity.values, groups: motifs.groups }, drawing(settings))];
    },
  },
  {
    metrics: [
      { key: 'valid', name: 'valid motifs', unit: 'fraction' },
      { key: 'tooClose', name: 'motifs with atoms too close', unit: 'fraction' },
      { key: 'miscoordinated', name: 'motifs miscoordinated', unit: 'fraction' },
    ],
    measure: measureValidity,
  },
  {
    metrics: ['precision', 'recall', 'density', 'coverage'].map((name) => ({ key: name, name, unit: '' })),
    measure: measureCoverage,
  },
  {
    metrics: ['logistic', 'neighbors'].map((kind) => ({ key: kind, name: `two-sample accuracy, ${kind}`, unit: '' })),
    measure: measureClassifiers,
  },
  {
    metrics: [
      { key: 'nearestTraining', name: 'median distance to nearest training motif', unit: 'Å' },
      { key: 'memorized', name: 'memorized motifs', unit: 'fraction' },
    ],
    measure: measureNovelty,
  },
];

function wasserstein(
  key: string,
  name: string,
  unit: string,
  quantity: (motifs: PreparedMotifs, settings: Settings) => Quantity | null,
): MetricStep {
  return {
    metrics: [{ key, name, unit }],
    measure: (motifs, { heldOut, settings }) => [
      compare(motifs, heldOut, settings, quantity, (a, b) => bootstrapWasserstein1(a, b, drawing(settings))),
    ],
  };
}

function compare(
  motifs: PreparedMotifs,
  heldOut: PreparedMotifs,
  settings: Settings,
  quantity: (motifs: PreparedMotifs, settings: Settings) => Quantity | null,
  distance: (a: GroupedSample, b: GroupedSample) => Interval,
): Interval | null {
  const [a, b] = [motifs, heldOut].map((set) => {
    const found = quantity(set, settings);
    return found && { values: found.values, groups: repeat(set.groups, found.counts) };
  });
  // No bonds, no angles.
  if (!a || !b || a.values.length === 0 || b.values.length === 0) return null;
  return distance(a, b);
}

function measureValidity({ positions, n, groups, of }: PreparedMotifs, { settings }: Grounds): Interval[] {
  const { bonds, minDistance, coordination } = settings;
  const [fewest, most] = coordination;
  const close = shortestDistances(positions, n).map((distance) => Number(distance < minDistance));
  const counts = motifCoordination(positions, n, { bonds, ...of });
  const wrong = counts.map((count) => Number(count < fewest || count > most));
  const share = (values: ArrayLike<number>): Interval => shareInterval({ values, groups }, drawing(settings));
  return [share(close.map((flag, m) => Number(!flag && !wrong[m]))), share(close), share(wrong)];
}

function measureCoverage(motifs: PreparedMotifs, { heldOut, settings }: Grounds): (Interval | null)[] {
  if (motifs.length < FEWEST || heldOut.length < FEWEST) return [null, null, null, null];
  const { values, dimension } = heldOut.features;
  const { held, recalled, covered } = precisionRecall(values, motifs.features.values, dimension, { k: BALL });
  const share = (each: ArrayLike<number>, { groups }: PreparedMotifs): Interval =>
    shareInterval({ values: each, groups }, drawing(settings));
  const density = { values: Float64Array.from(held, (count) => count / BALL), groups: motifs.groups };
  const inside = held.map((count) => Math.min(count, 1));
  return [
    share(inside, motifs),
    share(recalled, heldOut),
    bootstrapMean(density, drawing(settings)),
    share(covered, heldOut),
  ];
}

function measureClassifiers(motifs: PreparedMotifs, { heldOut, settings }: Grounds): (Interval | null)[] {
  if (motifs.length < FEWEST || heldOut.length < FEWEST) return [null, null];
  const { values, dimension } = heldOut.features;
  return (['logistic', 'neighbors'] as const).map((classifier) => {
    const { seed } = settings;
    const groups = [heldOut.groups, motifs.groups] as const;
    const right = classifierTest(values, motifs.features.values, dimension, { classifier, seed, groups });
    const told = [heldOut, motifs].map(({ groups }, s) => ({ values: right[s], groups }));
    const { value, low, high } = bootstrapBalancedMean(told[0], told[1], drawing(settings));
    return { value, low: Math.max(0, low), high: Math.min(1, high) };
  });
}

function measureNovelty(motifs: PreparedMotifs, grounds: Grounds): (Interval | null)[] {
  const { library, heldOut, heldOutNovelty, settings } = grounds;
  if (library === null || settings.novelty === 0) return [null, null];
  const known = heldOutNovelty();
  const drawn = drawMotifs(motifs, settings.novelty, settings.seed);
  const { distances, groups } = motifs === heldOut ? known : nearestTraining(drawn, library());
  const close = sortedQuantile(known.distances.slice().sort(), 0.01);
  const memorized = distances.map((distance) => (distance < close ? 1 : 0));
  return [
    bootstrapMedian({ values: distances, groups }, drawing(settings)),
    shareInterval({ values: memorized, groups }, drawing(settings)),
  ];
}

/** Searches the library for the nearest of each motif. */
export function nearestTraining(
  { positions, groups }: Pick<PreparedMotifs, 'positions' | 'groups'>,
  library: MotifLibrary,
): NearestTraining {
  return { distances: nearestInLibrary(positions, library).distances, groups };
}

/** Motifs with their features, whole groups for the bootstrap being cells if there are several, else motifs. */
export function prepareMotifs(
  positions: Float64Array,
  n: number,
  cells: ArrayLike<number> | undefined,
  of: MotifSpecies,
  { resample }: Pick<Settings, 'resample'>,
): PreparedMotifs {
  const length = motifCount(positions, n);
  const known = cells !== undefined && Array.from(cells).every((cell) => cell >= 0);
  const several = known && new Set(Array.from(cells)).size > 1;
  const groups = Int32Array.from({ length }, (_, m) => (several && resample === 'cells' ? cells[m] : m));
  return { n, length, positions, groups, of, features: motifFeatures(positions, n) };
}

/** At most `count` of the motifs, drawn at random, in their order. */
export function drawMotifs(
  motifs: Omit<PreparedMotifs, 'features'>,
  count: number,
  seed: number,
): Omit<PreparedMotifs, 'features'> {
  if (motifs.length <= count) return motifs;
  const { n } = motifs;
  const order = Int32Array.from({ length: motifs.length }, (_, m) => m);
  createRng(seed).shuffle(order);
  const chosen = order.subarray(0, count).sort();
  const { elements, species } = motifs.of;
  return {
    n,
    length: count,
    positions: takeRows(motifs.positions, 3 * n, chosen),
    groups: takeRows(motifs.groups, 1, chosen),
    of: { elements, species: species && takeRows(Uint8Array.from(species), n + 1, chosen) },
  };
}

function each(length: number, count: number): Int32Array {
  return new Int32Array(length).fill(count);
}

function repeat(groups: Int32Array, counts: ArrayLike<number>): Int32Array {
  let total = 0;
  for (let m = 0; m < groups.length; m++) total += counts[m];
  const result = new Int32Array(total);
  for (let m = 0, end = 0; m < groups.length; m++) {
    result.fill(groups[m], end, end + counts[m]);
    end += counts[m];
  }
  return result;
}

/** What of the settings is the bootstrap's. */
function drawing({ resamples, level, seed }: Settings): BootstrapOptions {
  return { resamples, level, seed };
}
