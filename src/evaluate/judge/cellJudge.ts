import { InputError, requireKnownOptions, requirePositive } from '../../core';
import { type BondOptions, bondsOf, type Potential, type Structure } from '../../structures';
import { describeBonds } from '../../structures/bonds';
import type { ScatteringWeights } from '../../structures/scattering';
import { type BootstrapOptions, bootstrap, bootstrapArea, bootstrapEuclidean } from '../statistics/bootstrap';
import { kthNeighborDistances } from '../structure/cells';
import { type CellMetric, cellMetrics, type Measured, measuredIn } from './cellMetrics';
import type { Estimate, JudgedMetric } from './judge';

/** Options of {@link cellJudge}. */
export interface CellJudgeOptions extends BondOptions, Omit<BootstrapOptions, 'seed'> {
  seed?: number;
  /** Atoms closer than this are too close, Å; by default nine tenths of the least distance in the held-out cells. */
  minDistance?: number;
  /**
   * The element that forms a network and the one that bridges it, such as 'Si-O', for bridges and rings; by default
   * where there are bonds of two elements to each other only, the one with more bonds forms it.
   */
  network?: string;
  /** Amplitudes of the elements by the name of a kind of scattering, each for a distance of S(q); by default none. */
  scattering?: Readonly<Record<string, ScatteringWeights>>;
  /** Of the energies; without it there are none. */
  potential?: Potential;
}

/** Judges cells against reference cells. */
export interface CellJudge {
  /** What was measured or left out for want of an option, in words. */
  notes: string[];
  /** Metrics of these cells; the floor is that of the training cells. */
  judge(cells: readonly Structure[]): JudgedMetric[];
}

const NAMES = ['bonds', 'minDistance', 'network', 'scattering', 'potential', 'resamples', 'level', 'seed'];

/**
 * Whole cells of any elements by coordination, bond angles and g(r) by pair and triplet of elements, rings and, where
 * one was passed, energy or S(q), each with a bootstrap interval over cells, of distances over those of both sets; of a
 * single cell the interval is its value. The floor is that of training cells.
 *
 * Which numbers of bonds, which angles and which rings, the held-out cells decide: those that one in twenty has. With
 * one element also the metrics of Dismai-Bench and tetrahedral order, with a network bridged by another element the
 * bridges of its atoms (Qⁿ), and rings are counted in those. Mean and deviation of bond angles are over the angles of
 * all cells; distances are between the means over cells: Wasserstein-1 of bond angles and of g(r) up to 6 Å, as a
 * distribution; Euclidean as in Dismai-Bench; root mean square of S(q) up to 8 Å⁻¹. Other values are means
 * over cells.
 *
 * @throws InputError if there is no cell, one has other elements than the held-out cells or atoms that the potential
 *   does not know, or naming an option
 */
