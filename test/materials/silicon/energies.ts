import { siliconStillingerWeber } from '../../../src/materials';
import type { Structure } from '../../../src/structures';

/** Silicon's Stillinger–Weber energy of a structure, of its atoms, and the forces on them. */
export function stillingerWeber(structure: Structure): {
  energy: number;
  energies: Float64Array;
  forces: Float64Array;
} {
  const potential = siliconStillingerWeber();
  const energies = potential.energies(structure);
  return { energies, energy: energies.reduce((sum, energy) => sum + energy, 0), forces: potential.forces(structure) };
}
