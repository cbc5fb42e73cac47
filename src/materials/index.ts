/**
 * Materials by name: their potentials, limits and densities.
 *
 * @module glassy-motifs/materials
 */

export { type Relaxation, type RelaxOptions, relaxStructure } from '../structures/potential/relax';
export { type Material, material, POTENTIALS, potential } from './material';
export { scatteringWeights } from './scattering';
export {
  STILLINGER_WEBER_SILICON,
  type StillingerWeberParameters,
  siliconStillingerWeber,
} from './silicon/stillingerWeber';
