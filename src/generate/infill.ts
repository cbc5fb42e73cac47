import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import type { SeedOrRng } from '../core/random';
import type { Vae } from '../model/vae';
import { type DescentSettings, solve } from './descents';
import { infillFromPrior } from './fromPrior';
import { checkProblem, type InfillProblem } from './problem';
import type { InfillSolution } from './solution';

/** Options of {@link infill}. */
export interface InfillOptions {
  /** Descents from different noise; 32 if absent. */
  restarts?: number;
  /** Seed or generator of that noise; 0 if absent. Same seed, same solutions. */
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

const INFILL_OPTIONS = ['restarts', 'seed', 'prior', 'steps', 'learningRate', 'distinct'];

/** Defaults for a model with a learned prior, which takes the place of ½‖z‖². */
const FROM_PRIOR: InfillOptions = { restarts: 16, prior: 0, steps: 100, learningRate: 0.05 };

/**
 * Infilling: the motifs of the model that have some atoms at given places.
 *
 * As in the talk: an initial Gram matrix from the known atoms, noise elsewhere; its encoding z; then
 * min_z ‖mask ∘ (f_dec(z) − G)‖² + ½ prior ‖z‖², the mask selecting the entries between known atoms (diagonal ones
 * included), in normalized units. From `restarts` different noises; every distinct solution is returned, best first.
 *
 * A model with a learned prior (`trainPrior`) begins instead with motifs drawn from it, in the labels that lay them
 * best on the known atoms, and its descents take turns with the prior's denoising; solutions that most of them reach
 * come first. The rows of the known atoms then mean nothing.
 *
 * Coordinates: the decoded motif (of a Gram decoder, its nearest rank-3 matrix) is synchronized onto the known atoms
 * with reflections, because a Gram matrix has no chirality. Three known atoms not coplanar with the central one settle
 * which mirror image is meant; with fewer, or coplanar ones, both mirror images (or all rotations about the axis of a
 * single one) complete the known atoms equally well, and one of them is given.
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
 * problem are those that `infill` returns for it alone, whatever the other problems are.
 *
 * @returns the solutions of each problem, best first
 * @throws InputError as {@link infill} does, naming the problem
 */
export function infillMany(
  vae: Vae,
  problems: readonly InfillProblem[],
  options: InfillOptions = {},
): InfillSolution[][] {
  requireKnownOptions(options, INFILL_OPTIONS);
  if (vae.reference && !vae.prior) {
    throw new InputError(
      'vae',
      'matched labels without a learned prior',
      'one after trainPrior, by which the labels of the known atoms are found',
    );
  }
  const settings = resolveInfillOptions(vae.prior ? { ...FROM_PRIOR, ...options } : options);
  const place = (k: number): string => (problems.length === 1 ? 'problem' : `problems[${k}]`);
  const checked = problems.map((problem, k) => checkProblem(problem, vae.config.atoms, place(k)));
  return vae.prior ? infillFromPrior(vae, checked, settings) : solve(vae, checked, settings);
}

/** The settings of a descent, checked. */
export function resolveInfillOptions(options: InfillOptions): DescentSettings {
  requireKnownOptions(options, INFILL_OPTIONS);
  const prior = options.prior ?? 0.01;
  if (!(prior >= 0 && prior < Infinity)) throw new InputError('option prior', String(prior), 'at least 0');
  const distinct = options.distinct ?? 0.3;
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
