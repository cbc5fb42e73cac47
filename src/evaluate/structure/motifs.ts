import { InputError, requireKnownOptions, requirePositive } from '../../core';
import { motifCount } from '../../motifs/motifCount';
import { type BondOptions, type Bonds, bondRule, measureMotifBonds } from '../../structures/bonds';
import type { Potential } from '../../structures/potential';
import type { Structure } from '../../structures/structure';
import { angleBetween } from './geometry';

/** Elements of the atoms of motifs, as `Motifs` has them. */
export interface MotifSpecies {
  /** Chemical symbols. */
  elements?: readonly string[];
  /** Index in `elements` of each atom, M(n + 1), central atoms first; without them atoms are taken as all alike. */
  species?: ArrayLike<number>;
}

/** Which atoms of motifs are bonded; by default those closer than the first minima of the distances from the center. */
export interface MotifBondOptions extends BondOptions, MotifSpecies {}

const BOND_OPTIONS = ['bonds', 'elements', 'species'];

/** Distance of each neighbor from the central atom, Å: M × n in the order of `positions` (M × n × 3, Å). */
export function neighborDistances(positions: Float64Array, n: number): Float64Array {
  const rows = motifCount(positions, n) * n;
  return Float64Array.from({ length: rows }, (_, i) => norm(positions, 3 * i));
}

/** Distances between the neighbors of each motif, Å: M × n(n−1)/2, pairs i < j row-major. */
export function pairDistances(positions: Float64Array, n: number): Float64Array {
  const motifs = motifCount(positions, n);
  const result = new Float64Array((motifs * n * (n - 1)) / 2);
  let p = 0;
  for (let m = 0; m < motifs; m++) {
    for (let i = m * n; i < (m + 1) * n; i++) {
      for (let j = i + 1; j < (m + 1) * n; j++) result[p++] = separation(positions, 3 * i, 3 * j);
    }
  }
  return result;
}

/** Shortest distance between any two atoms of each motif, the central atom included, Å: length M. */
export function shortestDistances(positions: Float64Array, n: number): Float64Array {
  const motifs = motifCount(positions, n);
  const result = new Float64Array(motifs).fill(Number.POSITIVE_INFINITY);
  for (let m = 0; m < motifs; m++) {
    for (let i = m * n; i < (m + 1) * n; i++) {
      result[m] = Math.min(result[m], norm(positions, 3 * i));
      for (let j = i + 1; j < (m + 1) * n; j++) result[m] = Math.min(result[m], separation(positions, 3 * i, 3 * j));
    }
  }
  return result;
}

/** Bond angles at the central atoms of motifs (M × n × 3, Å), radians, motif by motif: of every two bonds. */
export function motifAngles(positions: Float64Array, n: number, options: MotifBondOptions = {}): Float64Array {
  requireKnownOptions(options, BOND_OPTIONS);
  const cutoff = motifCutoffs(positions, n, options);
  const angles: number[] = [];
  for (let m = 0; m < motifCount(positions, n); m++) {
    const rows = Array.from({ length: n }, (_, k) => 3 * (n * m + k));
    const bonded = rows.filter((at, k) => norm(positions, at) < cutoff(m, 0, k + 1));
    bonded.forEach((a, k) => {
      for (const b of bonded.slice(k + 1)) angles.push(angleBetween(positions, a, positions, b));
    });
  }
  return Float64Array.from(angles);
}

/**
 * Bonds of each motif's central atom to the neighbors kept, length M: its coordination number, or a lower bound where
 * the motif is saturated (see {@link saturatedShare}).
 */
export function motifCoordination(positions: Float64Array, n: number, options: MotifBondOptions = {}): Int32Array {
  requireKnownOptions(options, BOND_OPTIONS);
  const cutoff = motifCutoffs(positions, n, options);
  const distances = neighborDistances(positions, n);
  const result = new Int32Array(distances.length / n);
  distances.forEach((r, i) => {
    const m = Math.floor(i / n);
    if (r < cutoff(m, 0, 1 + (i % n))) result[m]++;
  });
  return result;
}

/** Sets with a larger part of saturated motifs do not tell coordination. */
export const SATURATED = 0.01;

/**
 * Part of the motifs that are saturated: every neighbor kept of an element is bonded to the central atom, which may
 * have more bonds than {@link motifCoordination} can count.
 */
export function saturatedShare(positions: Float64Array, n: number, options: MotifBondOptions = {}): number {
  requireKnownOptions(options, BOND_OPTIONS);
  const cutoff = motifCutoffs(positions, n, options);
  const distances = neighborDistances(positions, n);
  const motifs = distances.length / n;
  let saturated = 0;
  for (let m = 0; m < motifs; m++) {
    const all = new Map<number | undefined, boolean>();
    for (let i = 0; i < n; i++) {
      const element = options.species?.[m * (n + 1) + 1 + i];
      all.set(element, (all.get(element) ?? true) && distances[m * n + i] < cutoff(m, 0, 1 + i));
    }
    if ([...all.values()].includes(true)) saturated++;
  }
  return saturated / Math.max(1, motifs);
}

/** Options of {@link validity}; a material has usual ones (`material('silicon').limits`). */
export interface ValidityOptions extends MotifBondOptions {
  /** No two atoms of a motif may be closer, Å. */
  minDistance: number;
  /** Smallest and largest coordination allowed. */
  coordination: [number, number];
}

/** Which motifs could be real. */
export interface Validity {
  /** 1 for each valid motif, 0 for others, length M. */
  valid: Uint8Array;
  /** Fraction of motifs that are valid. */
  fraction: number;
  /** Fraction with two atoms closer than `minDistance`. */
  tooClose: number;
  /** Fraction whose coordination lies outside the allowed range. */
  miscoordinated: number;
}

