import type { Interval } from '../evaluate/bootstrap';
import { bootstrapMean, bootstrapWasserstein1 } from '../evaluate/bootstrap';
import { classifierTest } from '../evaluate/classifier';
import { precisionRecall } from '../evaluate/coverage';
import { motifFeatures } from '../evaluate/features';
import { motifAngles, motifCoordination, neighborDistances, pairDistances, validity } from '../evaluate/motifs';
import { novelty } from '../evaluate/novelty';
import { motifTetrahedralOrder } from '../evaluate/order';
import { motifStillingerWeber } from '../evaluate/stillingerWeber';
import { drawMotifs, type MotifSet } from './motifSet';

/** One row of the table. */
export interface Metric {
  metric: string;
  unit: string;
  /** Of the judged motifs against the reference. */
  value: number;
  /** Bootstrap interval (of two-sample accuracies 1.96 standard errors); null where there is none. */
  low: number | null;
  high: number | null;
  /** The same of the training motifs against the reference, what a perfect model would have; null without them. */
  floor: number | null;
}

/** How motifs are judged. */
export interface MetricOptions {
  bonded: number;
  minDistance: number;
  resamples: number;
  level: number;
  /** Resample whole cells, where motifs have one, or motifs. */
  resample: 'motifs' | 'cells';
  seed: number;
  /** Motifs of either side whose nearest training motif is sought, which takes the longest; 0 for none. */
  novelty: number;
}

/** Values of one quantity and the motif that each belongs to. */
interface Quantity {
  values: ArrayLike<number>;
  motifs: ArrayLike<number>;
}

interface QuantityKind {
  metric: string;
  unit: string;
  measure: (set: MotifSet, options: MetricOptions) => Quantity | undefined;
}

const QUANTITIES: QuantityKind[] = [
  {
    metric: 'neighbor distance',
    unit: 'Å',
    measure: (set) => evenly(set, neighborDistances(set.positions, set.count)),
  },
  { metric: 'pair distance', unit: 'Å', measure: (set) => evenly(set, pairDistances(set.positions, set.count)) },
  { metric: 'bond angle', unit: 'degrees', measure: angles },
  {
    metric: 'coordination',
    unit: '',
    measure: (set, { bonded }) => evenly(set, motifCoordination(set.positions, set.count, { cutoff: bonded })),
  },
  {
    metric: 'tetrahedral order',
    unit: '',
    measure: (set) => (set.count < 4 ? undefined : evenly(set, motifTetrahedralOrder(set.positions, set.count))),
  },
  { metric: 'Stillinger-Weber energy', unit: 'eV', measure: energies },
];

/** A step of the work, for progress: its name and what it gives. */
export interface MetricStep {
  name: string;
  run: () => Metric[];
}

/**
 * The work that makes the table: judged motifs against reference ones, and, for the floor, training motifs against them.
 *
 * Sets are compared by Wasserstein-1 distance per quantity, precision, recall, density and coverage and a classifier
 * two-sample test on invariant features, and, with training motifs, novelty.
 */
export function metricSteps(
  judged: MotifSet,
  reference: MotifSet,
  training: MotifSet | undefined,
  options: MetricOptions,
): MetricStep[] {
  const sets: Sets = { judged, reference, training };
  return [
    ...QUANTITIES.map((kind) => ({ name: kind.metric, run: () => wasserstein(kind, sets, options) })),
    { name: 'validity', run: () => validityMetrics(sets, options) },
    { name: 'coverage', run: () => coverageMetrics(sets) },
    { name: 'two-sample tests', run: () => classifierMetrics(sets, options) },
    ...(training && options.novelty > 0
      ? [{ name: 'novelty', run: () => noveltyMetrics(sets, training, options) }]
      : []),
  ];
}

interface Sets {
  judged: MotifSet;
  reference: MotifSet;
  training?: MotifSet;
}

function wasserstein(kind: QuantityKind, { judged, reference, training }: Sets, options: MetricOptions): Metric[] {
  const [a, b, floor] = [judged, reference, training].map((set) => {
    const quantity = set && kind.measure(set, options);
    return set && quantity && { values: quantity.values, groups: groupsOf(set, quantity.motifs, options) };
  });
  if (!a || !b || a.values.length === 0 || b.values.length === 0) return [];
  const { resamples, level, seed } = options;
  const interval = bootstrapWasserstein1(a, b, { resamples, level, seed });
  const lowest =
    floor && floor.values.length > 0 ? bootstrapWasserstein1(floor, b, { resamples: 2, seed }).value : null;
  return [row(`Wasserstein-1, ${kind.metric}`, kind.unit, interval, lowest)];
}

