import { knownSpecies, motifBondsOf, motifCoordination } from '../evaluate/structure/motifs';
import type { Motifs } from '../motifs/types';
import { type Bonds, describeBonds, measureBonds } from '../structures/bonds';
import type { Structure } from '../structures/structure';

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

/**
 * What files say of each motif's atoms (n + 1 symbols, n + 1 indices), and the name of its structure, if it has one.
 */
export interface MotifRow {
  symbols: readonly string[];
  indices: readonly number[];
  name: string | undefined;
}

/** The fields of {@link Motifs} that rows of a file say. */
export function fieldsOf(
  rows: readonly MotifRow[],
): Pick<Motifs, 'elements' | 'species' | 'atoms' | 'neighbors' | 'structures' | 'names' | 'skipped'> {
  const elements = [...new Set(rows.flatMap(({ symbols }) => symbols))];
  const names = [...new Set(rows.flatMap(({ name }) => (name === undefined ? [] : [name])))];
  return {
    elements,
    species: Uint8Array.from(rows.flatMap(({ symbols }) => symbols.map((symbol) => elements.indexOf(symbol)))),
    atoms: Int32Array.from(rows, ({ indices }) => indices[0]),
    neighbors: Int32Array.from(rows.flatMap(({ indices }) => indices.slice(1))),
    structures: Int32Array.from(rows, ({ name }) => (name === undefined ? -1 : names.indexOf(name))),
    names,
    skipped: [],
  };
}

/**
 * Adds the coordination number of each central atom; returns a line on the bonds, which are measured in the cells, or
 * else in the motifs, if not given.
 */
export function addCoordination(set: Motifs, given?: Bonds, cells: readonly Structure[] = []): string {
  const of = knownSpecies(set);
  const measured = given ?? (cells.length > 0 ? measureBonds(cells) : undefined);
  const bonds = motifBondsOf(set.positions, set.n, { bonds: measured, ...of });
  const values = Float64Array.from(motifCoordination(set.positions, set.n, { bonds, ...of }));
  set.properties.coordination = { columns: 1, values };
  return `bonds${given === undefined ? ', from the first minimum of g(r)' : ''}: ${describeBonds(bonds)}`;
}
