import { requireFinite } from '../core/errors';
import { asRng, createRng, type SeedOrRng } from '../core/random';
import { neighborCodes, type Vae } from '../model/vae';
import { gramIndex, gramSize, gramVectors } from '../motifs/gram';
import { layOn, rotationWork } from '../motifs/rotation';
import { decodeMotifs } from './decode';
import { keepDistinct } from './distinct';
import type { CheckedProblem } from './problem';
import type { InfillSolution } from './solution';

/** Settings of {@link solve}; see `InfillOptions`. */
export interface DescentSettings {
  restarts: number;
  seed: SeedOrRng;
  prior: number;
  steps: number;
  learningRate: number;
  distinct: number;
}

/**
 * The distinct solutions of each problem, best first: where descents in latent space end, each from an encoded Gram
 * matrix with noise of its own, or from `given` latents.
 */
export function solve(
  vae: Vae,
  problems: readonly CheckedProblem[],
  settings: DescentSettings,
  given?: Float32Array,
): InfillSolution[][] {
  if (problems.length === 0) return [];
  const { restarts, steps, learningRate, prior, distinct } = settings;
  const { targets, weights, starts } = pose(vae, problems, settings);
  const mean = given ?? vae.engine.encode(vae.network(), starts).mean;
  const descent = { steps, learningRate, prior };
  const { latents, objective } = vae.engine.descend(vae.network(), mean, targets, weights, descent);
  requireFinite(objective, 'infilling objective');
  const { n, positions, grams, residuals } = decodeMotifs(vae, latents);
  const species = [...(vae.species ?? new Array<string>(n + 1).fill('X'))];
  const codes = neighborCodes(vae);
  const [latentSize, size, work] = [vae.config.latent, gramSize(n), rotationWork()];
  return problems.map((problem, p) => {
    const known = new Float64Array(n);
    for (const i of problem.known) known[i] = 1;
    const ends = Array.from({ length: restarts }, (_, r): InfillSolution => {
      const row = p * restarts + r;
      const turned = positions.slice(3 * n * row, 3 * n * (row + 1));
      const knownRmsd = layOn(work, problem.positions, turned, known, true, turned);
      return {
        ...{ latent: latents.slice(latentSize * row, latentSize * (row + 1)), objective: objective[row] },
        ...{ gram: grams.slice(size * row, size * (row + 1)), positions: turned, species },
        ...{ knownRmsd, residual: residuals[row], restarts: 1 },
      };
    });
    const kept = keepDistinct(ends, problem, distinct, codes);
    for (const { gram } of kept) overwriteKnown(gram, problem);
    return kept;
  });
}

/** Writes the entries between known atoms. */
function overwriteKnown(gram: Float64Array, { n, known, positions }: CheckedProblem): void {
  const given = gramVectors({ n, length: 1, positions });
  forKnown(known, n, (entry) => {
    gram[entry] = given[entry];
  });
}

function forKnown(known: Int32Array, n: number, write: (entry: number) => void): void {
  known.forEach((i, k) => {
    for (const j of known.subarray(k)) write(gramIndex(i, j, n));
  });
}

/** Targets, masks and noisy initial Gram vectors, one row for each restart of each problem, normalized. */
export function pose(
  vae: Vae,
  problems: readonly CheckedProblem[],
  { restarts, seed }: DescentSettings,
): { targets: Float32Array; weights: Float32Array; starts: Float32Array } {
  const n = vae.config.atoms;
  const size = gramSize(n);
  const total = problems.length * restarts * size;
  const [targets, weights, starts] = [new Float32Array(total), new Float32Array(total), new Float32Array(total)];
  // The same noise for each problem, so that none depends on its neighbors.
  const noise = new Float64Array(restarts * size);
  const drawNoise = (source: SeedOrRng): void => {
    const rng = typeof source === 'number' ? createRng(source) : asRng(source);
    for (let k = 0; k < noise.length; k++) noise[k] = rng.normal();
  };
  if (typeof seed === 'number') drawNoise(seed);
  problems.forEach(({ known, positions }, p) => {
    if (typeof seed !== 'number') drawNoise(seed);
    const from = p * restarts * size;
    starts.set(noise, from);
    const given = vae.normalizer!.normalize(gramVectors({ n, length: 1, positions }));
    forKnown(known, n, (entry) => {
      for (let at = from + entry; at < from + restarts * size; at += size) {
        targets[at] = starts[at] = given[entry];
        weights[at] = 1;
      }
    });
  });
  return { targets, weights, starts };
}
