import { InputError, requirePositive } from '../core/errors';
import { type NeighborList, neighborList } from './neighborList';
import type { Structure } from './structure';

/**
 * Which atoms are bonded: all closer than a number, Å, or those closer than the number of their pair of elements, like
 * `{ 'Si-O': 2.2 }`, in either order. Pairs without an entry are not bonded.
 */
export type Bonds = number | Readonly<Record<string, number>>;

/** Option shared by everything that counts bonds. */
export interface BondOptions {
  /** By default the first minima of the partial g(r) of the structures given, see {@link measureBonds}. */
  bonds?: Bonds;
}

/** Bonds checked against the elements that there are. */
export interface BondRule {
  /** The longest cutoff, Å. */
  longest: number;
  /** The cutoff of two elements in either order, Å; 0 for pairs that are not bonded. */
  between(a: string, b: string): number;
}

/** Å up to which the first minimum of g(r) is looked for, and the width of a bin. */
const RANGE = 6;
const BIN = 0.05;
/** Two elements whose first peak is so many times farther than the nearest of either are bonded through others only. */
const SECOND_NEIGHBORS = 1.4;

/**
 * Checks bonds.
 *
 * @param elements those of the structures; without them, any
 * @throws InputError naming a cutoff that is not a positive number, or a pair with an element that is not there
 */
export function bondRule(bonds: Bonds, elements?: Iterable<string>): BondRule {
  if (typeof bonds === 'number') {
    if (bonds !== Number.POSITIVE_INFINITY) requirePositive(bonds, 'option bonds');
    return { longest: bonds, between: () => bonds };
  }
  if (typeof bonds !== 'object' || bonds === null) {
    throw new InputError('option bonds', String(bonds), 'a distance, or an object of distances by pair of elements');
  }
  const known = elements && new Set(elements);
  const cutoffs = new Map<string, number>();
  for (const [pair, cutoff] of Object.entries(bonds)) {
    const symbols = pair.split('-');
    const there = symbols.length === 2 && symbols.every((symbol) => !known || known.has(symbol));
    if (!there) {
      const expected = known
        ? `two of ${[...known].join(', ')} and a hyphen between`
        : 'two elements and a hyphen between';
      throw new InputError('option bonds', `the pair '${pair}'`, expected);
    }
    requirePositive(cutoff, `option bonds['${pair}']`);
    cutoffs.set(symbols.join('-'), cutoff).set(symbols.reverse().join('-'), cutoff);
  }
  return { longest: Math.max(0, ...cutoffs.values()), between: (a, b) => cutoffs.get(`${a}-${b}`) ?? 0 };
}

/** The bonds given, or else those measured in the structures. */
export function bondsOf(structures: Structure | readonly Structure[], bonds?: Bonds): Bonds {
  return bonds ?? measureBonds(structures);
}

/** The bonded neighbors of every atom. Throws {@link InputError} as `neighborList` does, or naming a bad option. */
export function bondedNeighbors(structure: Structure, bonds: Bonds): NeighborList {
  if (typeof bonds === 'number') return neighborList(structure, requirePositive(bonds, 'option bonds'));
  const { species } = structure;
  const rule = bondRule(bonds, species);
  const list = neighborList(structure, rule.longest || BIN);
  const offsets = new Int32Array(list.offsets.length);
  const kept: number[] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let p = list.offsets[i]; p < list.offsets[i + 1]; p++) {
      if (list.distances[p] < rule.between(species[i], species[list.indices[p]])) kept.push(p);
    }
    offsets[i + 1] = kept.length;
  }
  const rows = (values: Float64Array | Int32Array): number[] =>
    kept.flatMap((p) => [values[3 * p], values[3 * p + 1], values[3 * p + 2]]);
  return {
    offsets,
    indices: Int32Array.from(kept, (p) => list.indices[p]),
    images: Int32Array.from(rows(list.images)),
    vectors: Float64Array.from(rows(list.vectors)),
    distances: Float64Array.from(kept, (p) => list.distances[p]),
  };
}

