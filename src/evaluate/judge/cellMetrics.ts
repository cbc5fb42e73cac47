import type { Bonds, Potential, Structure } from '../../structures';
import type { ScatteringWeights } from '../../structures/scattering';
import { bondAngles, bridges, coordination, kthNeighborDistances, radialDistribution } from '../structure/cells';
import { toDegrees } from '../structure/geometry';
import { tetrahedralOrder } from '../structure/order';
import { ringStatistics } from '../structure/rings';
import { structureFactor } from '../structure/structureFactor';
import { angleFractions, motifFingerprint, radialValues } from './dismai';

/** Numbers of one cell, of which metrics are made. */
export type Measure = (cell: Structure) => ArrayLike<number>;

/** A metric of cells, and how it follows from a measure. */
export type CellMetric = { key: string; name: string; unit: string; measure: Measure } & (
  | { kind: 'mean'; at: number }
  /** Over all values of all cells; measures are {@link momentsOf}. */
  | { kind: 'pooled mean' | 'pooled deviation' }
  /** Between the means of measures over cells, which are distributions; Wasserstein-1 in bins of a width. */
  | { kind: 'euclidean' }
  | { kind: 'wasserstein'; width: number }
  /** The same, root mean square over the bins that no cell lacks. */
  | { kind: 'rms' }
);

/** What cells are measured by. */
export interface CellLimits {
  bonds: Bonds;
  /** Atoms closer than this are too close, Å. */
  least: number;
  /** The element that forms a network and the one that bridges it, 'Si-O'; measured if it is undefined. */
  network?: string;
  potential?: Potential;
  scattering?: Readonly<Record<string, ScatteringWeights>>;
}

/** Rows of measures of some cells; each is taken once. */
export type Measured = (measure: Measure) => ArrayLike<number>[];

/** The measures of cells. */
export function measuredIn(cells: readonly Structure[]): Measured {
  const known = new Map<Measure, ArrayLike<number>[]>();
  return (measure) => {
    const rows = known.get(measure) ?? cells.map(measure);
    known.set(measure, rows);
    return rows;
  };
}

/** Part of all that a number of bonds, or a size of rings, must have in the held-out cells to be a metric. */
const USUAL = 0.05;
/** Most numbers of bonds of one pair of elements that are metrics. */
const NUMBERS = 3;
/** Largest coordination number that is counted. */
const MOST_BONDS = 24;
/** Largest rings looked for, of all atoms and of those that form a network. */
const LARGEST_RING = { all: 7, formers: 8 };
/** Å up to which partial g(r) are compared. */
const RADIAL = { cutoff: 6, bins: 300 };
const WAVES = { qMax: 8, width: 0.2, most: 200 };
const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const word = (n: number): string => WORDS[n] ?? String(n);

/** The metrics that these held-out cells have, and the network that was found. */
export function cellMetrics(
  heldOut: readonly Structure[],
  measured: Measured,
  limits: CellLimits,
): { metrics: CellMetric[]; network?: string } {
  const { bonds, least, potential, scattering = {} } = limits;
  const elements = [...new Set(heldOut[0].species)].sort();
  const pairs = elements.flatMap((a) => elements.map((b) => bondedPair(a, b, elements.length > 1, bonds)));
  const found = pairs.map((pair) => ({ ...pair, ...usualNumbers(measured(pair.measure)) }));
  const bonded = found.filter(({ usual }) => usual.length > 0);
  const network = limits.network ?? networkOf(bonded);
  const alone = elements.length === 1;
  const apart: Measure = (cell) => [percent(kthNeighborDistances(cell, 1), (r) => r >= least)];
  const metrics: CellMetric[] = [
    { key: 'apart', name: 'atoms with none too close', unit: '%', measure: apart, kind: 'mean', at: 0 },
    ...bonded.flatMap((pair) => pair.usual.map((n) => numberMetric(pair, n))),
    ...triplets(bonded).flatMap((triplet) => angleMetrics(triplet, alone, bonds)),
    ...elements.flatMap((a, k) => elements.slice(k).map((b) => radialMetric(a, b, alone))),
    ...(alone ? singleElementMetrics(bonds) : []),
    ...(network ? bridgeMetrics(network, bonds, measured) : []),
    ...ringMetrics(network, bonds, measured),
    ...Object.entries(scattering).map(([name, weights]) => waveMetric(name, weights)),
  ];
  if (potential) metrics.push(energyMetric(potential));
  return { metrics, network };
}

