import { InputError } from '../core/errors';
import { createRng } from '../core/random';
import { type MotifSpecies, motifBondsOf, motifCoordination } from '../evaluate/structure/motifs';
import { extractEnvironments } from '../motifs/environments';
import type { Environments, SkippedAtom } from '../motifs/types';
import { type Bonds, describeBonds, measureBonds } from '../structures/bonds';
import { type NeighborList, neighborList } from '../structures/neighborList';
import type { Structure } from '../structures/structure';

/** M motifs of n neighbors, found in cells or made by a model, as the commands hand them from file to file. */
export interface MotifSet {
  /** Neighbors in each motif, n. */
  count: number;
  /** Number of motifs, M. */
  length: number;
  /** M·n·3, relative to the central atom, Å. */
  positions: Float64Array;
  /** Chemical symbols, M·(n+1), the central atom's first. */
  species: string[];
  /** Names of the cells that motifs come from. */
  cells: string[];
  /** The cell of each motif, an index of `cells`; -1 for one that was made. Length M. */
  structures: Int32Array;
  /** Index in its cell of each atom, M·(n+1), the central atom's first; -1 for atoms that were made. */
  atoms: Int32Array;
  /** Further numbers of each motif. */
  properties: Record<string, Property>;
}

/** `columns` numbers a motif, row-major. */
export interface Property {
  columns: number;
  values: Float64Array;
}

/** What the properties that commands write mean. */
export const PROPERTIES: Record<string, { description: string; unit?: string }> = {
  latent: { description: 'posterior mean, or the latent that was decoded' },
  error: { description: 'mean squared reconstruction error of the normalized Gram entries' },
  residual: { description: 'distance of the decoded Gram matrix from one of points in space', unit: 'Å²' },
  coordination: { description: 'neighbors within the bond cutoff' },
  fraction: { description: 'how far along the interpolation, from 0 to 1' },
  problem: { description: 'which of the motifs asked for is completed' },
  rank: { description: 'place among the completions of that motif, from 1' },
  objective: { description: 'infilling objective, in normalized units' },
  known_rmsd: { description: 'distance of the known atoms from their given places, rms', unit: 'Å' },
  restarts: { description: 'descents that ended in this completion' },
  known: { description: 'for each neighbor, whether its place was given (1) or completed (0)' },
};

/** A motif set from cells, and the atoms that have too few neighbors to give a motif. */
export interface ExtractedMotifs extends MotifSet {
  skipped: SkippedAtom[];
}

/** The environments of all atoms as a motif set, with the cells' names and atoms. */
export function motifsOfCells(cells: Structure[], options: { cutoff: number; count: number }): ExtractedMotifs {
  const environments = extractEnvironments(cells, { cutoff: options.cutoff, count: options.count });
  const { count, length, positions, structures } = environments;
  const atoms = new Int32Array(length * (count + 1));
  const species: string[] = new Array(atoms.length);
  let list: NeighborList | undefined;
  for (let m = 0; m < length; m++) {
    const cell = cells[structures[m]];
    if (m === 0 || structures[m] !== structures[m - 1]) list = neighborList(cell, options.cutoff);
    const row = m * (count + 1);
    atoms[row] = environments.atoms[m];
    for (let k = 0; k < count; k++) {
      atoms[row + 1 + k] = neighborIndex(list as NeighborList, atoms[row], positions, 3 * (m * count + k));
    }
    for (let k = row; k < row + count + 1; k++) species[k] = cell.species[atoms[k]];
  }
  const names = cells.map((cell, k) => String(cell.info.name ?? k));
  const set = { count, length, positions, species, cells: names, structures, atoms, properties: {} };
  return { ...set, skipped: environments.skipped };
}

/** Which atom the environment's neighbor is: its vector is one of the list's, to the last bit. */
function neighborIndex(list: NeighborList, atom: number, positions: Float64Array, at: number): number {
  const { vectors, indices, offsets } = list;
  for (let p = offsets[atom]; p < offsets[atom + 1]; p++) {
    if (
      vectors[3 * p] === positions[at] &&
      vectors[3 * p + 1] === positions[at + 1] &&
      vectors[3 * p + 2] === positions[at + 2]
    ) {
      return indices[p];
    }
  }
  throw new Error(`atom ${atom}: an environment that is not in the neighbor list`);
}

