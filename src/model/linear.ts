import type * as MlMatrix from 'ml-matrix';
import { InputError, requireInteger, requireKnownOptions } from '../core/errors';
import { asRng } from '../core/random';
import { gramSize, gramVectors } from '../motifs/gram';
import { GramNormalizer } from '../motifs/normalizer';
import { permuteEnvironments } from '../motifs/permutations';
import type { Motifs } from '../motifs/types';
import type { ReconstructionOptions } from './reconstruction';

/** Motifs to fit to, and to judge by. */
export interface LinearData {
  train: Motifs;
  test: Motifs;
}

/**
 * Mean squared error of normalized Gram entries that the best linear autoencoder of that latent size leaves: the
 * baseline that a network has to beat.
 *
 * Principal component analysis of the training set (Baldi & Hornik, Neural Networks 2, 53 (1989),
 * doi:10.1016/0893-6080(89)90014-2), with its normalizer, and with draws of relabellings as for
 * `reconstructionError`.
 *
 * @throws InputError if an option is wrong, the sets differ in n or are empty, or there are more latents than entries
 */
export function linearReconstructionError(
  data: LinearData,
  latent: number,
  options: Omit<ReconstructionOptions, 'posterior'> = {},
): { train: number; test: number } {
  requireKnownOptions(options, ['permutations', 'draws', 'seed']);
  const { train, test } = data;
  requireInteger(train.length, 'data.train.length', 1);
  requireInteger(test.length, 'data.test.length', 1);
  if (test.n !== train.n) throw new InputError('data.test.count', String(test.n), String(train.n));
  const size = gramSize(train.n);
  requireInteger(latent, 'latent', 0);
  if (latent > size) throw new InputError('latent', String(latent), `at most n(n+1)/2 = ${size}`);
  const { permutations = 'none' } = options;
  const draws = permutations === 'none' ? 1 : requireInteger(options.draws ?? 8, 'option draws', 1);
  const rng = asRng(options.seed ?? 0);
  // Loaded on first use: it would be a third of the time that importing the package takes.
  const { EigenvalueDecomposition, Matrix } = require('ml-matrix') as typeof import('ml-matrix');
  const normalizer = GramNormalizer.fit(gramVectors(train), train.n);
  const rowsOf = (environments: Motifs): MlMatrix.Matrix => {
    const drawn = new Float64Array(draws * environments.length * size);
    for (let k = 0; k < draws; k++) {
      const grams = gramVectors(permuteEnvironments(environments, permutations, rng));
      drawn.set(normalizer.normalize(grams), k * grams.length);
    }
    return Matrix.from1DArray(draws * environments.length, size, drawn);
  };
  const rows = rowsOf(train);
  const mean = rows.mean('column');
  const covariance = (of: MlMatrix.Matrix): MlMatrix.Matrix => {
    const centered = of.subRowVector(mean);
    return centered.transpose().mmul(centered).div(of.rows);
  };
  const fitted = covariance(rows);
  const axes = new EigenvalueDecomposition(fitted, { assumeSymmetric: true }).eigenvectorMatrix;
  // Eigenvalues come in ascending order: the components left out are the first columns.
  const lost = axes.subMatrix(0, size - 1, 0, Math.max(0, size - latent - 1));
  const error = (of: MlMatrix.Matrix): number =>
    latent === size ? 0 : lost.transpose().mmul(of).mmul(lost).trace() / size;
  return { train: error(fitted), test: error(covariance(rowsOf(test))) };
}
