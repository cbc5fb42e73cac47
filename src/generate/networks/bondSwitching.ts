import type { Rng } from '../../core/random';
import { Minimizer } from '../../structures/potential/minimize';
import type { Structure } from '../../structures/structure';
import { KeatingForces, type Region } from './keating';
import type { Network } from './network';

/**
 * A switch that raises the energy of its four atoms by more than UNRELAXED eV, with nothing moved, is tried with the
 * probability exp(−excess / SPREAD) only. About 1 in 20 is tried, and 1 in 40 of these accepted, at kT = 0.4 eV. A search
 * for low energy, then, and no sampler of an ensemble: a switch and its reverse are not refused alike.
 */
const UNRELAXED = 15;
const SPREAD = 5;
/** First the atoms within so many bonds of the switch move, then, if that promises well, those within so many. */
const FIRST: Stage = { shells: 1, steps: 20, patience: 2, forceTolerance: 0.1 };
const SECOND: Stage = { shells: 3, steps: 20, patience: 3, forceTolerance: 0.05 };
/** What the second stage gains at most, eV. */
const SLACK = 1;
/** Energy still to be gained is at most about this times the squared gradient, Å²/eV. */
const GAIN = 0.2;
const LARGEST_STEP = 0.3;
/** The whole is relaxed each time that as many switches were accepted as one in so many atoms. */
const ATOMS_A_SETTLING = 16;

interface Stage {
  shells: number;
  steps: number;
  /** Steps before a hopeless descent is broken off. */
  patience: number;
  /** eV/Å. */
  forceTolerance: number;
}

/**
 * A network in a periodic cell and its atoms at a minimum of Keating's energy, changed by bond switches.
 *
 * Wooten, Winer & Weaire, Phys. Rev. Lett. 54, 1392 (1985), doi:10.1103/PhysRevLett.54.1392. What a trial costs does
 * not depend on the number of atoms: only those around the switch are relaxed, and no longer than the threshold of
 * acceptance, drawn beforehand, can still be reached (Barkema & Mousseau, Phys. Rev. B 62, 4985 (2000),
 * doi:10.1103/PhysRevB.62.4985).
 */
export class BondSwitching {
  readonly network: Network;
  /** N × 3, Å, not wrapped. */
  readonly positions: Float64Array;
  /** Keating's energy, eV. */
  energy = 0;
  /** Switches tried, those of them that were relaxed, and those accepted. */
  readonly counts: { tried: number; relaxed: number; accepted: number } = { tried: 0, relaxed: 0, accepted: 0 };
  private readonly forces: KeatingForces;
  private readonly minimizer: Minimizer;
  private readonly energies: Float64Array;
  private readonly gradient: Float64Array;
  private readonly saved: Float64Array;
  private readonly free: Float64Array;
  private readonly region: Region;
  private readonly mark: Int32Array;
  private readonly four: Int32Array = new Int32Array(4);
  private stamp = 0;
  private unsettled = 0;

  constructor(structure: Structure, network: Network) {
    const { atoms } = network;
    this.network = network;
    this.positions = structure.positions.slice();
    this.forces = new KeatingForces(structure, network);
    this.minimizer = new Minimizer(atoms, 6);
    this.energies = new Float64Array(atoms);
    this.gradient = new Float64Array(3 * atoms);
    this.saved = new Float64Array(3 * atoms);
    this.free = new Float64Array(3 * atoms);
    this.region = { atoms: new Int32Array(atoms), movable: 0, centers: 0 };
    this.mark = new Int32Array(atoms);
    this.settle(1000, 0.01);
  }

  /** Relaxes all atoms. */
  settle(steps: number, forceTolerance: number): void {
    const objective = (at: Float64Array, slope: Float64Array): number => this.forces.whole(at, slope);
    const options = { steps, forceTolerance, largestStep: LARGEST_STEP };
    this.minimizer.run(this.positions, objective, options);
    this.energy = this.forces.whole(this.positions, this.gradient);
    for (let i = 0; i < this.network.atoms; i++) this.energies[i] = this.forces.atom(i, this.positions);
    this.unsettled = 0;
  }

  /** One trial at temperature kT, eV; whether it was accepted. */
  trial(kT: number, rng: Rng): boolean {
    this.counts.tried++;
    if (!this.switchAny(rng)) return false;
    if (!this.promising(rng)) {
      this.network.swap();
      return false;
    }
    this.counts.relaxed++;
    const allowance = -kT * Math.log(1 - rng.uniform());
    const rough = this.enclose(FIRST.shells) + allowance + SLACK;
    this.gather(this.saved);
    if (this.descend(FIRST, rough) > rough) return this.reject();
    const first = this.region.movable;
    this.scatter(this.saved, first);
    const before = this.enclose(SECOND.shells);
    this.gather(this.saved);
    // The larger region begins with the atoms of the smaller one: they go on from where they came to.
    this.scatter(this.free, first);
    const after = this.descend(SECOND, before + allowance);
    if (!(after < before + allowance)) return this.reject();
    this.accept(before);
    return true;
  }

