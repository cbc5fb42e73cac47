import { InputError } from '../../core';
import { motifCount } from '../../motifs/motifCount';
import { atomCount, type Structure } from '../../structures';
import {
  CenterTerms,
  STILLINGER_WEBER_SILICON,
  StillingerWeberForces,
  type StillingerWeberParameters,
} from '../../structures/potential/stillingerWeber';

export { STILLINGER_WEBER_SILICON, type StillingerWeberParameters } from '../../structures/potential/stillingerWeber';

/** Energy of a cell or cluster and the forces on its atoms. */
export interface EnergyAndForces {
  /** Total energy, eV. */
  energy: number;
  /** Energy of each atom, eV: half of its pair terms and the three-body terms with the atom in the middle. */
  energies: Float64Array;
  /** N × 3 forces, eV/Å. */
  forces: Float64Array;
}

/** Energy of the central atoms of motifs, and how it pulls at the neighbors. */
export interface MotifEnergies {
  /** M energies, eV: half of the pair terms and the three-body terms with the central atom in the middle. */
  energies: Float64Array;
  /** M × n × 3, eV/Å: minus the gradient of that energy by the neighbors' positions. */
  forces: Float64Array;
}

/**
 * Stillinger–Weber energy and forces of a structure, periodic or not; atoms of any element are taken as silicon unless
 * other parameters are given. Throws {@link InputError} if there is no atom.
 */
export function stillingerWeber(
  structure: Structure,
  parameters: StillingerWeberParameters = STILLINGER_WEBER_SILICON,
): EnergyAndForces {
  const atoms = atomCount(structure);
  if (atoms === 0) throw new InputError('structure', 'no atoms', 'at least one atom');
  const energies = new Float64Array(atoms);
  const forces = new Float64Array(3 * atoms);
  const energy = new StillingerWeberForces(structure, parameters, 0).evaluate(structure.positions, forces, energies);
  for (let c = 0; c < forces.length; c++) forces[c] = -forces[c];
  return { energy, energies, forces };
}

/**
 * Stillinger–Weber energy of the central atom of each motif (M × n × 3, Å).
 *
 * Equal to the atom's energy in its cell ({@link stillingerWeber}) as long as the motif holds every neighbor closer
 * than the cutoff, 3.771 Å for silicon; farther neighbors would only raise or lower it slightly.
 */
export function motifStillingerWeber(
  positions: Float64Array,
  n: number,
  parameters: StillingerWeberParameters = STILLINGER_WEBER_SILICON,
): MotifEnergies {
  const motifs = motifCount(positions, n);
  const energies = new Float64Array(motifs);
  const forces = new Float64Array(positions.length);
  const terms = new CenterTerms(parameters);
  for (let m = 0; m < motifs; m++) {
    terms.clear();
    for (let b = 3 * n * m; b < 3 * n * (m + 1); b += 3) {
      terms.add(positions[b], positions[b + 1], positions[b + 2], b);
    }
    energies[m] = terms.energy();
    for (let b = 0; b < terms.count; b++) {
      for (let c = 0; c < 3; c++) forces[terms.tags[b] + c] = -terms.gradient(b, c);
    }
  }
  return { energies, forces };
}
