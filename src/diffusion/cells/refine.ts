import { requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { createRng } from '../../core/random';
import { atomCount, bare, type Structure } from '../../structures';
import type { Denoiser } from '../denoiser';
import { sampleStructures } from './sampler';

/** Å, the level of the last call. */
const LAST_LEVEL = 0.03;

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
export async function refineStructure(
  denoiser: Denoiser,
  structure: Structure,
  options: RefineOptions = {},
): Promise<Structure> {
  requireKnownOptions(options, ['noise', 'steps', 'seed']);
  const sigma = requirePositive(options.noise ?? 0.2, 'option noise');
  const steps = requireInteger(options.steps ?? 15, 'option steps', 1);
  const rng = createRng(requireInteger(options.seed ?? 0, 'option seed', 0));
  const positions = structure.positions.map((x) => x + sigma * rng.normal());
  const start = {
    structure: { ...bare(structure), positions },
    free: new Uint8Array(atomCount(structure)).fill(1),
    rng,
  };
  const noise: [number, number] = [sigma, Math.min(LAST_LEVEL, sigma)];
  const [refined] = await sampleStructures(denoiser, [start], { sampler: 'ancestral', steps, noise });
  return refined;
}