export function cellJudge(
  references: { heldOut: readonly Structure[]; training?: readonly Structure[] },
  options: CellJudgeOptions = {},
): CellJudge {
  requireKnownOptions(options, NAMES);
  const { seed = 0, resamples = 1000, level = 0.95, potential, scattering } = options;
  if (references.heldOut.length === 0) throw new InputError('held-out cells', 'none', 'at least one');
  const elements = elementsOf(references.heldOut[0]);
  const measure = (cells: readonly Structure[], place: string): { count: number; measured: Measured } => {
    if (cells.length === 0) throw new InputError(place, 'none', 'at least one');
    cells.forEach((cell, k) => {
      if (elementsOf(cell) === elements) return;
      throw new InputError(`${place}, cell ${k}`, elementsOf(cell) || 'no atoms', `${elements}, as held out`);
    });
    return { count: cells.length, measured: measuredIn(cells) };
  };
  const heldOut = measure(references.heldOut, 'held-out cells');
  const bonds = bondsOf(references.heldOut, options.bonds);
  const least = requirePositive(options.minDistance ?? 0.9 * leastDistance(references.heldOut), 'option minDistance');
  const limits = { bonds, least, network: options.network, potential, scattering };
  const { metrics, network } = cellMetrics(references.heldOut, heldOut.measured, limits);
  const settings = { seed, resamples, level };
  const estimates = ({ count, measured }: typeof heldOut): Estimate[] =>
    metrics.map((metric) => {
      const rows = measured(metric.measure);
      return 'at' in metric || metric.kind.startsWith('pooled')
        ? valueEstimate(metric, rows, count, settings)
        : distanceEstimate(metric, rows, heldOut.measured(metric.measure), settings);
    });
  const floor = references.training && estimates(measure(references.training, 'training cells'));
  const notes = potential ? [] : ['no energies, for no potential was given'];
  if (!scattering) notes.push('no S(q), for no scattering was given');
  if (options.bonds === undefined) notes.push(`bonds from the first minimum of g(r): ${describeBonds(bonds)}`);
  if (options.minDistance === undefined) notes.push(`atoms too close: below ${least.toFixed(2)} Å`);
  if (network && !options.network) notes.push(`network of ${network.split('-').join(', bridged by ')}`);
  return {
    notes,
    judge: (cells) => {
      const found = estimates(measure(cells, 'cells'));
      return metrics.map(({ key, name, unit }, k) => {
        return { key, name, unit, estimate: found[k], floor: floor?.[k] ?? null };
      });
    },
  };
}

function elementsOf({ species }: Structure): string {
  return [...new Set(species)].sort().join(', ');
}

function leastDistance(cells: readonly Structure[]): number {
  return Math.min(...cells.map((cell) => kthNeighborDistances(cell, 1).reduce((a, b) => Math.min(a, b))));
}

type Settings = BootstrapOptions & { seed: number };

function valueEstimate(
  metric: CellMetric,
  rows: readonly ArrayLike<number>[],
  count: number,
  settings: Settings,
): Estimate {
  const statistic = (drawn: Int32Array): number => {
    const total = (at: number): number => drawn.reduce((sum, k) => sum + rows[k][at], 0);
    if ('at' in metric) return total(metric.at) / drawn.length;
    const [values, sum, squares] = [0, 1, 2].map(total);
    return metric.kind === 'pooled mean'
      ? sum / values
      : Math.sqrt(Math.max(0, squares / values - (sum / values) ** 2));
  };
  const { value, low, high } = bootstrap(count, statistic, settings);
  return metric.unit === '%' ? { value, low: Math.max(0, low), high: Math.min(100, high) } : { value, low, high };
}

/** Distance of the mean distributions of cells and held-out cells; cells of both are drawn. */
function distanceEstimate(
  metric: CellMetric,
  cells: readonly ArrayLike<number>[],
  heldOut: readonly ArrayLike<number>[],
  settings: Settings,
): Estimate {
  const [a, b] = metric.kind === 'rms' ? comparable(cells, heldOut) : [cells, heldOut];
  const difference = (counts: ArrayLike<number>): Float64Array => {
    const sum = new Float64Array(a[0].length);
    [...a, ...b].forEach((values, k) => {
      const weight = k < a.length ? counts[k] / a.length : -counts[k] / b.length;
      if (weight !== 0) for (let i = 0; i < sum.length; i++) sum[i] += weight * values[i];
    });
    return sum;
  };
  const groups = [a.length, b.length];
  if (metric.kind !== 'wasserstein') return bootstrapEuclidean(groups, difference, settings);
  const gaps = new Float64Array(a[0].length).fill(metric.width);
  return bootstrapArea(groups, gaps, (counts) => cumulative(difference(counts)), settings);
}

/** The bins that no row lacks, each row over the root of their number. */
function comparable(...sets: (readonly ArrayLike<number>[])[]): number[][][] {
  const bins = Array.from(sets[0][0], (_, k) => k).filter((k) => sets.flat().every((row) => !Number.isNaN(row[k])));
  return sets.map((rows) => rows.map((row) => bins.map((k) => row[k] / Math.sqrt(bins.length))));
}

function cumulative(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
