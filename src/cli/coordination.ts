import { knownSpecies, motifBondsOf, motifCoordination } from '../evaluate/structure/motifs';
import type { Motifs } from '../motifs/types';
import { type Bonds, describeBonds, measureBonds } from '../structures/bonds';
import type { Structure } from '../structures/structure';

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
