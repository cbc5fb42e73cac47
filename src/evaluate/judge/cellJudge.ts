import { InputError, requireKnownOptions, requirePositive } from '../../core';
import { type BondOptions, type Bonds, bondsOf, type Potential, type Structure } from '../../structures';
import { describeBonds } from '../../structures/bonds';
import { type BootstrapOptions, bootstrap, bootstrapEuclidean } from '../statistics/bootstrap';
import { bondAngles, coordination, kthNeighborDistances } from '../structure/cells';
import { toDegrees } from '../structure/geometry';
import { tetrahedralOrder } from '../structure/order';
import { ringStatistics } from '../structure/rings';
import { type CellDistributions, cellDistributions } from './dismai';
import type { Estimate, JudgedMetric } from './judge';

/** Options of {@link cellJudge}. */
export interface CellJudgeOptions extends BondOptions, Omit<BootstrapOptions, 'seed'> {
  seed?: number;
  /** Atoms closer than this are too close, Å; by default nine tenths of the least distance in the held-out cells. */
  minDistance?: number;
  /** Of the energies; without it there are none. */
  potential?: Potential;
}

/** Names and units of the metrics of a cell, in their order. */
export const CELL_METRICS: readonly { key: string; name: string; unit: string }[] = [
  { key: 'apart', name: 'atoms with none too close', unit: '%' },
  { key: 'fourFold', name: 'four-fold atoms', unit: '%' },
  { key: 'meanAngle', name: 'bond angle', unit: '°' },
  { key: 'angleDeviation', name: 'deviation of bond angles', unit: '°' },
  { key: 'dismaiBondAngle', name: 'Dismai bond angle', unit: '' },
  { key: 'dismaiRadialDistribution', name: 'Dismai g(r)', unit: '' },
  { key: 'dismaiMotif', name: 'Dismai motif', unit: '' },
  { key: 'fiveRings', name: 'five-rings per atom', unit: '' },
  { key: 'sixRings', name: 'six-rings per atom', unit: '' },
  { key: 'sevenRings', name: 'seven-rings per atom', unit: '' },
  { key: 'meanOrder', name: 'tetrahedral order', unit: '' },
  { key: 'energyPerAtom', name: 'energy', unit: 'eV/atom' },
];

/** The distributions of which a metric is the distance. */
const DISTANCES: Record<string, keyof CellDistributions> = {
  dismaiBondAngle: 'angles',
  dismaiRadialDistribution: 'radial',
  dismaiMotif: 'motif',
};

/** Judges cells against reference cells. */
export interface CellJudge {
  /** What was measured or left out for want of an option, in words. */
  notes: string[];
  /** Metrics of these cells; the floor is that of the training cells. */
  judge(cells: readonly Structure[]): JudgedMetric[];
}

/**
 * Whole cells by coordination, bond angles, the metrics of Dismai-Bench, rings, tetrahedral order and, where a
 * potential was passed, energy, each with a bootstrap interval over cells, of distances over those of both sets; of a
 * single cell the interval is its value.
 * The floor is that of training cells.
 *
 * Mean and deviation of bond angles are over the angles of all cells; other values are means over cells; the Dismai
 * distances are from the mean distributions of all cells (`amorphousSiliconMetrics`) to those of the held-out cells.
 *
 * @throws InputError if there is no cell, one has atoms that the potential does not know, or naming an option
 */
