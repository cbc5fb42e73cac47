import { InputError, requireInteger } from '../../core/errors';
import { createRng, type Rng } from '../../core/random';
import type { Structure } from '../../structures';
import type { Denoiser } from '../denoiser';

/** Starts of one seed before those of the next begin. */
const STARTS = 2 ** 20;
/** Seeds below it leave every start an exact integer of its own; above, many starts would share one. */
const SEEDS = 2 ** 53 / STARTS;

/** The generator of start `index` of a seed. Throws {@link InputError} naming a seed that is none. */
export function startRng(seed: number, index: number): Rng {
  requireInteger(seed, 'option seed');
  if (seed >= SEEDS) throw new InputError('option seed', String(seed), `an integer below ${SEEDS}`);
  return createRng(seed * STARTS + index);
}

/** The element asked for, or the model's only one. Throws {@link InputError} naming `place`. */
export function speciesOf({ config }: Denoiser, given: string | undefined, place: string): string {
  if (given === undefined && config.species.length === 1) return config.species[0];
  if (given !== undefined && config.species.includes(given)) return given;
  throw new InputError(place, given ?? 'none', `one of ${config.species.join(', ')}`);
}

/** A structure's cell, atoms and name, without energies, forces and whatever else was true of its old places only. */
export function bare(structure: Structure): Structure {
  const { name } = structure.info;
  return { ...structure, info: name === undefined ? {} : { name }, arrays: {} };
}
