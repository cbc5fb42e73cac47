import { InputError } from '../core/errors';
import { atomicWeight, GRAMS_PER_CUBIC_CENTIMETER } from '../core/periodicTable';
import { cellVolume } from './lattice';
import type { Structure } from './structure';

/** Volume of a cell periodic along all three directions, Å³; throws {@link InputError} naming `place` otherwise. */
export function periodicVolume(structure: Pick<Structure, 'lattice' | 'pbc'>, place: string): number {
  if (!structure.pbc.every(Boolean)) {
    throw new InputError(`${place}, pbc`, structure.pbc.join(' '), 'a cell periodic along all three directions');
  }
  const volume = cellVolume(structure);
  if (!(volume > 0)) throw new InputError(`${place}, lattice`, `volume ${volume}`, 'a cell of positive volume');
  return volume;
}

/** Mass density, g/cm³; throws {@link InputError} for an unknown element or a cell that is not periodic. */
export function density(structure: Structure): number {
  const volume = periodicVolume(structure, 'structure');
  const mass = structure.species.reduce((sum, symbol, i) => sum + atomicWeight(symbol, `atom ${i}`), 0);
  return (GRAMS_PER_CUBIC_CENTIMETER * mass) / volume;
}
