import { requireInteger, requireKnownOptions } from '../../core/errors';
import type { Rng } from '../../core/random';
import { libraryVersion } from '../../core/version';
import type { Structure } from '../../structures';
import { wrappedPositions } from '../../structures/wrap';
import type { Denoiser } from '../denoiser';
import { randomCell } from './randomCell';
import { type SamplerOptions, sampleStructures } from './sampler';
import { speciesOf, startRng } from './starts';

/** Options of {@link generateCells}. */
export interface CellOptions extends SamplerOptions {
  /** Atoms a cell; default 512. */
  atoms?: number;
  /** g/cm³. */
  density: number;
  /** Cells; default 1. */
  count?: number;
  /** Cell k of a seed is the same whatever the count. */
  seed?: number;
  /** Element of all atoms; by default the model's only one. */
  species?: string;
  /** Cells that go through the levels together; default 2. Results do not depend on it. */
  batch?: number;
  /** Called with each finished cell. */
  onCell?: (cell: Structure, index: number) => void;
}

const NAMES = [
  'steps',
  'noise',
  'levels',
  'sampler',
  'onStep',
  'atoms',
  'density',
  'count',
  'seed',
  'species',
  'batch',
  'onCell',
];

/**
 * Whole periodic cells from nothing: atoms at random places in a cube, denoised. No molecular dynamics.
 *
 * @throws InputError naming the option
 */
export function generateCells(denoiser: Denoiser, options: CellOptions): Structure[] {
  requireKnownOptions(options, NAMES);
  const count = requireInteger(options.count ?? 1, 'option count', 1);
  const { seed = 0, steps, noise, levels, sampler, onStep } = options;
  const batch = requireInteger(options.batch ?? 2, 'option batch', 1);
  const cells: Structure[] = [];
  for (let first = 0; first < count; first += batch) {
    const starts = Array.from({ length: Math.min(batch, count - first) }, (_, k) => {
      const rng = startRng(seed, first + k);
      const structure = anywhere(denoiser, options, rng, `generated-${seed}-${first + k}`);
      return { structure, free: new Uint8Array(structure.species.length).fill(1), rng };
    });
    for (const cell of sampleStructures(denoiser, starts, { steps, noise, levels, sampler, onStep })) {
      cells.push({ ...cell, positions: wrappedPositions(cell) });
      options.onCell?.(cells[cells.length - 1], cells.length - 1);
    }
  }
  return cells;
}

/** A cube of the density with atoms anywhere in it, at any distances. */
function anywhere(denoiser: Denoiser, { atoms, density, species }: CellOptions, rng: Rng, name: string): Structure {
  const symbol = speciesOf(denoiser, species, 'option species');
  const cell = randomCell({ atoms, density, species: symbol, seed: rng });
  return { ...cell, info: { name, density, generator: `glassy-motifs ${libraryVersion()}` } };
}
