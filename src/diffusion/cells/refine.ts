import { requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { createRng } from '../../core/random';
import type { Structure } from '../../structures';
import type { Denoiser } from '../denoiser';
import { bare } from './starts';
import { walkBack } from './walkBack';

/** Options of {@link refineStructure}. */
export interface RefineOptions {
  /** Noise level to go back to, Å; default 0.2, which bonds survive. */
  noise?: number;
  /** Calls of the model; default 15. */
  steps?: number;
  seed?: number;
}

/**
 * A structure made noisy up to a level and denoised: what is finer than the level becomes the model's, what is coarser
 * stays. Gives structures of another origin, such as relaxed networks, the bonds and angles of the training cells.
 *
 * Meng et al., SDEdit, ICLR 2022, arXiv:2108.01073.
 *
 * @returns the structure, its atoms moved (not wrapped into the cell), without what was known of it except its name
 * @throws InputError naming the option
 */
export function refineStructure(denoiser: Denoiser, structure: Structure, options: RefineOptions = {}): Structure {
  requireKnownOptions(options, ['noise', 'steps', 'seed']);
  const sigma = requirePositive(options.noise ?? 0.2, 'option noise');
  const steps = requireInteger(options.steps ?? 15, 'option steps', 1);
  const rng = createRng(requireInteger(options.seed ?? 0, 'option seed', 0));
  return walkBack(denoiser, bare(structure), structure.species.keys(), { sigma, steps }, rng);
}