export function cellJudge(
  references: { heldOut: readonly Structure[]; training?: readonly Structure[] },
  options: CellJudgeOptions = {},
): CellJudge {
  requireKnownOptions(options, ['bonds', 'minDistance', 'potential', 'resamples', 'level', 'seed']);
  const { seed = 0, resamples = 1000, level = 0.95, potential } = options;
  if (references.heldOut.length === 0) throw new InputError('held-out cells', 'none', 'at least one');
  const bonds = bondsOf(references.heldOut, options.bonds);
  const least = requirePositive(options.minDistance ?? 0.9 * leastDistance(references.heldOut), 'option minDistance');
  const metrics = CELL_METRICS.filter(({ key }) => potential || key !== 'energyPerAtom');
  const measure = (cells: readonly Structure[], place: string): Measured[] => {
    if (cells.length === 0) throw new InputError(place, 'none', 'at least one');
    return cells.map((cell) => measured(cell, { bonds, least, potential }));
  };
  const heldOut = measure(references.heldOut, 'held-out cells').map(({ distributions }) => distributions);
  const estimates = (cells: Measured[]): Estimate[] =>
    metrics.map(({ key, unit }) => {
      const part = DISTANCES[key];
      if (part) return distanceEstimate(part, cells, heldOut, { seed, resamples, level });
      const statistic = (drawn: Int32Array): number =>
        metricOf(
          key,
          Array.from(drawn, (k) => cells[k]),
        );
      const { value, low, high } = bootstrap(cells.length, statistic, { seed, resamples, level });
      return unit === '%' ? { value, low: Math.max(0, low), high: Math.min(100, high) } : { value, low, high };
    });
  const floor = references.training && estimates(measure(references.training, 'training cells'));
  const notes = potential ? [] : ['no energies, for no potential was given'];
  if (options.bonds === undefined) notes.push(`bonds from the first minimum of g(r): ${describeBonds(bonds)}`);
  if (options.minDistance === undefined) notes.push(`atoms too close: below ${least.toFixed(2)} Å`);
  return {
    notes,
    judge: (cells) => {
      const found = estimates(measure(cells, 'cells'));
      return metrics.map((metric, k) => ({ ...metric, estimate: found[k], floor: floor?.[k] ?? null }));
    },
  };
}

/** What one cell contributes. */
interface Measured {
  /** Of metrics that are means over cells. */
  values: Record<string, number>;
  /** Number, sum and sum of squares of the bond angles, degrees. */
  angles: [number, number, number];
  distributions: CellDistributions;
}

interface Limits {
  bonds: Bonds;
  least: number;
  potential?: Potential;
}

function leastDistance(cells: readonly Structure[]): number {
  return Math.min(...cells.map((cell) => kthNeighborDistances(cell, 1).reduce((a, b) => Math.min(a, b))));
}

function measured(cell: Structure, { bonds, least, potential }: Limits): Measured {
  const percent = (values: ArrayLike<number>, holds: (value: number) => boolean): number =>
    (100 * Array.from(values).filter(holds).length) / values.length;
  const degrees = bondAngles(cell, { bonds }).map(toDegrees);
  const rings = ringStatistics(cell, { bonds, maxSize: 7 }).perAtom;
  const order = tetrahedralOrder(cell);
  return {
    values: {
      apart: percent(kthNeighborDistances(cell, 1), (r) => r >= least),
      fourFold: percent(coordination(cell, { bonds }), (count) => count === 4),
      fiveRings: rings[5],
      sixRings: rings[6],
      sevenRings: rings[7],
      meanOrder: meanOf(order),
      ...(potential && { energyPerAtom: meanOf(potential.energies(cell)) }),
    },
    angles: [degrees.length, degrees.reduce((sum, a) => sum + a, 0), degrees.reduce((sum, a) => sum + a * a, 0)],
    distributions: cellDistributions(cell, { bonds }),
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function metricOf(key: string, cells: readonly Measured[]): number {
  if (key === 'meanAngle' || key === 'angleDeviation') {
    const [count, sum, squares] = [0, 1, 2].map((k) => cells.reduce((total, { angles }) => total + angles[k], 0));
    return key === 'meanAngle' ? sum / count : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  }
  return cells.reduce((sum, { values }) => sum + values[key], 0) / cells.length;
}

/** Distance of the mean distributions of cells and held-out cells; cells of both are drawn. */
function distanceEstimate(
  part: keyof CellDistributions,
  cells: readonly Measured[],
  heldOut: readonly CellDistributions[],
  options: BootstrapOptions,
): Estimate {
  const [a, b] = [cells.map(({ distributions }) => distributions[part]), heldOut.map((of) => of[part])];
  const difference = (counts: ArrayLike<number>): Float64Array => {
    const sum = new Float64Array(a[0].length);
    [...a, ...b].forEach((values, k) => {
      const weight = k < a.length ? counts[k] / a.length : -counts[k] / b.length;
      if (weight !== 0) for (let i = 0; i < sum.length; i++) sum[i] += weight * values[i];
    });
    return sum;
  };
  return bootstrapEuclidean([a.length, b.length], difference, options);
}
