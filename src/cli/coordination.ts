import { coordination, kthNeighborDistances } from '../evaluate/structure/cells';
import { knownSpecies, motifBondsOf, motifCoordination, SATURATED, saturatedShare } from '../evaluate/structure/motifs';
import type { Motifs } from '../motifs/types';
import { type Bonds, describeBonds, measureBonds } from '../structures/bonds';
import type { Structure } from '../structures/structure';

/** Distances closer than this may differ by rounding in a file only, Å. */
const TIE = 1e-6;

/**
 * Adds the coordination number of each central atom, counted in its cell where that is at hand; else one that the set
 * brings is kept, or, without any, the bonds within the motif are counted where the motifs are large enough. Returns a
 * line on the bonds, which are measured in the cells, or else in the motifs, if not given.
 *
 * @param cells those of all motifs, or none
 */
export function addCoordination(set: Motifs, given?: Bonds, cells: readonly Structure[] = []): string {
  const own = isOf(set, cells);
  if (!own && given === undefined && set.properties.coordination) return 'coordination as in the input';
  delete set.properties.coordination;
  const of = knownSpecies(set);
  const measured = given ?? (cells.length > 0 ? measureBonds(cells) : undefined);
  const bonds = motifBondsOf(set.positions, set.n, { bonds: measured, ...of });
  const said = `bonds${given === undefined ? ', from the first minimum of g(r)' : ''}: ${describeBonds(bonds)}`;
  const share = own ? 0 : saturatedShare(set.positions, set.n, { bonds, ...of });
  const full = `${(100 * share).toFixed(1)} % of the motifs have all neighbors, or all of an element, bonded`;
  if (share > SATURATED) return `${said}; no coordination: ${full}, and may lack more`;
  const counted = cells.map((cell) => coordination(cell, { bonds }));
  const values = own
    ? Float64Array.from(set.atoms, (atom, m) => counted[set.structures[m]][atom])
    : Float64Array.from(motifCoordination(set.positions, set.n, { bonds, ...of }));
  set.properties.coordination = { columns: 1, values };
  return share > 0 ? `${said}; ${full}: their coordination is at least that` : said;
}

/** Whether these are the cells of all motifs. */
export function isOf(set: Motifs, cells: readonly Structure[]): boolean {
  return cells.length > 0 && cells.length === set.names.length && set.structures.every((s) => s >= 0);
}

/**
 * How many motifs leave out an atom that is as near as the last that they keep, of the n nearest of any element; 0
 * without cells.
 */
export function ambiguousMotifs(set: Motifs, cells: readonly Structure[]): number {
  if (cells.length === 0) return 0;
  const next = cells.map((cell) => kthNeighborDistances(cell, set.n + 1));
  return set.atoms.filter((atom, m) => {
    const [kept, left] = next[set.structures[m]].subarray((set.n + 1) * atom + set.n - 1);
    return left - kept < TIE;
  }).length;
}
