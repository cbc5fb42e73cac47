/**
 * Materials by name: their potentials, limits and densities, and networks by bond switching.
 *
 * @module glassy-motifs/materials
 */

export { type Relaxation, type RelaxOptions, relaxStructure } from '../structures/potential/relax';
export { type Material, material, materialOf, POTENTIALS, potential } from './material';
export { type AnnealedNetwork, type AnnealOptions, type AnnealProgress, annealNetwork } from './silicon/annealNetwork';
export {
  STILLINGER_WEBER_SILICON,
  type StillingerWeberParameters,
  siliconStillingerWeber,
} from './silicon/stillingerWeber';
