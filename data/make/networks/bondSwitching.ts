import { Minimizer } from '../../../src/core/minimize';
import type { Rng } from '../../../src/core/random';
import type { Structure } from '../../../src/structures/structure';
import { KeatingForces } from './keating';
import type { Network } from './network';
import { SwitchKernel } from './switchKernel';

/** Of the descents: Å at most, and Å²/eV along the force while the curvature is unknown. */
const STEPS = { largestStep: 0.3, firstStep: 0.03, width: 3 };
/** The whole is relaxed each time that as many switches were accepted as one in so many atoms. */
const ATOMS_A_SETTLING = 16;
/** Entries that lists have room for beyond their present number. */
const SPARE = 8;

/**
 * A network in a periodic cell and its atoms at a minimum of Keating's energy, changed by bond switches.
 *
 * Wooten, Winer & Weaire, Phys. Rev. Lett. 54, 1392 (1985), doi:10.1103/PhysRevLett.54.1392. What a trial costs
 * hardly depends on the number of atoms: only those around the switch are relaxed, and no longer than the threshold of
 * acceptance, drawn beforehand, can still be reached (Barkema & Mousseau, Phys. Rev. B 62, 4985 (2000),
 * doi:10.1103/PhysRevB.62.4985). Trials run in single precision (assembly/); what they come to is kept account of, and
 * relaxed as a whole, in double.
 */
export class BondSwitching {
  readonly network: Network;
  /** N × 3, Å, not wrapped. */
  readonly positions: Float64Array;
  /** Keating's energy, eV. */
  energy = 0;
  /** Switches tried, those of them that were relaxed, and those accepted. */
  readonly counts: { tried: number; relaxed: number; accepted: number } = { tried: 0, relaxed: 0, accepted: 0 };
  private readonly lattice: Float64Array;
  private readonly forces: KeatingForces;
  private readonly minimizer: Minimizer;
  private readonly gradient: Float64Array;
  private kernel: SwitchKernel;
  private unsettled = 0;

  /** Switches are drawn from where the generator stands; it is not moved. */
  constructor(structure: Structure, network: Network, rng: Rng) {
    const { atoms } = network;
    this.network = network;
    this.lattice = structure.lattice;
    this.positions = structure.positions.slice();
    this.forces = new KeatingForces(structure, network);
    this.minimizer = new Minimizer(3 * atoms, 6);
    this.gradient = new Float64Array(3 * atoms);
    this.kernel = this.newKernel(rng.state().words);
    this.settle(1000, 0.01);
  }

  /** Relaxes all atoms. */
  settle(steps: number, forceTolerance: number): void {
    const objective = (at: Float64Array, slope: Float64Array): number => this.forces.whole(at, slope);
    const options = { ...STEPS, steps, gradientTolerance: forceTolerance };
    this.minimizer.run(this.positions, objective, options);
    this.energy = this.forces.whole(this.positions, this.gradient);
    this.unsettled = 0;
    this.tellAll();
  }

  /** Tries so many switches at temperature kT, eV. */
  run(trials: number, kT: number): void {
    const end = this.counts.tried + trials;
    while (this.counts.tried < end) {
      const { tried, relaxed, accepted } = this.kernel.search(end - this.counts.tried, kT);
      this.counts.tried += tried;
      this.counts.relaxed += relaxed;
      if (accepted) this.accept(accepted);
    }
  }

  private accept([toA, toC, toD]: [number, number, number]): void {
    const { network, positions, kernel } = this;
    const { list } = this.forces;
    this.counts.accepted++;
    this.unsettled++;
    network.switchBonds(toA, toC, toD);
    for (const i of kernel.movable) for (let c = 0; c < 3; c++) positions[3 * i + c] = kernel.positions[4 * i + c];
    list.update(positions, kernel.movable);
    if (this.unsettled * ATOMS_A_SETTLING > network.atoms) {
      this.settle(10, 0.05);
    } else if (this.fits()) {
      kernel.setList(list, list.changed);
      this.energy += kernel.refreshRegion() + kernel.refresh(list.changed);
      list.changed.clear();
    } else {
      this.settle(0, 0);
    }
  }

  /** Tells the kernel, or a new one if there is no room for the lists in it, of all there is. */
  private tellAll(): void {
    const { list } = this.forces;
    if (!this.fits()) this.kernel = this.newKernel(this.kernel.random);
    const all = list.counts.keys();
    this.kernel.setPositions(this.positions);
    this.kernel.setList(list, list.changed);
    this.kernel.refresh(all);
    list.changed.clear();
  }

  /** Whether the kernel has room for the entries that have changed in the list of atoms close by. */
  private fits(): boolean {
    const { counts, changed } = this.forces.list;
    for (const i of changed) if (counts[i] > this.kernel.capacity) return false;
    return true;
  }

  private newKernel(random: ArrayLike<number>): SwitchKernel {
    const { list } = this.forces;
    for (const i of list.counts.keys()) list.changed.add(i);
    const longest = list.counts.reduce((most, count) => Math.max(most, count), 0);
    return new SwitchKernel(this.network, this.lattice, longest + SPARE, random);
  }
}
