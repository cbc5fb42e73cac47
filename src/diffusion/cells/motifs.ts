import { requireInteger, requireKnownOptions } from '../../core/errors';
import type { Rng } from '../../core/random';
import type { Structure } from '../../structures';
import type { Denoiser } from '../denoiser';
import { type SamplerOptions, type SamplerStart, sampleStructures } from './sampler';
import { startRng, symbolsOf } from './starts';

/** Options of {@link generateMotifs}; those of the sampler default to 100 steps from 1.5 to 0.03 Å. */
export interface GenerateMotifsOptions extends Pick<SamplerOptions, 'steps' | 'sampler' | 'noise'> {
  /** Motifs; default 1. */
  count?: number;
  /** Neighbors of the central atom; default 8. */
  neighbors?: number;
  /** Motif k of a seed is the same whatever the count. */
  seed?: number;
  /** Element of all atoms; by default the model's only one. */
  species?: string;
}

/** Å along each axis: the spread of neighbors about their atom, before any noise. */
const SPREAD = 1.8;
/** Motifs that go through the levels side by side. */
const BATCH = 64;

/**
 * Motifs from nothing by a model of motifs: neighbors at random places around a known central atom, denoised.
 *
 * @returns count × neighbors × 3, Å, relative to the central atom, neighbors sorted by distance
 * @throws InputError naming the option
 */
export async function generateMotifs(denoiser: Denoiser, options: GenerateMotifsOptions = {}): Promise<Float64Array> {
  requireKnownOptions(options, ['steps', 'sampler', 'noise', 'count', 'neighbors', 'seed', 'species']);
  const { steps = 100, sampler = 'ancestral', noise = [1.5, 0.03] } = options;
  const count = requireInteger(options.count ?? 1, 'option count', 1);
  const n = requireInteger(options.neighbors ?? 8, 'option neighbors', 1);
  const [symbol] = symbolsOf(denoiser, options.species === undefined ? 1 : { [options.species]: 1 }, 'option species');
  const motifs = new Float64Array(3 * n * count);
  for (let first = 0; first < count; first += BATCH) {
    const starts = Array.from({ length: Math.min(BATCH, count - first) }, (_, k) =>
      start(symbol, n, startRng(options.seed ?? 0, first + k), noise[0]),
    );
    const sampled = await sampleStructures(denoiser, starts, { steps, sampler, noise });
    sampled.forEach(({ positions }, k) => {
      motifs.set(sortedByDistance(positions.subarray(3)), 3 * n * (first + k));
    });
  }
  return motifs;
}

function start(symbol: string, n: number, rng: Rng, sigma: number): SamplerStart {
  const spread = Math.hypot(sigma, SPREAD);
  const structure: Structure = {
    lattice: new Float64Array(9),
    pbc: [false, false, false],
    species: new Array<string>(n + 1).fill(symbol),
    positions: Float64Array.from({ length: 3 * (n + 1) }, (_, k) => (k < 3 ? 0 : spread * rng.normal())),
    info: {},
    arrays: {},
  };
  return { structure, free: new Uint8Array(n + 1).fill(1, 1), rng };
}

function sortedByDistance(positions: Float64Array): Float64Array {
  const points = Array.from({ length: positions.length / 3 }, (_, k) => positions.slice(3 * k, 3 * k + 3));
  const distance = (p: Float64Array): number => Math.hypot(p[0], p[1], p[2]);
  points.sort((a, b) => distance(a) - distance(b));
  return Float64Array.from(points.flatMap((point) => Array.from(point)));
}
