import {
  asRng,
  InputError,
  requireInteger,
  requireKnownOptions,
  requirePositive,
  type SeedOrRng,
  takeRows,
} from '../../core';
import { matchPoints } from '../../motifs';
import { atomCount, countElements, nearestAtoms, neighborList, type Structure, withoutAtoms } from '../../structures';

/** A structure with neighboring atoms taken out of it. */
export interface Vacancy {
  /** Without them. */
  structure: Structure;
  /** The atom in the middle and those around it, in the whole structure. */
  atoms: number[];
  /** Their elements. */
  symbols: string[];
  /** Where they were, unwrapped about the first, k × 3, Å. */
  positions: Float64Array;
  /** What `infillStructure` is given: the number of atoms, of each element where the structure has several. */
  missing: { missing: number | Record<string, number>; region: { center: Float64Array; radius: number } };
}

/** Options of {@link vacancies}. */
export interface VacancyOptions {
  /** Atoms of each vacancy: one and its nearest; default 1. */
  atoms?: number;
  /** Element of the atom in the middle; by default any. */
  center?: string;
  /** Vacancies, each in a structure of its own; default 1. */
  count?: number;
  /** Å beyond the farthest missing atom to the end of the region that is given; default 1. */
  margin?: number;
  /**
   * Å from the middle atom to the center of the region, in a direction drawn evenly, so that the region does not tell
   * where an atom was; the radius grows by as much. Default 0; 1.5 for a test.
   */
  offset?: number;
  seed?: SeedOrRng;
}

/**
 * Takes an atom and its nearest ones out of a structure, about different atoms drawn evenly.
 *
 * @throws InputError if there are fewer atoms than asked for, or naming an option
 */
export function vacancies(cell: Structure, options: VacancyOptions = {}): Vacancy[] {
  requireKnownOptions(options, ['atoms', 'center', 'count', 'margin', 'offset', 'seed']);
  const size = requireInteger(options.atoms ?? 1, 'option atoms', 1);
  const count = requireInteger(options.count ?? 1, 'option count', 1);
  const margin = requirePositive(options.margin ?? 1, 'option margin');
  const { offset = 0 } = options;
  if (!(offset >= 0 && offset < Infinity)) throw new InputError('option offset', String(offset), 'at least 0');
  const all = atomCount(cell);
  if (size >= all) throw new InputError('option atoms', String(size), `fewer than the ${all} of the structure`);
  const { center } = options;
  const order = [...cell.species.keys()].filter((i) => center === undefined || cell.species[i] === center);
  if (count > order.length) {
    throw new InputError(
      'option count',
      String(count),
      `at most the ${order.length} atoms${center ? ` of ${center}` : ''}`,
    );
  }
  const rng = asRng(options.seed ?? 0);
  rng.shuffle(order);
  return order.slice(0, count).map((middle) => {
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const off = direction.map((x) => (offset * x) / Math.hypot(...direction));
    return vacancyAt(cell, nearestAtoms(cell, middle, size), margin + offset, off);
  });
}

function vacancyAt(cell: Structure, atoms: number[], margin: number, off: readonly number[]): Vacancy {
  const center = cell.positions.slice(3 * atoms[0], 3 * atoms[0] + 3);
  const vectors = nearestVectors(cell, atoms);
  const radius = margin + Math.max(...vectors.map((v) => Math.hypot(...v)));
  const symbols = atoms.map((atom) => cell.species[atom]);
  const missing = new Set(cell.species).size > 1 ? countElements(symbols) : atoms.length;
  return {
    ...{ atoms, symbols },
    structure: withoutAtoms(cell, atoms),
    positions: Float64Array.from(vectors.flatMap((v) => v.map((x, c) => center[c] + x))),
    missing: { missing, region: { center: center.map((x, c) => x + off[c]), radius } },
  };
}

/** From the first of the atoms to the nearest image of each. */
function nearestVectors(cell: Structure, atoms: readonly number[]): number[][] {
  const found = new Map<number, number[]>([[atoms[0], [0, 0, 0]]]);
  for (let cutoff = 6; !atoms.every((atom) => found.has(atom)); cutoff *= 2) {
    const { offsets, indices, vectors, distances } = neighborList(cell, cutoff);
    const edges = Array.from({ length: offsets[atoms[0] + 1] - offsets[atoms[0]] }, (_, k) => offsets[atoms[0]] + k);
    for (const e of edges.sort((a, b) => distances[a] - distances[b] || a - b)) {
      if (!found.has(indices[e])) found.set(indices[e], Array.from(vectors.subarray(3 * e, 3 * e + 3)));
    }
  }
  return atoms.map((atom) => found.get(atom) as number[]);
}

/**
 * Distances of placed atoms from the true ones, matched one to one within each element at the least sum of squares, k
 * numbers, Å.
 *
 * @param placed k × 3, Å, in the order of the elements in `missing`
 */
export function vacancyErrors({ positions, symbols }: Vacancy, placed: ArrayLike<number>): Float64Array {
  let before = 0;
  const errors = Object.keys(countElements(symbols)).flatMap((symbol) => {
    const those = [...symbols.keys()].filter((i) => symbols[i] === symbol);
    const these = those.map((_, k) => before + k);
    before += those.length;
    return Array.from(
      matchPoints(takeRows(positions, 3, those), takeRows(Float64Array.from(placed), 3, these)).distances,
    );
  });
  return Float64Array.from(errors);
}
