import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { Minimizer } from '../../core/minimize';
import { objectiveOf, type Potential } from '../potential';
import { atomCount, type Structure } from '../structure';

/** Options of {@link relaxStructure}. */
export interface RelaxOptions {
  /** Most steps; 1000 if absent. 0 only measures. */
  steps?: number;
  /** Converged once the force on no movable atom is larger, eV/Å; 0.01 if absent. */
  forceTolerance?: number;
  /** Farthest that an atom moves in one step, Å; 0.2 if absent. */
  largestStep?: number;
  /** Indices of the atoms that may move; the others stay where they are and act on them. All if absent. */
  movable?: ArrayLike<number>;
}

/** A structure at a local minimum of its energy, or on the way there. */
export interface Relaxation {
  /** Cell and species as given, atoms moved and not wrapped into the cell; without info and columns, no longer true. */
  structure: Structure;
  /** Energy of the structure given and of the relaxed one, eV/atom, fixed atoms included. */
  energyBefore: number;
  energyAfter: number;
  steps: number;
  /** Evaluations of energy and forces. */
  forceCalls: number;
  /** Largest force on a movable atom, eV/Å. */
  largestForce: number;
  /** Whether that is within the tolerance. */
  converged: boolean;
}

/** Step along the force while the curvature is unknown, Å²/eV: that of a stiff bond. */
const FIRST_STEP = 0.03;

/**
 * The local minimum of the potential's energy downhill of a structure, at fixed cell: no temperature, no dynamics.
 *
 * Limited-memory BFGS with a limited step and an energy that never rises, so that even atoms 1 Å apart separate
 * (Liu & Nocedal, Math. Program. 45, 503 (1989), doi:10.1007/BF01589116).
 *
 * @throws InputError if there is no atom, the potential does not know one, two are at one place, an option is out of
 *   range, or an index is not that of an atom or occurs twice
 */
export function relaxStructure(structure: Structure, potential: Potential, options: RelaxOptions = {}): Relaxation {
  if (typeof potential?.energies !== 'function') throw new InputError('potential', typeof potential, 'a Potential');
  requireKnownOptions(options, ['steps', 'forceTolerance', 'largestStep', 'movable']);
  const steps = requireInteger(options.steps ?? 1000, 'option steps');
  const forceTolerance = requirePositive(options.forceTolerance ?? 0.01, 'option forceTolerance');
  const largestStep = requirePositive(options.largestStep ?? 0.2, 'option largestStep');
  const atoms = atomCount(structure);
  if (atoms === 0) throw new InputError('structure', 'no atoms', 'at least one atom');
  const movable = movableAtoms(options.movable, atoms);
  const evaluate = objectiveOf(potential, structure);
  const positions = structure.positions.slice();
  const gradient = new Float64Array(3 * atoms);
  const before = evaluate(positions, gradient);
  const free = new Float64Array(3 * movable.length);
  gather(positions, movable, free);
  const objective = (at: Float64Array, slope: Float64Array): number => {
    scatter(at, movable, positions);
    const energy = evaluate(positions, gradient);
    gather(gradient, movable, slope);
    return energy;
  };
  const limits = { steps, gradientTolerance: forceTolerance, largestStep, width: 3, firstStep: FIRST_STEP };
  const found = new Minimizer(free.length).run(free, objective, limits);
  scatter(free, movable, positions);
  return {
    structure: { ...structure, positions, info: {}, arrays: {} },
    energyBefore: before / atoms,
    energyAfter: found.value / atoms,
    steps: found.steps,
    forceCalls: found.calls,
    largestForce: found.largestGradient,
    converged: found.converged,
  };
}

/** Indices of the movable atoms, checked. */
function movableAtoms(given: ArrayLike<number> | undefined, atoms: number): Int32Array {
  if (given === undefined) return Int32Array.from({ length: atoms }, (_, i) => i);
  const seen = new Set<number>();
  return Int32Array.from(given, (i, k) => {
    if (!Number.isInteger(i) || i < 0 || i >= atoms) {
      throw new InputError(`option movable[${k}]`, String(i), `the index of one of ${atoms} atoms`);
    }
    if (seen.has(i)) throw new InputError(`option movable[${k}]`, `${i} a second time`, 'each atom once');
    seen.add(i);
    return i;
  });
}

function gather(rows: Float64Array, atoms: Int32Array, into: Float64Array): void {
  for (let m = 0; m < atoms.length; m++) {
    const from = 3 * atoms[m];
    into[3 * m] = rows[from];
    into[3 * m + 1] = rows[from + 1];
    into[3 * m + 2] = rows[from + 2];
  }
}

function scatter(rows: Float64Array, atoms: Int32Array, into: Float64Array): void {
  for (let m = 0; m < atoms.length; m++) {
    const to = 3 * atoms[m];
    into[to] = rows[3 * m];
    into[to + 1] = rows[3 * m + 1];
    into[to + 2] = rows[3 * m + 2];
  }
}
