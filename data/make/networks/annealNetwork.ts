import { InputError, requireInteger, requireKnownOptions } from '../../../src/core/errors';
import { createRng } from '../../../src/core/random';
import { siliconStillingerWeber } from '../../../src/materials/silicon/stillingerWeber';
import { relaxStructure } from '../../../src/structures/potential/relax';
import type { Structure } from '../../../src/structures/structure';
import { wrappedPositions } from '../../../src/structures/wrap';
import { BondSwitching } from './bondSwitching';
import { fourBonds } from './fourBonds';

/** Options of {@link annealNetwork}. */
export interface AnnealOptions {
  /** Bond switches tried per atom, at most; default 20 000. All but 1 in 20 are refused before anything is moved. */
  sweeps?: number;
  /** Temperatures kT of the first and the last switch, eV, falling in equal ratios; default 0.45 and 0.3. */
  temperatures?: [number, number];
  /**
   * Keating energy at which to stop, eV/atom; default 0.326, the mean of the training cells (0.307 to 0.345). 0 to go
   * through all sweeps.
   */
  energy?: number;
  /** Whether to relax the atoms by Stillinger–Weber in the end; default true. */
  relax?: boolean;
  seed?: number;
  /** Called after each hundredth of the sweeps; returns false to stop. */
  onProgress?: (progress: AnnealProgress) => boolean | undefined;
}

/** How far a network has come. */
export interface AnnealProgress {
  /** Bond switches per atom tried so far. */
  sweeps: number;
  /** kT, eV. */
  temperature: number;
  /** Keating's, eV/atom. */
  energy: number;
  /** Switches accepted so far. */
  accepted: number;
}

/** A structure by a network of four bonds an atom. */
export interface AnnealedNetwork {
  /** The cell given, its atoms moved and wrapped into it; without info and columns. */
  structure: Structure;
  /** The bonds of the network: the four atoms bonded to each, N × 4. */
  bonds: Int32Array;
  /** Keating energy of the network made of the structure given and of the final one, eV/atom. */
  energyBefore: number;
  energyAfter: number;
  /** Bond switches tried, those of them that were relaxed, and those accepted. */
  tried: number;
  relaxed: number;
  accepted: number;
}

const NAMES = ['sweeps', 'temperatures', 'energy', 'relax', 'seed', 'onProgress'];
/** Parts of the sweeps, each at one temperature. */
const PARTS = 100;

/**
 * A continuous random network out of any atoms in a periodic cell: four bonds an atom, simulated annealing by bond
 * switches under Keating's energy, and a last relaxation by Stillinger–Weber. No molecular dynamics.
 *
 * Wooten, Winer & Weaire, Phys. Rev. Lett. 54, 1392 (1985), doi:10.1103/PhysRevLett.54.1392, with the local relaxation
 * and early refusal of Barkema & Mousseau, Phys. Rev. B 62, 4985 (2000), doi:10.1103/PhysRevB.62.4985. Lengths and
 * force constants are silicon's. Same seed, same bytes.
 *
 * @throws InputError naming an option, or if an atom is no silicon, the cell is not periodic along a, b and c, or its
 *   atoms make no such network
 */
export function annealNetwork(structure: Structure, options: AnnealOptions = {}): AnnealedNetwork {
  requireKnownOptions(options, NAMES);
  const sweeps = requireInteger(options.sweeps ?? 20_000, 'option sweeps');
  const rng = createRng(requireInteger(options.seed ?? 0, 'option seed'));
  const temperatures = checkedTemperatures(options.temperatures ?? [0.45, 0.3]);
  const target = options.energy ?? 0.326;
  if (!(target >= 0)) throw new InputError('option energy', String(target), '0 or more');
  const other = structure.species.findIndex((symbol) => symbol !== 'Si');
  if (other >= 0) throw new InputError(`atom ${other}`, structure.species[other], 'Si');
  const network = fourBonds(structure);
  const search = new BondSwitching(structure, network, rng);
  const { atoms } = network;
  const energyBefore = search.energy / atoms;
  for (let part = 0; part < PARTS && search.energy > target * atoms; part++) {
    const temperature = temperatures[0] * (temperatures[1] / temperatures[0]) ** (part / (PARTS - 1));
    const end = Math.round((sweeps * atoms * (part + 1)) / PARTS);
    search.run(end - search.counts.tried, temperature);
    const { tried, accepted } = search.counts;
    const progress = { sweeps: tried / atoms, temperature, energy: search.energy / atoms, accepted };
    if (options.onProgress?.(progress) === false) break;
  }
  search.settle(1000, 0.01);
  const moved = { ...structure, positions: search.positions, info: {}, arrays: {} };
  const relaxed = options.relax === false ? moved : relaxStructure(moved, siliconStillingerWeber()).structure;
  return {
    structure: { ...relaxed, positions: wrappedPositions(relaxed) },
    bonds: network.neighbors.slice(),
    energyBefore,
    energyAfter: search.energy / atoms,
    ...search.counts,
  };
}

function checkedTemperatures([first, last]: [number, number]): [number, number] {
  if (!(last > 0 && first >= last && first < Infinity)) {
    throw new InputError('option temperatures', `${first}, ${last}`, 'two numbers above 0, the higher one first');
  }
  return [first, last];
}
