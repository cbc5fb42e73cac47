import { neighborCodes, type Vae } from '../model/vae';
import { bestFits } from './baselines';
import { type DescentSettings, solve } from './descents';
import { keepDistinct } from './distinct';
import type { CheckedProblem } from './problem';
import { relabelled, takenBack } from './relabelled';
import { sampleMotifs } from './sample';
import type { InfillSolution } from './solution';

/** Motifs drawn from the prior, of which those that fit the known atoms best are where descents begin. */
const DRAWN = 2000;

/** How many of them, for each descent, are laid on the known atoms exactly. */
const SEARCHED = 3;

/**
 * The distinct solutions of each problem for a model with a learned prior: descents from motifs drawn from it, in the
 * labels that lay them best on the known atoms. Those where most descents end come first, since the drawn motifs are a
 * sample of what the model finds likely.
 */
export function infillFromPrior(
  vae: Vae,
  problems: readonly CheckedProblem[],
  settings: DescentSettings,
): InfillSolution[][] {
  const drawn = sampleMotifs(vae, DRAWN, { seed: settings.seed });
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
  const solved = solve(vae, placed, { ...settings, restarts: 1 }, starts);
  return problems.map((problem) => {
    const own = begun.flatMap((each, k) =>
      each.problem === problem ? solved[k].map((solution) => takenBack(solution, each.labels)) : [],
    );
    return keepDistinct(own, problem, settings.distinct, codes).sort((a, b) => b.restarts - a.restarts);
  });
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
