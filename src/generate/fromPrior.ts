import { asRng } from '../core/random';
import { denoiseLatents } from '../model/prior';
import type { LatentPrior } from '../model/savedModel';
import { neighborCodes, type Vae } from '../model/vae';
import { bestFits } from './baselines';
import { type DescentSettings, pose, solve } from './descents';
import { keepDistinct } from './distinct';
import type { CheckedProblem } from './problem';
import { relabelled, takenBack } from './relabelled';
import { sampleMotifs } from './sample';
import type { InfillSolution } from './solution';

/** Motifs drawn from the prior, of which those that fit the known atoms best are where descents begin. */
const DRAWN = 2000;

/** How many of them, for each descent, are laid on the known atoms exactly. */
const SEARCHED = 3;

/** Levels of noise between which the steps of a descent are divided, in units of the latents' deviations. */
const LEVELS = { count: 10, first: 0.5, last: 0.1 };

/**
 * The distinct solutions of each problem for a model with a learned prior: from motifs drawn from it, in the labels
 * that lay them best on the known atoms, by turns denoised as the prior asks and moved as the known atoms ask. Those
 * where most descents end come first, since the drawn motifs are a sample of what the model finds likely.
 *
 * Denoising in place of a prior's gradient: S. Venkatakrishnan et al., GlobalSIP 2013, doi:10.1109/GlobalSIP.2013.6737048.
 */
export function infillFromPrior(
  vae: Vae,
  problems: readonly CheckedProblem[],
  settings: DescentSettings,
): InfillSolution[][] {
  if (problems.length === 0) return [];
  const drawn = sampleMotifs(vae, DRAWN, { prior: 'learned', seed: settings.seed });
  const { latent, atoms } = vae.config;
  const codes = neighborCodes(vae);
  const species = codes ?? new Array<number>(atoms).fill(0);
  const fit = { results: settings.restarts, shortlist: SEARCHED * settings.restarts, species };
  const begun = problems.flatMap((problem) =>
    bestFits(drawn, problem, fit).map(({ environment, fit: { permutation } }) => {
      const labels = labelsOf(problem, permutation, species);
      return { problem, labels, start: drawn.latents.subarray(latent * environment, latent * (environment + 1)) };
    }),
  );
  const starts = new Float32Array(begun.length * latent);
  begun.forEach(({ start }, k) => {
    starts.set(start, k * latent);
  });
  const placed = begun.map(({ problem, labels }) => relabelled(problem, labels));
  const ends = anneal(vae, placed, starts, settings);
  const solved = solve(vae, placed, { ...settings, restarts: 1, steps: 0 }, ends);
  return problems.map((problem) => {
    const own = begun.flatMap((each, k) =>
      each.problem === problem ? solved[k].map((solution) => takenBack(solution, each.labels)) : [],
    );
    return keepDistinct(own, problem, settings.distinct, codes).sort((a, b) => b.restarts - a.restarts);
  });
}

/** The latents after denoising and descending by turns, the noise falling. */
function anneal(
  vae: Vae,
  placed: readonly CheckedProblem[],
  starts: Float32Array,
  settings: DescentSettings,
): Float32Array {
  const prior = vae.prior as LatentPrior;
  const { latent } = vae.config;
  const { targets, weights } = pose(vae, placed, { ...settings, restarts: 1 });
  const { count, first, last } = LEVELS;
  const descent = { ...settings, steps: Math.ceil(settings.steps / count) };
  const rng = asRng(settings.seed);
  let latents = starts;
  for (let level = 0; level < count; level++) {
    const sigma = first * Math.exp((Math.log(last / first) * level) / (count - 1));
    // The same for each problem, so that none depends on its neighbors.
    const noise = Float64Array.from({ length: settings.restarts * latent }, () => rng.normal());
    const noisy = Float64Array.from(
      latents,
      (z, k) => (z - prior.mean[k % latent]) / prior.deviation[k % latent] + sigma * noise[k % noise.length],
    );
    const clean = Float32Array.from(
      denoiseLatents(vae, prior, noisy, sigma),
      (z, k) => z * prior.deviation[k % latent] + prior.mean[k % latent],
    );
    latents = vae.engine.descend(vae.network(), clean, targets, weights, descent).latents;
  }
  return latents;
}

/** The rows of the model for all atoms of the problem: those found for the known ones, the others of their element. */
function labelsOf({ known, unknown }: CheckedProblem, found: Int32Array, species: ArrayLike<number>): number[] {
  const labels = new Array<number>(species.length);
  const free = new Set(labels.keys());
  known.forEach((atom, k) => {
    labels[atom] = found[k];
    free.delete(found[k]);
  });
  for (const atom of unknown) {
    const row = [...free].find((candidate) => species[candidate] === species[atom]) as number;
    labels[atom] = row;
    free.delete(row);
  }
  return labels;
}
