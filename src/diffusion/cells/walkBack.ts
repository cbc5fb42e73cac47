import type { Rng } from '../../core/random';
import { atomCount, type Structure } from '../../structures';
import type { Denoiser } from '../denoiser';
import { sampleStructures } from './sampler';

/** Å, the level of the last call. */
export const LAST_LEVEL = 0.03;

/**
 * Takes atoms back to a noise level, Å, and denoises them with all others held: one step of a Markov chain with the
 * model's distribution (a walk-back of Bengio et al., NeurIPS 2013, arXiv:1305.6663).
 */
export function walkBack(
  denoiser: Denoiser,
  structure: Structure,
  atoms: Iterable<number>,
  { sigma, steps }: { sigma: number; steps: number },
  rng: Rng,
): Structure {
  const positions = structure.positions.slice();
  const free = new Uint8Array(atomCount(structure));
  for (const i of atoms) {
    free[i] = 1;
    for (let c = 0; c < 3; c++) positions[3 * i + c] += sigma * rng.normal();
  }
  const start = { structure: { ...structure, positions }, free, rng };
  return sampleStructures(denoiser, [start], { steps, noise: [sigma, Math.min(LAST_LEVEL, sigma)] })[0];
}
