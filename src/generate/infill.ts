import { InputError, requireFinite, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { asRng, createRng, type SeedOrRng } from '../core/random';
import type { Vae } from '../model/vae';
import { gramIndex, gramSize, gramVector } from '../motifs/gram';
import { synchronizeMany } from '../motifs/synchronize';
import { type DecodedMotifs, decodeMotifs } from './decode';
import { DISTINCT, distinctSolutions } from './distinct';
import { type CheckedProblem, checkProblem, type InfillProblem } from './problem';
import type { InfillSolution } from './solution';

/** Options of {@link infill}. */
export interface InfillOptions {
  /** Descents from different noise; 32 if absent. */
  restarts?: number;
  /** Seed or generator of that noise; 0 if absent. The same seed gives the same solutions. */
  seed?: SeedOrRng;
  /** Weight of ½‖z‖², which keeps to motifs that the model finds likely; 0.01 if absent, 0 for the talk's objective. */
  prior?: number;
  /** Steps of each descent; 200 if absent. */
  steps?: number;
  /** Adam's learning rate in latent space; 0.1 if absent. */
  learningRate?: number;
  /** Solutions whose infilled atoms differ by less than this (rms, Å) count as one; 0.3 if absent. */
  distinct?: number;
}

/**
 * Infilling: the motifs that the model knows with some atoms at given places.
 *
 * As the talk has it: an initial Gram matrix from the known atoms, noise elsewhere; its encoding z; then
 * min_z ‖mask ∘ (f_dec(z) − G)‖² + ½ prior ‖z‖², the mask selecting the entries between known atoms (diagonal ones
 * included), in normalized units. From `restarts` different noises; every distinct solution is given, best first.
 *
 * Coordinates: the decoded motif (of a Gram decoder, its nearest rank-3 matrix) is synchronized onto the known atoms with
 * reflections, because a Gram matrix has no chirality. Three known atoms not coplanar with the central one settle which
 * mirror image is meant; with fewer, or coplanar ones, both mirror images (or all rotations about the axis of a single
 * one) complete the known atoms equally well, and one of them is given.
 *
 * @param problem known atoms and their positions, any mask
 * @throws InputError if the problem is none (see {@link InfillProblem}), an option is out of range, or the model is
 *   untrained
 */
export function infill(vae: Vae, problem: InfillProblem, options: InfillOptions = {}): InfillSolution[] {
  return infillMany(vae, [problem], options)[0];
}

/**
 * {@link infill} for many problems in one descent, masks may differ. With a seed (not a generator), the solutions of a
 * problem are those that `infill` gives for it alone, whatever stands beside it.
 *
 * @returns the solutions of each problem, best first
 * @throws InputError as {@link infill} does, naming the problem
 */
export function infillMany(
  vae: Vae,
  problems: readonly InfillProblem[],
  options: InfillOptions = {},
): InfillSolution[][] {
  const settings = resolveOptions(options);
  const checked = problems.map((problem, k) =>
    checkProblem(problem, vae.config.atoms, problems.length === 1 ? 'problem' : `problems[${k}]`),
  );
  if (checked.length === 0) return [];
  const network = vae.network();
  const { targets, weights, starts } = poseProblems(vae, checked, settings);
  const { mean } = vae.engine.encode(network, starts);
  const { steps, learningRate, prior } = settings;
  const found = vae.engine.descend(network, mean, targets, weights, { steps, learningRate, prior });
  requireFinite(found.objective, 'infilling objective');
  const motifs = decodeMotifs(vae, found.latents);
  return checked.map((problem, k) => {
    const solutions = solutionsOf(problem, motifs, found.objective, k * settings.restarts, settings.restarts);
    return distinctSolutions(problem, solutions, settings.distinct);
  });
}

function resolveOptions(options: InfillOptions): Required<InfillOptions> {
  requireKnownOptions(options, ['restarts', 'seed', 'prior', 'steps', 'learningRate', 'distinct']);
  const prior = options.prior ?? 0.01;
  if (!(prior >= 0 && prior < Infinity)) throw new InputError('option prior', String(prior), 'at least 0');
  const distinct = options.distinct ?? DISTINCT;
  if (!(distinct >= 0)) throw new InputError('option distinct', String(distinct), 'at least 0');
  return {
    restarts: requireInteger(options.restarts ?? 32, 'option restarts', 1),
    seed: options.seed ?? 0,
    prior,
    steps: requireInteger(options.steps ?? 200, 'option steps', 0),
    learningRate: requirePositive(options.learningRate ?? 0.1, 'option learningRate'),
    distinct,
  };
}

/** Targets, masks and noisy initial Gram vectors, one row for each restart of each problem, normalized. */
function poseProblems(
  vae: Vae,
  problems: CheckedProblem[],
  { restarts, seed }: Pick<Required<InfillOptions>, 'restarts' | 'seed'>,
): { targets: Float32Array; weights: Float32Array; starts: Float32Array } {
  const n = vae.config.atoms;
  const size = gramSize(n);
  const rows = problems.length * restarts;
  const targets = new Float32Array(rows * size);
  const weights = new Float32Array(rows * size);
  const starts = new Float32Array(rows * size);
  problems.forEach((problem, p) => {
    const target = vae.normalizer!.normalize(gramVector(problem.positions, n));
    const mask = knownEntries(problem);
    // The same noise for each problem, so that none depends on its neighbors.
    const rng = typeof seed === 'number' ? createRng(seed) : asRng(seed);
    for (let r = 0; r < restarts; r++) {
      const from = (p * restarts + r) * size;
      for (let k = 0; k < size; k++) {
        const noise = rng.normal();
        starts[from + k] = mask[k] === 1 ? target[k] : noise;
      }
      for (let k = 0; k < size; k++) targets[from + k] = mask[k] === 1 ? target[k] : 0;
      weights.set(mask, from);
    }
  });
  return { targets, weights, starts };
}

/** 1 for entries between known atoms, 0 for the others. */
function knownEntries({ known, count }: CheckedProblem): Float32Array {
  const mask = new Float32Array(gramSize(count));
  for (const i of known) {
    for (const j of known) mask[gramIndex(i, j, count)] = 1;
  }
  return mask;
}

/** Motifs from … from + restarts − 1 as solutions, best first. */
function solutionsOf(
  problem: CheckedProblem,
  motifs: DecodedMotifs,
  objective: Float32Array,
  from: number,
  restarts: number,
): InfillSolution[] {
  const { count, known, positions } = problem;
  const size = gramSize(count);
  const latentSize = motifs.latents.length / motifs.length;
  const weights = new Float64Array(count);
  for (const i of known) weights[i] = 1;
  const decoded = motifs.positions.subarray(3 * count * from, 3 * count * (from + restarts));
  const { moved, rmsd } = synchronizeMany(positions, decoded, count, { weights, reflections: true });
  const mask = knownEntries(problem);
  const target = gramVector(positions, count);
  const solutions = Array.from({ length: restarts }, (_, r) => {
    const row = from + r;
    const gram = motifs.grams.slice(size * row, size * (row + 1));
    for (let k = 0; k < size; k++) if (mask[k] === 1) gram[k] = target[k];
    return {
      latent: motifs.latents.slice(latentSize * row, latentSize * (row + 1)),
      objective: objective[row],
      gram,
      positions: moved.slice(3 * count * r, 3 * count * (r + 1)),
      knownRmsd: rmsd[r],
      residual: motifs.residuals[row],
      restarts: 1,
    };
  });
  return solutions.sort((a, b) => a.objective - b.objective);
}