  /** Switches the bonds of a chain of four atoms drawn at random; false if they cannot be switched. */
  private switchAny(rng: Rng): boolean {
    const { network, four } = this;
    const b = rng.integer(network.atoms);
    const turn = rng.integer(4);
    const toA = 4 * b + turn;
    const toC = 4 * b + ((turn + 1 + rng.integer(3)) & 3);
    const c = network.neighbors[toC];
    const toD = 4 * c + ((network.back(toC) + 1 + rng.integer(3)) & 3);
    four[0] = network.neighbors[toA];
    four[1] = b;
    four[2] = c;
    four[3] = network.neighbors[toD];
    return network.switchBonds(toA, toC, toD);
  }

  /** Whether to relax the switch: its rise in energy with nothing moved is below a threshold drawn at random. */
  private promising(rng: Rng): boolean {
    const { energies, forces, positions, four } = this;
    let rise = SPREAD * Math.log(1 - rng.uniform()) - UNRELAXED;
    for (let k = 0; k < 4; k++) rise -= energies[four[k]];
    // Bonds first: they decide nearly all, and repulsions cost more.
    for (let k = 0; k < 4; k++) {
      rise += forces.bondsOf(four[k], positions);
      if (rise > 0) return false;
    }
    for (let k = 0; k < 4; k++) rise += forces.repulsionsOf(four[k], positions);
    return rise <= 0;
  }

  /** Makes the region of atoms within some bonds of the switch; its energy before the switch. */
  private enclose(shells: number): number {
    const { network, region, mark, forces, positions } = this;
    this.stamp++;
    region.atoms.set(this.four);
    for (let k = 0; k < 4; k++) mark[this.four[k]] = this.stamp;
    region.movable = network.surroundings(region.atoms, 4, shells, mark, this.stamp);
    region.centers = network.surroundings(region.atoms, region.movable, 1, mark, this.stamp);
    network.swap();
    forces.prepare(region, positions);
    const before = forces.region(region, positions, this.gradient);
    network.swap();
    return before;
  }

  /** Lets the region's movable atoms down, unless they cannot come below the limit; their energy. */
  private descend({ steps, patience, forceTolerance }: Stage, limit: number): number {
    const { region, positions, gradient, forces } = this;
    const free = this.free.subarray(0, 3 * region.movable);
    forces.prepare(region, positions);
    this.gather(free);
    const objective = (at: Float64Array, slope: Float64Array): number => {
      this.scatter(at, region.movable);
      const energy = forces.region(region, positions, gradient);
      gatherRows(gradient, region, slope);
      return energy;
    };
    const hopeless = (energy: number, square: number, step: number): boolean =>
      step >= patience && energy - GAIN * square > limit;
    const options = { steps, forceTolerance, largestStep: LARGEST_STEP, stop: hopeless };
    const { energy } = this.minimizer.run(free, objective, options);
    this.scatter(free, region.movable);
    if (energy > limit) return energy;
    // Atoms may have come within reach of each other meanwhile.
    forces.prepare(region, positions);
    return forces.region(region, positions, gradient);
  }

  private reject(): false {
    this.scatter(this.saved, this.region.movable);
    this.network.swap();
    return false;
  }

  private accept(before: number): void {
    const { region, positions, energies, forces, network } = this;
    this.counts.accepted++;
    this.unsettled++;
    // Atoms may have come within reach of others that were not listed.
    forces.update(region, positions);
    forces.prepare(region, positions);
    this.energy += forces.region(region, positions, this.gradient) - before;
    if (this.unsettled * ATOMS_A_SETTLING > network.atoms) this.settle(10, 0.05);
    else for (let m = 0; m < region.centers; m++) energies[region.atoms[m]] = forces.atom(region.atoms[m], positions);
  }

  private gather(into: Float64Array): void {
    gatherRows(this.positions, this.region, into);
  }

  private scatter(from: Float64Array, count: number): void {
    const { region, positions } = this;
    for (let m = 0; m < count; m++) {
      const i = 3 * region.atoms[m];
      positions[i] = from[3 * m];
      positions[i + 1] = from[3 * m + 1];
      positions[i + 2] = from[3 * m + 2];
    }
  }
}

/** Rows of the movable atoms. */
function gatherRows(rows: Float64Array, { atoms, movable }: Region, into: Float64Array): void {
  for (let m = 0; m < movable; m++) {
    const i = 3 * atoms[m];
    into[3 * m] = rows[i];
    into[3 * m + 1] = rows[i + 1];
    into[3 * m + 2] = rows[i + 2];
  }
}
