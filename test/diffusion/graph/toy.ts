import * as fc from 'fast-check';
import { createRng, type Rng } from '../../../src/core/random';
import { describeConditions, type GraphCondition } from '../../../src/diffusion/graph/conditions';
import { type GraphConfig, graphConfig, initialGraphParameters } from '../../../src/diffusion/graph/config';
import { type AtomGraph, atomGraph, type GraphTarget } from '../../../src/diffusion/graph/network';
import { randomRotation as properRotation } from '../../../src/motifs/randomRotation';
import type { Structure } from '../../../src/structures';

/** A small network of two species; few channels and radial functions keep tests quick. */
export function toyConfig(changes: Partial<GraphConfig> = {}): GraphConfig {
  return graphConfig({
    species: ['Si', 'O'],
    channels: 8,
    layers: 2,
    cutoff: 3,
    radial: 5,
    noiseLevels: 6,
    neighbors: 8,
    ...changes,
  });
}

/** Initial parameters with biases that are not 0. */
export function toyParameters(config: GraphConfig, rng: Rng): Float32Array {
  return initialGraphParameters(config, rng).map((w) => w + 0.1 * rng.normal());
}

/** `count` atoms of two species, in a periodic oblique cell or free, closer together than real ones. */
export function toyStructure(rng: Rng, count: number, periodic = true): Structure {
  const edge = 2 * Math.cbrt(count + 1);
  const lattice = Float64Array.from([edge, 0, 0, 0, edge, 0, 0, 0, edge], (x) => x + 0.3 * rng.normal());
  return {
    lattice: periodic ? lattice : new Float64Array(9),
    pbc: [periodic, periodic, periodic],
    species: Array.from({ length: count }, () => (rng.uniform() < 0.6 ? 'Si' : 'O')),
    positions: Float64Array.from({ length: 3 * count }, () => edge * rng.uniform()),
    info: {},
    arrays: {},
  };
}

/** Noise levels over the whole range and beyond it; a share of atoms is known. */
export function toyNoise(rng: Rng, count: number, known = 0.2): Float32Array {
  return Float32Array.from({ length: count }, () => (rng.uniform() < known ? 0 : Math.exp(1.5 * rng.normal() - 1)));
}

/** Conditions of a network, to learn. */
export const CONDITIONS: GraphCondition[] = [
  { name: 'cooling_rate', scale: 'log', range: [0.1, 100] },
  { name: 'density', scale: 'linear', range: [1.5, 3.5] },
];

/** Conditions within their ranges, or left open; nothing for a network without. */
export function toyConditions(config: GraphConfig, rng: Rng): Float32Array | undefined {
  if (!config.conditions) return undefined;
  const values = config.conditions.map(({ name, range: [a, b] }) => [name, a + (b - a) * rng.uniform()]);
  return describeConditions(config, rng.uniform() < 0.3 ? undefined : Object.fromEntries(values));
}

export function toyGraph(config: GraphConfig, rng: Rng, count: number, periodic = true, known?: number): AtomGraph {
  const noise = toyNoise(rng, count, known);
  return atomGraph(config, toyStructure(rng, count, periodic), noise, toyConditions(config, rng));
}

/** A graph with targets; known atoms and a third of the others have no weight. */
export function toyTarget(config: GraphConfig, rng: Rng, count: number, periodic = true, known?: number): GraphTarget {
  const graph = toyGraph(config, rng, count, periodic, known);
  return {
    graph,
    vectors: Float32Array.from({ length: 3 * count }, () => rng.normal()),
    weights: graph.noise.map((sigma) => (sigma === 0 || rng.uniform() < 1 / 3 ? 0 : rng.uniform())),
  };
}

/** A random rotation, followed by the inversion if `improper`; row-major. */
export function randomRotation(rng: Rng, improper = false): number[] {
  return Array.from(properRotation(rng), (entry) => (improper ? -entry : entry));
}

/** Rows of 3 numbers, each turned by Q. */
export function turned<T extends Float32Array | Float64Array>(rows: T, Q: number[]): T {
  return rows.map((_, k) => {
    const start = k - (k % 3);
    const row = 3 * (k % 3);
    return Q[row] * rows[start] + Q[row + 1] * rows[start + 1] + Q[row + 2] * rows[start + 2];
  }) as T;
}

/** ‖a − b‖ / ‖b‖, or ‖a‖ where b is 0. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const norm = Math.hypot(...Array.from(b));
  return Math.hypot(...Array.from(a, (x, k) => x - b[k])) / (norm || 1);
}

export function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** Checks a law on generators of random numbers; a failure names its seed. */
export function holds(law: (rng: Rng) => void, numRuns = 10): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => law(createRng(seed))),
    { seed: 1, numRuns },
  );
}
