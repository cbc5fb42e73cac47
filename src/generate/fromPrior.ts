import { noiseSchedule } from '../core/noiseSchedule';
import { asRng } from '../core/random';
import { takeRows } from '../core/rows';
import { denoiseLatents, latentScale } from '../model/prior';
import type { LatentPrior } from '../model/savedModel';
import { neighborCodes, type Vae } from '../model/vae';
import { bestFits } from './baselines';
import { type DescentSettings, pose, solve } from './descents';
import { keepDistinct } from './distinct';
import type { CheckedProblem } from './problem';
import { labelsOf, relabelled, takenBack } from './relabelled';
import { sampleMotifs } from './sample';
import type { InfillSolution } from './solution';

/** Motifs drawn from the prior, of which those that fit the known atoms best are where descents begin. */
const DRAWN = 2000;

/** How many of them, for each descent, are laid on the known atoms exactly. */
const SEARCHED = 3;

/** Levels of noise between which the steps of a descent are divided, in units of the latents' deviations. */
const LEVELS = { count: 10, range: [0.5, 0.1] as [number, number] };

/**
 * The distinct solutions of each problem for a model with a learned prior: from motifs drawn from it, in the labels
 * that lay them best on the known atoms, by turns denoised as the prior asks and moved as the known atoms ask. Those
 * where most descents end come first, since the drawn motifs are a sample of what the model finds likely.
 *
 * Denoising in place of a prior's gradient: S. Venkatakrishnan et al., GlobalSIP 2013,
 * doi:10.1109/GlobalSIP.2013.6737048.
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
  const begun = problems.map((problem) =>
    bestFits(drawn, problem, fit).map(({ environment, fit: { permutation } }) => {
      const labels = labelsOf(problem, permutation, species);
      return { environment, labels, placed: relabelled(problem, labels) };
    }),
  );
  const all = begun.flat();
  const placed = all.map((each) => each.placed);
  const starts = takeRows(
    drawn.latents,
    latent,
    all.map(({ environment }) => environment),
  );
  const ends = anneal(vae, placed, starts, settings);
  const solved = solve(vae, placed, { ...settings, restarts: 1, steps: 0 }, ends);
  let next = 0;
  return problems.map((problem, p) => {
    const own = begun[p].flatMap(({ labels }) => solved[next++].map((solution) => takenBack(solution, labels)));
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
  const scale = latentScale(prior);
  const { targets, weights } = pose(vae, placed, { ...settings, restarts: 1 });
  const descent = { ...settings, steps: Math.ceil(settings.steps / LEVELS.count) };
  const rng = asRng(settings.seed);
  let latents = starts;
  for (const sigma of noiseSchedule(LEVELS.count, LEVELS.range).subarray(0, LEVELS.count)) {
    // The same for each problem, so that none depends on its neighbors.
    const noise = Float64Array.from({ length: settings.restarts * vae.config.latent }, () => rng.normal());
    const noisy = scale.normalize(latents).map((z, k) => z + sigma * noise[k % noise.length]);
    const clean = Float32Array.from(scale.denormalize(denoiseLatents(vae, prior, noisy, sigma)));
    latents = vae.engine.descend(vae.network(), clean, targets, weights, descent).latents;
  }
  return latents;
}