/** An ordered pair of elements and what counts the bonds of the first one's atoms to the second: % by number. */
interface BondedPair {
  a: string;
  b: string;
  /** What follows the key of each metric. */
  label: string;
  measure: Measure;
}

interface UsualBonds extends BondedPair {
  usual: number[];
  mean: number;
}

function bondedPair(a: string, b: string, several: boolean, bonds: Bonds): BondedPair {
  const measure: Measure = (cell) => sharesByNumber(coordination(cell, { bonds, pair: `${a}-${b}` }));
  return { a, b, label: several ? ` ${a}-${b}` : '', measure };
}

/** The most frequent numbers of bonds except 0, rising, and the mean. */
function usualNumbers(rows: readonly ArrayLike<number>[]): { usual: number[]; mean: number } {
  const shares = meanRow(rows);
  const numbers = [...shares.keys()].filter((n) => n > 0 && shares[n] >= 100 * USUAL);
  const usual = numbers.sort((m, n) => shares[n] - shares[m]).slice(0, NUMBERS);
  return { usual: usual.sort((m, n) => m - n), mean: shares.reduce((sum, share, n) => sum + (n * share) / 100, 0) };
}

function numberMetric({ a, b, label, measure }: BondedPair, n: number): CellMetric {
  const name = label === '' ? `${word(n)}-fold atoms` : `${a} with ${word(n)} ${b}`;
  return { key: `${word(n)}Fold${label}`, name, unit: '%', measure, kind: 'mean', at: n };
}

/** Where one element is bonded to the other only, both ways: the one with more bonds, and the other. */
function networkOf(bonded: readonly UsualBonds[]): string | undefined {
  if (bonded.length !== 2 || bonded.some(({ a, b }) => a === b)) return undefined;
  const [most, fewest] = [...bonded].sort((p, q) => q.mean - p.mean);
  return most.mean > fewest.mean ? `${most.a}-${most.b}` : undefined;
}

function triplets(bonded: readonly BondedPair[]): string[] {
  return bonded.flatMap(({ a: center, b: first }) =>
    bonded.filter(({ a, b }) => a === center && b >= first).map(({ b }) => `${first}-${center}-${b}`),
  );
}

function angleMetrics(triplet: string, alone: boolean, bonds: Bonds): CellMetric[] {
  const label = alone ? '' : ` ${triplet}`;
  const measure: Measure = (cell) => momentsOf(bondAngles(cell, { bonds, triplet }).map(toDegrees));
  const fractions: Measure = (cell) => angleFractions(cell, { bonds, triplet });
  return [
    { key: `meanAngle${label}`, name: `bond angle${label}`, unit: '°', measure, kind: 'pooled mean' },
    {
      ...{ key: `angleDeviation${label}`, name: `deviation of bond angles${label}`, unit: '°' },
      ...{ measure, kind: 'pooled deviation' },
    },
    {
      ...{ key: `bondAngle${label}`, name: `W₁ bond angle${label}`, unit: '°' },
      ...{ measure: fractions, kind: 'wasserstein', width: 0.5 },
    },
  ];
}

function radialMetric(a: string, b: string, alone: boolean): CellMetric {
  const label = alone ? '' : ` ${a}-${b}`;
  const measure: Measure = (cell) => {
    const { values } = radialDistribution(cell, { ...RADIAL, pair: `${a}-${b}` });
    const sum = values.reduce((all, g) => all + g, 0);
    return values.map((g) => (sum === 0 ? 0 : g / sum));
  };
  const width = RADIAL.cutoff / RADIAL.bins;
  return { key: `radial${label}`, name: `W₁ g(r)${label}`, unit: 'Å', measure, kind: 'wasserstein', width };
}

