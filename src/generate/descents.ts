import { requireFinite } from '../core/errors';
import { asRng, createRng, type SeedOrRng } from '../core/random';
import type { Vae } from '../model/vae';
import { coordinatesFromGrams } from '../motifs/coordinates';
import { gramIndex, gramSize, gramVectors } from '../motifs/gram';
import { layOn, rotationWork } from '../motifs/rotation';
import type { CheckedProblem } from './problem';

/** How {@link descendAll} goes about it; see `InfillOptions`. */
export interface DescentSettings {
  restarts: number;
  seed: SeedOrRng;
  prior: number;
  steps: number;
  learningRate: number;
}

/** Where the descents of many problems end; the rows of a problem are `restarts` numbers, one a descent. */
export interface Descents {
  /** The first row of each problem. */
  first: Int32Array;
  /** R×latent. */
  latents: Float32Array;
  /** R, normalized units. */
  objective: Float32Array;
  /** R×P, as decoded, Å². */
  grams: Float64Array;
  /** R, Å²; see `coordinatesFromGram`. */
  residuals: Float64Array;
  /** R×n×3, turned so that the known atoms lie best on their places, Å. */
  positions: Float64Array;
  /** R: how far these are from them, rms, Å. */
  knownRmsd: Float64Array;
}

/**
 * All descents of all problems (at least one) in latent space, each from an encoded Gram matrix with noise of its own.
 */
export function descendAll(vae: Vae, problems: readonly CheckedProblem[], settings: DescentSettings): Descents {
  const { restarts, steps, learningRate, prior } = settings;
  const network = vae.network();
  const first = rowsByMask(problems, restarts);
  const { targets, weights, starts } = poseProblems(vae, problems, first, settings);
  const { mean } = vae.engine.encode(network, starts);
  const { latents, objective } = vae.engine.descend(network, mean, targets, weights, { steps, learningRate, prior });
  requireFinite(objective, 'infilling objective');
  const { decoded, ...ends } = decodeEnds(vae, latents);
  return { first, latents, objective, ...ends, ...turnOntoKnown(problems, first, decoded, restarts) };
}

/** The first row of each problem, those of one mask together: the engine leaves out what none of them asks about. */
function rowsByMask(problems: readonly CheckedProblem[], restarts: number): Int32Array {
  const groups = new Map<string, number[]>();
  problems.forEach(({ known }, p) => {
    const mask = known.join();
    const group = groups.get(mask);
    if (group === undefined) groups.set(mask, [p]);
    else group.push(p);
  });
  const first = new Int32Array(problems.length);
  Array.from(groups.values())
    .flat()
    .forEach((p, k) => {
      first[p] = k * restarts;
    });
  return first;
}

/** Targets, masks and noisy initial Gram vectors, one row for each restart of each problem, normalized. */
function poseProblems(
  vae: Vae,
  problems: readonly CheckedProblem[],
  first: Int32Array,
  { restarts, seed }: DescentSettings,
): { targets: Float32Array; weights: Float32Array; starts: Float32Array } {
  const n = vae.config.atoms;
  const size = gramSize(n);
  const total = problems.length * restarts * size;
  const [targets, weights, starts] = [new Float32Array(total), new Float32Array(total), new Float32Array(total)];
  const known = vae.normalizer!.normalize(gramsOf(problems, n));
  // The same noise for each problem, so that none depends on its neighbors.
  const noise = new Float64Array(restarts * size);
  const drawNoise = (source: SeedOrRng): void => {
    const rng = typeof source === 'number' ? createRng(source) : asRng(source);
    for (let k = 0; k < noise.length; k++) noise[k] = rng.normal();
  };
  if (typeof seed === 'number') drawNoise(seed);
  problems.forEach((problem, p) => {
    if (typeof seed !== 'number') drawNoise(seed);
    const from = first[p] * size;
    starts.set(noise, from);
    for (const i of problem.known) {
      for (const j of problem.known) {
        if (j < i) continue;
        const entry = gramIndex(i, j, n);
        for (let at = from + entry; at < from + restarts * size; at += size) {
          targets[at] = starts[at] = known[size * p + entry];
          weights[at] = 1;
        }
      }
    }
  });
  return { targets, weights, starts };
}

function gramsOf(problems: readonly CheckedProblem[], n: number): Float64Array {
  const positions = new Float64Array(3 * n * problems.length);
  problems.forEach((problem, p) => {
    positions.set(problem.positions, 3 * n * p);
  });
  return gramVectors({ positions, n: n, length: problems.length });
}

function decodeEnds(
  vae: Vae,
  latents: Float32Array,
): { decoded: Float64Array; grams: Float64Array; residuals: Float64Array } {
  const n = vae.config.atoms;
  if (vae.config.decoder === 'cartesian') {
    const decoded = vae.decodePositions(latents);
    const grams = gramVectors({ positions: decoded, n: n, length: decoded.length / (3 * n) });
    return { decoded, grams, residuals: coordinatesFromGrams(grams, n).residuals };
  }
  const grams = vae.decode(latents);
  const { positions, residuals } = coordinatesFromGrams(grams, n);
  return { decoded: positions, grams, residuals };
}

function turnOntoKnown(
  problems: readonly CheckedProblem[],
  first: Int32Array,
  decoded: Float64Array,
  restarts: number,
): { positions: Float64Array; knownRmsd: Float64Array } {
  const positions = new Float64Array(decoded.length);
  const knownRmsd = new Float64Array(problems.length * restarts);
  const weights = new Float64Array(problems[0].n);
  const work = rotationWork();
  problems.forEach((problem, p) => {
    weights.fill(0);
    for (const i of problem.known) weights[i] = 1;
    for (let row = first[p]; row < first[p] + restarts; row++) {
      const from = 3 * weights.length * row;
      knownRmsd[row] = layOn(work, problem.positions, 0, decoded, from, weights, true, positions);
    }
  });
  return { positions, knownRmsd };
}
