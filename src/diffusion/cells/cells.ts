import { requireInteger, requireKnownOptions } from '../../core/errors';
import { libraryVersion } from '../../core/version';
import type { Structure } from '../../structures';
import { wrappedPositions } from '../../structures/wrap';
import type { Denoiser } from '../denoiser';
import type { Conditions } from '../graph/conditions';
import { randomCell } from './randomCell';
import { SAMPLER_OPTIONS, type SamplerOptions, type SamplerProgress, sampleStructures } from './sampler';
import { type Composition, cellSymbols, startRng } from './starts';

/** Options of {@link generateCells}. */
export interface CellOptions extends SamplerOptions {
  /** Atoms a cell; default 512. */
  atoms?: number;
  /** g/cm³. */
  density: number;
  /** Cells; default 1. */
  count?: number;
  /** Cell k of a seed is the same whatever the count and the first. */
  seed?: number;
  /** Number of the first cell; default 0. Others can make those before it, elsewhere or earlier. */
  first?: number;
  /** Proportions of the elements, such as `{ Si: 1, O: 2 }`; by default the model's only one. */
  composition?: Composition;
  /**
   * What the cells are made under, all that the model learned as conditions and no other: `{ cooling_rate: 10 }`. That
   * of the name 'density' is the density of the cells unless it is given.
   */
  conditions?: Conditions;
  /** How much they count, see `Denoiser.under`; default 1. */
  guidance?: number;
  /** Cells that go through the levels together; default 2. Results do not depend on it. */
  batch?: number;
  /** Called with each finished cell. */
  onCell?: (cell: Structure, index: number) => void;
}

const NAMES = [
  ...[...SAMPLER_OPTIONS, 'atoms', 'density', 'count', 'seed', 'composition', 'first', 'batch', 'onCell'],
  ...['conditions', 'guidance'],
];

/**
 * Whole periodic cells from nothing: atoms at random places in a cube, denoised. No molecular dynamics.
 *
 * The defaults are for glasses with bonds like silicon's; they were chosen on validation cells (notebook 10).
 *
 * @returns the finished cells, fewer than asked for where it was stopped
 * @throws InputError naming the option
 * @example
 * const denoiser = Denoiser.load(modelFile('cells'));
 * const [cell] = await generateCells(denoiser, { atoms: 512, density: 2.23, seed: 1 });
 */
export async function generateCells(model: Denoiser, options: CellOptions): Promise<Structure[]> {
  requireKnownOptions(options, NAMES);
  const begin = requireInteger(options.first ?? 0, 'option first');
  const end = begin + requireInteger(options.count ?? 1, 'option count', 1);
  const { seed = 0, atoms = 512, density, composition, sampler, guide, signal } = options;
  const { steps, noise, window, approach, correlation, callsPerStep, levels } = options;
  const batch = requireInteger(options.batch ?? 2, 'option batch', 1);
  const species = cellSymbols(model, composition, atoms);
  const conditions = conditionsOf(model, options);
  const denoiser = model.under(conditions, options.guidance);
  const cells: Structure[] = [];
  let stopped = false;
  const onProgress = (progress: SamplerProgress): boolean => {
    stopped = options.onProgress?.(progress) === false || signal?.aborted === true;
    return !stopped;
  };
  for (let from = begin; from < end; from += batch) {
    const starts = Array.from({ length: Math.min(batch, end - from) }, (_, k) => {
      const rng = startRng(seed, from + k);
      const info = {
        name: `generated-${seed}-${from + k}`,
        density,
        ...conditions,
        generator: `glassy-motifs ${libraryVersion()}`,
      };
      const structure = { ...randomCell({ density, species, seed: rng }), info };
      return { structure, free: new Uint8Array(atoms).fill(1), rng };
    });
    const sampled = await sampleStructures(denoiser, starts, {
      ...{ steps, noise, window, approach, correlation, callsPerStep, levels, sampler, guide, onProgress },
    });
    if (stopped) break;
    for (const cell of sampled) {
      cells.push({ ...cell, positions: wrappedPositions(cell) });
      options.onCell?.(cells[cells.length - 1], begin + cells.length - 1);
    }
  }
  return cells;
}

function conditionsOf({ config }: Denoiser, { density, conditions = {} }: CellOptions): Conditions {
  const isCondition = config.conditions?.some(({ name }) => name === 'density');
  return isCondition ? { density, ...conditions } : conditions;
}