function validityMetrics({ judged, training }: Sets, options: MetricOptions): Metric[] {
  const { bonded, minDistance, resamples, level, seed } = options;
  const measure = (set: MotifSet) => validity(set.positions, set.count, { minDistance, bonded });
  const own = measure(judged);
  const floor = training && measure(training);
  const motifs = Array.from({ length: judged.length }, (_, m) => m);
  const sample = { values: own.valid, groups: groupsOf(judged, motifs, options) };
  return [
    row('valid motifs', 'fraction', bootstrapMean(sample, { resamples, level, seed }), floor?.fraction),
    row('motifs with atoms too close', 'fraction', own.tooClose, floor?.tooClose),
    row('motifs miscoordinated', 'fraction', own.miscoordinated, floor?.miscoordinated),
  ];
}

/** Neighbors that a ball reaches to, at the default of {@link precisionRecall}. */
const BALL = 5;

function coverageMetrics({ judged, reference, training }: Sets): Metric[] {
  if (judged.length <= BALL || reference.length <= BALL) return [];
  const [real, generated] = [reference, judged].map((set) => motifFeatures(set.positions, set.count));
  const own = precisionRecall(real.values, generated.values, real.dimension);
  const floor =
    training && training.length > BALL
      ? precisionRecall(real.values, motifFeatures(training.positions, training.count).values, real.dimension)
      : undefined;
  return (['precision', 'recall', 'density', 'coverage'] as const).map((name) =>
    row(name, '', own[name], floor?.[name]),
  );
}

/** Fewest motifs for five folds that each have something to learn from. */
const FEWEST = 20;

function classifierMetrics({ judged, reference, training }: Sets, { seed }: MetricOptions): Metric[] {
  if (judged.length < FEWEST || reference.length < FEWEST) return [];
  const [a, b] = [judged, reference].map((set) => motifFeatures(set.positions, set.count));
  const c = training && training.length >= FEWEST ? motifFeatures(training.positions, training.count) : undefined;
  return (['logistic', 'neighbors'] as const).map((classifier) => {
    const { accuracy, error } = classifierTest(a.values, b.values, a.dimension, { classifier, seed });
    const [low, high] = [Math.max(0, accuracy - 1.96 * error), Math.min(1, accuracy + 1.96 * error)];
    const interval = { value: accuracy, low, high };
    const floor = c && classifierTest(c.values, b.values, b.dimension, { classifier, seed }).accuracy;
    return row(`two-sample accuracy, ${classifier}`, '', interval, floor);
  });
}

function noveltyMetrics({ judged, reference }: Sets, training: MotifSet, options: MetricOptions): Metric[] {
  const [a, b] = [judged, reference].map((set) => drawMotifs(set, options.novelty, options.seed).positions);
  const { median, memorized } = novelty(a, training.positions, b, judged.count);
  return [
    row('median distance to nearest training motif', 'Å', median.generated, median.heldOut),
    row('memorized motifs', 'fraction', memorized, 0.01),
  ];
}

type Bounds = Pick<Interval, 'value' | 'low' | 'high'>;

function row(metric: string, unit: string, of: Bounds | number, floor: number | null = null): Metric {
  const { value, low, high } = typeof of === 'number' ? { value: of, low: null, high: null } : of;
  return { metric, unit, value, low, high, floor };
}

/** The same number of values for each motif. */
function evenly(set: MotifSet, values: ArrayLike<number>): Quantity {
  const each = values.length / set.length;
  return { values, motifs: Int32Array.from({ length: values.length }, (_, i) => Math.floor(i / each)) };
}

/** Bond angles at the center: as many for a motif as pairs of its bonds. */
function angles(set: MotifSet, { bonded }: MetricOptions): Quantity {
  const values = motifAngles(set.positions, set.count, { cutoff: bonded }).map((angle) => (angle * 180) / Math.PI);
  const bonds = motifCoordination(set.positions, set.count, { cutoff: bonded });
  const motifs = Array.from(bonds).flatMap((k, m) => new Array<number>((k * (k - 1)) / 2).fill(m));
  return { values, motifs };
}

/** Energies of the central atoms, if all is silicon. */
function energies(set: MotifSet): Quantity | undefined {
  if (set.species.some((symbol) => symbol !== 'Si')) return undefined;
  return evenly(set, motifStillingerWeber(set.positions, set.count).energies);
}

function groupsOf(set: MotifSet, motifs: ArrayLike<number>, { resample }: MetricOptions): ArrayLike<number> {
  if (resample === 'motifs' || set.structures.some((s) => s < 0)) return motifs;
  return Int32Array.from(motifs, (m) => set.structures[m]);
}
