import { InputError } from '../core/errors';
import { atomCount, type Structure } from './structure';

/** Energies and forces of atoms of some elements: all that relaxing and judging need to know of a potential. */
export interface Potential {
  /** As it stands in tables and messages. */
  readonly name: string;
  /** Chemical symbols that it knows; all of its functions refuse others by {@link InputError}. */
  readonly elements: readonly string[];
  /** Energy of each atom, or of these atoms, eV; over all atoms they sum to the energy of the structure. */
  energies(structure: Structure, atoms?: ArrayLike<number>): Float64Array;
  /** Minus the gradient of the energy of the structure, N × 3, eV/Å. */
  forces(structure: Structure): Float64Array;
  /**
   * The energy (eV) as a function of positions (N × 3, Å, moved on from the structure's without wrapping) that sets its
   * gradient (N × 3, eV/Å). May keep a neighbor list; without it relaxation uses `energies` and `forces`.
   */
  objective?(structure: Structure): (positions: Float64Array, gradient: Float64Array) => number;
}

/** Throws {@link InputError} naming the first atom that a potential does not know, or if there is no atom. */
export function requireElements(structure: Structure, { name, elements }: Pick<Potential, 'name' | 'elements'>): void {
  if (atomCount(structure) === 0) throw new InputError('structure', 'no atoms', 'at least one atom');
  const other = structure.species.findIndex((symbol) => !elements.includes(symbol));
  if (other < 0) return;
  throw new InputError(`atom ${other}`, structure.species[other], `${elements.join(' or ')}, the elements of ${name}`);
}

/** `potential.objective`, or the same by its `energies` and `forces`. */
export function objectiveOf(
  potential: Potential,
  structure: Structure,
): (positions: Float64Array, gradient: Float64Array) => number {
  if (potential.objective) return potential.objective(structure);
  return (positions, gradient) => {
    const moved = { ...structure, positions };
    potential.forces(moved).forEach((force, c) => {
      gradient[c] = -force;
    });
    return potential.energies(moved).reduce((sum, energy) => sum + energy, 0);
  };
}
