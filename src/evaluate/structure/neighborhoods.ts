import { InputError } from '../../core';
import { atomCount, type NeighborList, neighborList, type Structure } from '../../structures';

/** One or several structures as a list of at least one, none of them empty. */
export function structureList(structures: Structure | Structure[]): Structure[] {
  const list = Array.isArray(structures) ? structures : [structures];
  if (list.length === 0) throw new InputError('structures', 'none', 'at least one structure');
  list.forEach((structure, s) => {
    if (atomCount(structure) === 0) throw new InputError(`structure ${s}`, 'no atoms', 'at least one atom');
  });
  return list;
}

/** A neighbor list long enough that every atom has `count` neighbors. */
export function listWithAtLeast(structure: Structure, count: number, place: string): NeighborList {
  const atoms = atomCount(structure);
  for (let cutoff = 3; ; cutoff *= 1.3) {
    const list = neighborList(structure, cutoff);
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < atoms; i++) fewest = Math.min(fewest, list.offsets[i + 1] - list.offsets[i]);
    if (fewest >= count) return list;
    const complete = !structure.pbc.some(Boolean) && list.distances.length === atoms * (atoms - 1);
    if (complete) throw new InputError(place, `an atom with ${fewest} neighbors`, `at least ${count} neighbors`);
  }
}

/**
 * The elements of a pair, 'Si-O', or a triplet, 'O-Si-O'. Throws {@link InputError} naming the option unless it has so
 * many elements, all of which each structure has.
 */
export function elementsIn(structures: readonly Structure[], text: string, count: number, option: string): string[] {
  const symbols = String(text).split('-');
  if (symbols.length !== count) {
    throw new InputError(`option ${option}`, `'${text}'`, `${count} elements and a hyphen between each two`);
  }
  structures.forEach(({ species }, s) => {
    const missing = symbols.find((symbol) => !species.includes(symbol));
    if (missing === undefined) return;
    throw new InputError(`option ${option}`, `'${text}'`, `elements of structure ${s}, which has no ${missing}`);
  });
  return symbols;
}
