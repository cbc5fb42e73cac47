import { InputError } from '../core/errors';
import { joined, takeRows } from '../core/rows';
import { atomCount, type Structure } from './structure';

/** Positions of some atoms, k × 3, Å. */
export function atomPositions({ positions }: Pick<Structure, 'positions'>, atoms: readonly number[]): Float64Array {
  return takeRows(positions, 3, atoms);
}

/**
 * The structure without these atoms, and without columns, which may describe the whole.
 *
 * @param place what an error names
 * @throws InputError if there is no such atom
 */
export function withoutAtoms(structure: Structure, atoms: readonly number[], place = 'atoms'): Structure {
  const wrong = atoms.find((atom) => !(atom < atomCount(structure)));
  if (wrong !== undefined) throw new InputError(place, `atom ${wrong}`, `one from 0 to ${atomCount(structure) - 1}`);
  const out = new Set(atoms);
  const kept = structure.species.map((_, i) => i).filter((i) => !out.has(i));
  return {
    ...structure,
    species: kept.map((i) => structure.species[i]),
    positions: atomPositions(structure, kept),
    arrays: {},
  };
}

/** The structure and more atoms at its end, without what was known of it before except its name. */
export function withAtoms(structure: Structure, places: Float64Array, symbols: readonly string[]): Structure {
  const positions = joined(Float64Array, [structure.positions, places]);
  return { ...bare(structure), positions, species: [...structure.species, ...symbols] };
}

/** A structure's cell, atoms and name, without energies, forces and whatever else was true of its old places only. */
export function bare(structure: Structure): Structure {
  const { name } = structure.info;
  return { ...structure, info: name === undefined ? {} : { name }, arrays: {} };
}