/** Motifs that a model made: of one species, from no cell. */
export function madeMotifs(
  motifs: { count: number; length: number; positions: Float64Array },
  species: string,
  properties: Record<string, Property> = {},
): MotifSet {
  const { count, length, positions } = motifs;
  const size = length * (count + 1);
  return {
    count,
    length,
    positions,
    species: new Array<string>(size).fill(species),
    cells: [],
    structures: new Int32Array(length).fill(-1),
    atoms: new Int32Array(size).fill(-1),
    properties,
  };
}

/** The set as library calls take it. */
export function asEnvironments(set: MotifSet): Environments {
  const { count, length, positions, structures } = set;
  const atoms = Int32Array.from({ length }, (_, m) => set.atoms[m * (count + 1)]);
  return { count, length, positions, structures, atoms, skipped: [] };
}

/** The motifs at `indices`, in that order. */
export function selectMotifs(set: MotifSet, indices: readonly number[]): MotifSet {
  const { count } = set;
  const properties: Record<string, Property> = {};
  for (const [name, { columns, values }] of Object.entries(set.properties)) {
    properties[name] = { columns, values: takeBlocks(values, columns, indices) };
  }
  return {
    count,
    length: indices.length,
    positions: takeBlocks(set.positions, 3 * count, indices),
    species: indices.flatMap((m) => set.species.slice(m * (count + 1), (m + 1) * (count + 1))),
    cells: set.cells,
    structures: takeBlocks(set.structures, 1, indices),
    atoms: takeBlocks(set.atoms, count + 1, indices),
    properties,
  };
}

/** So many motifs of the set drawn at random, or all, in their order. */
export function drawMotifs(set: MotifSet, number: number, seed: number): MotifSet {
  const order = Array.from({ length: set.length }, (_, m) => m);
  createRng(seed).shuffle(order);
  return selectMotifs(
    set,
    order.slice(0, number).sort((a, b) => a - b),
  );
}

/** All motifs of some sets; properties that not every set has are left out. Throws InputError if sizes differ. */
export function concatenateMotifs(sets: MotifSet[], place: string): MotifSet {
  if (sets.length === 1) return sets[0];
  const { count } = sets[0];
  const other = sets.find((set) => set.count !== count);
  if (other) throw new InputError(place, `motifs of ${count} and of ${other.count} neighbors`, 'one size');
  const cells = [...new Set(sets.flatMap((set) => set.cells))];
  const shared = Object.entries(sets[0].properties).filter(([name, { columns }]) =>
    sets.every((set) => set.properties[name]?.columns === columns),
  );
  return {
    count,
    length: sets.reduce((sum, set) => sum + set.length, 0),
    positions: Float64Array.from(sets.flatMap((set) => Array.from(set.positions))),
    species: sets.flatMap((set) => set.species),
    cells,
    structures: Int32Array.from(
      sets.flatMap((set) => Array.from(set.structures, (s) => (s < 0 ? -1 : cells.indexOf(set.cells[s])))),
    ),
    atoms: Int32Array.from(sets.flatMap((set) => Array.from(set.atoms))),
    properties: Object.fromEntries(
      shared.map(([name, { columns }]) => {
        const values = Float64Array.from(sets.flatMap((set) => Array.from(set.properties[name].values)));
        return [name, { columns, values }];
      }),
    ),
  };
}

/**
 * Adds the coordination number of each central atom; returns a line on the bonds, which are measured in the cells, or
 * else in the motifs, if not given.
 */
export function addCoordination(set: MotifSet, given?: Bonds, cells: readonly Structure[] = []): string {
  const of = motifElements(set);
  const measured = given ?? (cells.length > 0 ? measureBonds(cells) : undefined);
  const bonds = motifBondsOf(set.positions, set.count, { bonds: measured, ...of });
  const values = Float64Array.from(motifCoordination(set.positions, set.count, { bonds, ...of }));
  set.properties.coordination = { columns: 1, values };
  return `bonds${given === undefined ? ', from the first minimum of g(r)' : ''}: ${describeBonds(bonds)}`;
}

/** Species of a set as indices; none for atoms of unknown element. */
export function motifElements({ species }: MotifSet): MotifSpecies {
  if (species.includes('X')) return {};
  const elements = [...new Set(species)];
  return { elements, species: species.map((symbol) => elements.indexOf(symbol)) };
}

function takeBlocks<T extends Float64Array | Int32Array>(values: T, size: number, indices: readonly number[]): T {
  const taken = (
    values instanceof Float64Array ? new Float64Array(size * indices.length) : new Int32Array(indices.length * size)
  ) as T;
  indices.forEach((m, k) => {
    taken.set(values.subarray(size * m, size * (m + 1)), size * k);
  });
  return taken;
}
