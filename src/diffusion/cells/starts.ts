import { InputError, requireInteger } from '../../core/errors';
import { createRng, type Rng } from '../../core/random';
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

/** Numbers of atoms by element, such as `{ Si: 1, O: 2 }`. */
export type Composition = Readonly<Record<string, number>>;

/**
 * The element of each atom: of so many of the model's only one, or of a composition.
 *
 * @throws InputError naming `place`
 */
export function symbolsOf({ config }: Denoiser, given: number | Composition, place: string): string[] {
  if (typeof given !== 'object' || given === null) {
    const count = requireInteger(given, place, 1);
    if (config.species.length === 1) return new Array<string>(count).fill(config.species[0]);
    throw new InputError(place, `${count}`, `a number for each of the elements ${config.species.join(', ')}`);
  }
  const symbols = Object.entries(given).flatMap(([symbol, count]) => {
    if (!config.species.includes(symbol)) {
      throw new InputError(place, symbol, `elements that the model knows: ${config.species.join(', ')}`);
    }
    return new Array<string>(requireInteger(count, `${place}.${symbol}`)).fill(symbol);
  });
  if (symbols.length === 0) throw new InputError(place, 'no atoms', 'at least one atom');
  return symbols;
}

/**
 * The element of each of so many atoms with the proportions of a composition, by default the model's only element.
 *
 * @throws InputError naming the option
 */
export function cellSymbols(denoiser: Denoiser, given: Composition | undefined, atoms: number): string[] {
  const { species } = denoiser.config;
  if (!given && species.length > 1) throw new InputError('option composition', 'none', `one of ${species.join(', ')}`);
  const unit = symbolsOf(denoiser, given ?? { [species[0]]: 1 }, 'option composition');
  requireInteger(atoms, 'option atoms', 1);
  if (atoms % unit.length !== 0) {
    throw new InputError('option atoms', `${atoms}`, `a multiple of ${unit.length}, the atoms of the composition`);
  }
  return Array.from({ length: atoms }, (_, i) => unit[i % unit.length]);
}
