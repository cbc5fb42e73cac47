import fc from 'fast-check';
import { createRng, type Rng } from '../../../src/core/random';
import { Denoiser, type DenoiserOptions } from '../../../src/diffusion';
import type { SamplerStart } from '../../../src/diffusion/cells/sampler';
import { graphConfig } from '../../../src/diffusion/graph/config';
import { FusedGraph } from '../../../src/diffusion/graph/fused';
import { atomCount, type Structure } from '../../../src/structures';

/** Checks a law that takes time on generators of random numbers; a failure names its seed. */
export async function alwaysHolds(law: (rng: Rng) => Promise<void>, numRuns = 10): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.integer(), (seed) => law(createRng(seed))),
    { seed: 1, numRuns },
  );
}

/** ε̂ of coordinate x, which is number k of structure s, at noise level sigma. */
export type Rule = (x: number, k: number, sigma: number, s: number) => number;

/** A denoiser that follows a rule; ε̂ of known atoms is 0, or what a test gives to see that nobody uses it. */
export function ruled(rule: Rule, options: DenoiserOptions = {}, ofKnown = 0): Denoiser {
  const denoiser = Denoiser.create({ species: ['Si'], channels: 8, layers: 1, ...options });
  denoiser.estimate = (structures, noise) =>
    structures.map(({ positions }, s) => {
      const estimate = new Float32Array(positions.length).fill(ofKnown);
      for (let k = 0; k < positions.length; k++) {
        const sigma = noise[s][Math.floor(k / 3)];
        if (sigma > 0) estimate[k] = rule(positions[k], k, sigma, s);
      }
      return estimate;
    });
  return denoiser;
}

/** The denoiser that knows the places x₀ of the atoms of every structure: ε̂ = (x − x₀)/σ. */
export function oracle(...places: ArrayLike<number>[]): Denoiser {
  return ruled((x, k, sigma, s) => (x - places[s % places.length][k]) / sigma);
}

/** The same denoiser, which shows before each call what it is asked about. */
export function watched(
  denoiser: Denoiser,
  look: (structures: readonly Structure[], noise: readonly Float32Array[]) => void,
): Denoiser {
  const estimate = denoiser.estimate.bind(denoiser);
  denoiser.estimate = (structures, noise) => {
    look(structures, noise);
    return estimate(structures, noise);
  };
  return denoiser;
}

/** A random network of silicon; few channels and a short cutoff keep tests quick. */
export function network(seed: number, changes: DenoiserOptions = {}): Denoiser {
  const options = {
    species: ['Si'],
    channels: 8,
    layers: 2,
    cutoff: 3,
    radial: 4,
    noiseLevels: 5,
    neighbors: 8,
    ...changes,
  };
  return Denoiser.create({ ...options, seed, engine: new FusedGraph(graphConfig(options), 1) });
}

/** Silicon atoms anywhere in a periodic cube, 8 Å³ an atom unless told otherwise. */
export function cube(rng: Rng, atoms: number, edge: number = 2 * Math.cbrt(atoms)): Structure {
  return {
    lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    pbc: [true, true, true],
    species: new Array<string>(atoms).fill('Si'),
    positions: Float64Array.from({ length: 3 * atoms }, () => edge * rng.uniform()),
    info: {},
    arrays: {},
  };
}

/** Atoms on a simple cubic grid of n × n × n, `spacing` Å apart, in their periodic cube. */
export function grid(n: number, spacing: number): Structure {
  const edge = n * spacing;
  const positions = Array.from({ length: n ** 3 }, (_, k) => [k % n, Math.floor(k / n) % n, Math.floor(k / n ** 2)]);
  return {
    lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    pbc: [true, true, true],
    species: new Array<string>(n ** 3).fill('Si'),
    positions: Float64Array.from(positions.flat(), (x) => spacing * x),
    info: {},
    arrays: {},
  };
}

/** A start whose atoms are free from `known` on. */
export function startOf(structure: Structure, rng: Rng, known = 0): SamplerStart {
  return { structure, free: new Uint8Array(atomCount(structure)).fill(1, known), rng };
}

/** Positions with normal vectors times `sigma` added. */
export function noisy(places: Float64Array, sigma: number, rng: Rng): Float64Array {
  return places.map((x) => x + sigma * rng.normal());
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
}

/** The largest |a − b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  // NaN must not look like agreement.
  return Array.from(a, (x, k) => Math.abs(x - b[k])).reduce((most, d) => (d <= most ? most : d), 0);
}
