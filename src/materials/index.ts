/**
 * Materials by name: their potentials, relaxation, and networks by bond switching.
 *
 * @module glassy-motifs/materials
 */

export { motifStillingerWeber, stillingerWeber } from '../evaluate/structure/stillingerWeber';
export { type Relaxation, type RelaxOptions, relaxStructure } from '../structures/potential/relax';
export { type AnnealedNetwork, type AnnealOptions, type AnnealProgress, annealNetwork } from './silicon/annealNetwork';