/**
 * Bond cutoffs by pair of elements, Å: the first minimum of each partial g(r), measured up to 6 Å. A pair whose first
 * peak is more than 1.4 times as far as the nearest peak of either element has no entry: in silica, two oxygen atoms
 * are neighbors through silicon, not by a bond.
 */
export function measureBonds(structures: Structure | readonly Structure[]): Record<string, number> {
  const counts = new Map<string, Float64Array>();
  for (const structure of [structures].flat() as Structure[]) {
    const { species } = structure;
    const { offsets, indices, distances } = neighborList(structure, RANGE);
    for (let i = 0; i + 1 < offsets.length; i++) {
      for (let p = offsets[i]; p < offsets[i + 1]; p++) count(counts, species[i], species[indices[p]], distances[p]);
    }
  }
  return cutoffsOf(counts);
}

/**
 * {@link measureBonds} of motifs: of the distances from central atoms. `symbols` has M(n + 1) entries, centers first.
 */
export function measureMotifBonds(
  distances: ArrayLike<number>,
  n: number,
  symbols: (row: number) => string,
): Record<string, number> {
  const counts = new Map<string, Float64Array>();
  for (let k = 0; k < distances.length; k++) {
    const row = (n + 1) * Math.floor(k / n);
    count(counts, symbols(row), symbols(row + 1 + (k % n)), distances[k]);
  }
  return cutoffsOf(counts);
}

/** Bonds in words: `2.85 Å`, or `Si-O 2.2 Å, …`. */
export function describeBonds(bonds: Bonds): string {
  if (typeof bonds === 'number') return `${bonds} Å`;
  const pairs = Object.entries(bonds).map(([pair, cutoff]) => `${pair} ${cutoff} Å`);
  return pairs.join(', ') || 'none';
}

function count(counts: Map<string, Float64Array>, a: string, b: string, r: number): void {
  const bin = Math.floor(r / BIN);
  if (bin >= RANGE / BIN) return;
  const pair = a < b ? `${a}-${b}` : `${b}-${a}`;
  const bins = counts.get(pair) ?? new Float64Array(Math.round(RANGE / BIN));
  counts.set(pair, bins);
  // Shells grow with the square of the distance.
  bins[bin] += 1 / (bin + 0.5) ** 2;
}

function cutoffsOf(counts: Map<string, Float64Array>): Record<string, number> {
  const found = [...counts].map(([pair, bins]) => ({ pair, ...firstShell(bins) }));
  const nearest = new Map<string, number>();
  for (const { pair, peak } of found) {
    for (const symbol of pair.split('-')) nearest.set(symbol, Math.min(peak, nearest.get(symbol) ?? Infinity));
  }
  const bonded = found.filter(({ pair, peak }) =>
    pair.split('-').every((symbol) => peak <= SECOND_NEIGHBORS * (nearest.get(symbol) as number)),
  );
  return Object.fromEntries(bonded.map(({ pair, end }) => [pair, end]).sort());
}

/** The first peak of a partial g(r) and the middle of the minimum after it, Å. */
function firstShell(bins: Float64Array): { peak: number; end: number } {
  const smooth = smoothed(smoothed(bins));
  const highest = Math.max(...smooth);
  let peak = smooth.findIndex((g) => g >= 0.3 * highest);
  while (smooth[peak + 1] > smooth[peak]) peak++;
  let least = peak;
  for (let b = peak; b < smooth.length && smooth[b] <= smooth[least] + 0.1 * smooth[peak]; b++) {
    if (smooth[b] < smooth[least]) least = b;
  }
  let last = least;
  while (last + 1 < smooth.length && smooth[last + 1] <= smooth[least] + 0.01 * smooth[peak]) last++;
  // Without a second shell there is no minimum: a quarter beyond the peak.
  const center = (b: number): number => (b + 0.5) * BIN;
  const end = last + 1 === smooth.length ? 1.25 * center(peak) : (center(least) + center(last)) / 2;
  return { peak: center(peak), end: Math.round(100 * end) / 100 };
}

function smoothed(values: Float64Array): Float64Array {
  return values.map((x, k) => ((values[k - 1] ?? 0) + 2 * x + (values[k + 1] ?? 0)) / 4);
}