/** Those of Dismai-Bench, and tetrahedral order, which tell no elements apart. */
function singleElementMetrics(bonds: Bonds): CellMetric[] {
  const distance = (key: string, name: string, measure: Measure): CellMetric => {
    return { key: `dismai${key}`, name: `Dismai ${name}`, unit: '', measure, kind: 'euclidean' };
  };
  const order: Measure = (cell) => [meanOf(tetrahedralOrder(cell))];
  return [
    distance('BondAngle', 'bond angle', (cell) => angleFractions(cell, { bonds })),
    distance('RadialDistribution', 'g(r)', radialValues),
    distance('Motif', 'motif', (cell) => motifFingerprint(cell, { bonds })),
    { key: 'meanOrder', name: 'tetrahedral order', unit: '', measure: order, kind: 'mean', at: 0 },
  ];
}

function bridgeMetrics(network: string, bonds: Bonds, measured: Measured): CellMetric[] {
  const [former] = network.split('-');
  const measure: Measure = (cell) => sharesByNumber(bridges(cell, network, { bonds }));
  return usualNumbers(measured(measure)).usual.map((n) => {
    return { key: `bridges${n}`, name: `${former} with ${word(n)} bridges`, unit: '%', measure, kind: 'mean', at: n };
  });
}

function ringMetrics(network: string | undefined, bonds: Bonds, measured: Measured): CellMetric[] {
  const counted = network?.split('-')[0];
  const maxSize = counted ? LARGEST_RING.formers : LARGEST_RING.all;
  const measure: Measure = (cell) => ringStatistics(cell, { bonds, maxSize, counted }).perAtom;
  const usual = meanRow(measured(measure));
  const all = usual.reduce((sum, rings) => sum + rings, 0);
  const sizes = [...usual.keys()].filter((size) => usual[size] > 0 && usual[size] >= USUAL * all);
  return sizes.map((at) => {
    const name = `${word(at)}-rings per ${counted ?? 'atom'}`;
    return { key: `${word(at)}Rings`, name, unit: '', measure, kind: 'mean', at };
  });
}

function waveMetric(name: string, weights: ScatteringWeights): CellMetric {
  const measure: Measure = (cell) => {
    const { q, values } = structureFactor(cell, { ...WAVES, weights });
    const row = new Float64Array(Math.ceil(WAVES.qMax / WAVES.width)).fill(Number.NaN);
    q.forEach((length, k) => {
      row[Math.floor(length / WAVES.width)] = values[k];
    });
    return row;
  };
  return { key: `waves ${name}`, name: `S(q), ${name}, rms difference`, unit: '', measure, kind: 'rms' };
}

function energyMetric(potential: Potential): CellMetric {
  const measure: Measure = (cell) => [meanOf(potential.energies(cell))];
  return { key: 'energyPerAtom', name: 'energy', unit: 'eV/atom', measure, kind: 'mean', at: 0 };
}

/** % of the counts that are 0, 1, 2 … */
function sharesByNumber(counts: ArrayLike<number>): number[] {
  return Array.from({ length: MOST_BONDS + 1 }, (_, n) => percent(counts, (count) => count === n));
}

function percent(values: ArrayLike<number>, holds: (value: number) => boolean): number {
  return (100 * Array.from(values).filter(holds).length) / values.length;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanRow(rows: readonly ArrayLike<number>[]): number[] {
  return Array.from(rows[0], (_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
}

/** Number, sum and sum of squares. */
function momentsOf(values: Float64Array): number[] {
  return [values.length, values.reduce((sum, a) => sum + a, 0), values.reduce((sum, a) => sum + a * a, 0)];
}