/** Checks motifs (M × n × 3, Å) for atoms that overlap and for a coordination outside the range allowed. */
export function validity(positions: Float64Array, n: number, options: ValidityOptions): Validity {
  requireKnownOptions(options, [...BOND_OPTIONS, 'minDistance', 'coordination']);
  const { bonds, elements, species } = options;
  const minDistance = requirePositive(options.minDistance, 'option minDistance');
  const [fewest, most] = options.coordination ?? [];
  if (!(fewest <= most)) {
    throw new InputError('option coordination', `[${fewest}, ${most}]`, 'smallest, then largest');
  }
  const shortest = shortestDistances(positions, n);
  const coordination = motifCoordination(positions, n, { bonds, elements, species });
  const motifs = shortest.length;
  if (motifs === 0) throw new InputError('positions', 'no motifs', 'at least one motif');
  const valid = new Uint8Array(motifs);
  let tooClose = 0;
  let miscoordinated = 0;
  for (let m = 0; m < motifs; m++) {
    const overlaps = shortest[m] < minDistance;
    const outside = coordination[m] < fewest || coordination[m] > most;
    if (overlaps) tooClose++;
    if (outside) miscoordinated++;
    valid[m] = overlaps || outside ? 0 : 1;
  }
  const fraction = valid.reduce((sum, v) => sum + v, 0) / motifs;
  return { valid, fraction, tooClose: tooClose / motifs, miscoordinated: miscoordinated / motifs };
}

/**
 * The symbol of each atom by its row of `species`; X for motifs without. Throws {@link InputError} for a bad length.
 */
export function motifSymbols({ elements, species }: MotifSpecies, motifs: number, n: number): (row: number) => string {
  if (!elements || !species) return () => 'X';
  const rows = motifs * (n + 1);
  if (species.length !== rows)
    throw new InputError('species', `${species.length} entries`, `${rows}, one for each atom`);
  return (row) => elements[species[row]];
}

/** The species of motifs; none if an element is unknown (X). */
export function knownSpecies({ elements, species }: MotifSpecies): MotifSpecies {
  const known = elements && species && Array.from(species).every((code) => elements[code] !== 'X');
  return known ? { elements, species } : {};
}

/** The bonds given, or else those measured in the motifs. */
export function motifBondsOf(positions: Float64Array, n: number, { bonds, ...of }: MotifBondOptions): Bonds {
  if (bonds !== undefined) return bonds;
  const measured = measureMotifBonds(neighborDistances(positions, n), n, motifSymbols(of, motifCount(positions, n), n));
  return of.species ? measured : (measured['X-X'] ?? measured);
}

/** The bond cutoff of atoms i and j of motif m, 0 being the center, Å. */
function motifCutoffs(
  positions: Float64Array,
  n: number,
  options: MotifBondOptions,
): (m: number, i: number, j: number) => number {
  const motifs = motifCount(positions, n);
  if (motifs === 0) return () => 0;
  const bonds = motifBondsOf(positions, n, options);
  const { longest, between } = bondRule(bonds, options.species ? options.elements : ['X']);
  if (typeof bonds === 'number') return () => longest;
  const symbol = motifSymbols(options, motifs, n);
  return (m, i, j) => between(symbol(m * (n + 1) + i), symbol(m * (n + 1) + j));
}

/**
 * Energy of the central atom of each motif (M × n × 3, Å), eV; not finite where atoms are at one place. Equal to the
 * atom's energy in its cell as long as the motif holds every neighbor within reach of the potential.
 *
 * Motifs without species are taken as the potential's element, if it has only one.
 *
 * @throws InputError naming the motif whose atoms the potential does not know
 */
export function motifEnergies(
  positions: Float64Array,
  n: number,
  potential: Potential,
  of: MotifSpecies = {},
): Float64Array {
  const motifs = motifCount(positions, n);
  const symbol = symbolsFor(potential, motifSymbols(of, motifs, n), motifs * (n + 1), n);
  const points = new Float64Array(3 * (n + 1));
  return Float64Array.from({ length: motifs }, (_, m) => {
    points.set(positions.subarray(3 * n * m, 3 * n * (m + 1)), 3);
    const species = Array.from({ length: n + 1 }, (_, i) => symbol(m * (n + 1) + i));
    if (atOnePlace(points)) return Number.NaN;
    return potential.energies({ ...FREE, species, positions: points }, [0])[0];
  });
}

const FREE: Pick<Structure, 'lattice' | 'pbc' | 'info' | 'arrays'> = {
  lattice: new Float64Array(9),
  pbc: [false, false, false],
  info: {},
  arrays: {},
};

/** Whether a neighbor is where the center is. */
function atOnePlace(points: Float64Array): boolean {
  for (let i = 3; i < points.length; i += 3) if (norm(points, i) === 0) return true;
  return false;
}

function symbolsFor(
  { name, elements }: Potential,
  symbol: (row: number) => string,
  rows: number,
  n: number,
): (row: number) => string {
  if (rows > 0 && symbol(0) === 'X' && elements.length === 1) return () => elements[0];
  for (let row = 0; row < rows; row++) {
    if (elements.includes(symbol(row))) continue;
    const place = `motif ${Math.floor(row / (n + 1))}, atom ${row % (n + 1)}`;
    throw new InputError(place, symbol(row), `${elements.join(' or ')}, the elements of ${name}`);
  }
  return symbol;
}

function norm(x: Float64Array, i: number): number {
  return Math.sqrt(x[i] * x[i] + x[i + 1] * x[i + 1] + x[i + 2] * x[i + 2]);
}

function separation(x: Float64Array, i: number, j: number): number {
  const dx = x[i] - x[j];
  const dy = x[i + 1] - x[j + 1];
  const dz = x[i + 2] - x[j + 2];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
