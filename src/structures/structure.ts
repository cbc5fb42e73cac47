/** Per-atom data of an extended-XYZ file: `columns` values an atom, row-major. */
export type AtomArray =
  | { kind: 'real'; columns: number; values: Float64Array }
  | { kind: 'integer'; columns: number; values: Int32Array }
  | { kind: 'logical'; columns: number; values: boolean[] }
  | { kind: 'string'; columns: number; values: string[] };

/** A value of an extended-XYZ comment line; nested arrays are matrices. */
export type InfoValue = string | number | boolean | InfoValue[];

/** Atoms in a cell, or free. Flat arrays; lengths in Å. */
export interface Structure {
  /** Cell vectors a, b, c as rows: 9 numbers, Å. All zero if there is no cell. */
  lattice: Float64Array;
  /** Periodic along a, b, c. */
  pbc: [boolean, boolean, boolean];
  /** Chemical symbol of each atom, length N. */
  species: string[];
  /** Cartesian positions, N×3 row-major, Å. */
  positions: Float64Array;
  /** The comment line's other entries (energy in eV, name, …). */
  info: Record<string, InfoValue>;
  /** Other per-atom columns (forces in eV/Å, …). */
  arrays: Record<string, AtomArray>;
}

/** Number of atoms. */
export function atomCount(structure: Structure): number {
  return structure.species.length;
}

/** How many of each symbol there are, in the order in which they first occur. */
export function countElements(symbols: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const symbol of symbols) counts[symbol] = (counts[symbol] ?? 0) + 1;
  return counts;
}
