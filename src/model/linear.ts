import type * as MlMatrix from 'ml-matrix';
import { InputError, requireInteger, requireKnownOptions } from '../core/errors';
import { asRng } from '../core/random';
import { gramSize, gramVectors } from '../motifs/gram';
import { GramNormalizer } from '../motifs/normalizer';
import { permuteEnvironments } from '../motifs/permutations';
import type { Motifs } from '../motifs/types';
import type { ReconstructionOptions } from './reconstruction';

/** Environments to fit to, and to judge by. */
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
  const normalizer = GramNormalizer.fit(gramVectors(train), train.n);
  const moments = (environments: Motifs): Moments => {
    const rows = Array.from({ length: draws }, () =>
      normalizer.normalize(gramVectors(permuteEnvironments(environments, permutations, rng))),
    );
    return secondMoments(rows, size);
  };
  const fitted = moments(train);
  const { mean } = fitted;
  const { EigenvalueDecomposition } = mlMatrix();
  const axes = new EigenvalueDecomposition(centered(fitted, mean), { assumeSymmetric: true }).eigenvectorMatrix;
  // Eigenvalues come in ascending order: the components left out are the first columns.
  const lost = axes.subMatrix(0, size - 1, 0, Math.max(0, size - latent - 1));
  const error = (of: Moments): number =>
    latent === size ? 0 : lost.transpose().mmul(centered(of, mean)).mmul(lost).trace() / size;
  return { train: error(fitted), test: error(moments(test)) };
}

/** Loaded on first use: it would be a third of the time that importing the package takes. */
function mlMatrix(): typeof MlMatrix {
  return require('ml-matrix');
}

interface Moments {
  mean: Float64Array;
  /** E[g gᵀ]. */
  second: MlMatrix.Matrix;
}

function secondMoments(draws: Float64Array[], size: number): Moments {
  const { Matrix } = mlMatrix();
  const mean = new Float64Array(size);
  const second = Matrix.zeros(size, size);
  const total = draws.reduce((sum, rows) => sum + rows.length / size, 0);
  for (const rows of draws) {
    const matrix = Matrix.from1DArray(rows.length / size, size, rows);
    second.add(matrix.transpose().mmul(matrix).div(total));
    for (let k = 0; k < rows.length; k++) mean[k % size] += rows[k] / total;
  }
  return { mean, second };
}

/** E[(g − c)(g − c)ᵀ]. */
function centered({ mean, second }: Moments, c: Float64Array): MlMatrix.Matrix {
  const result = second.clone();
  for (let i = 0; i < c.length; i++) {
    for (let j = 0; j < c.length; j++) {
      result.set(i, j, result.get(i, j) - c[i] * mean[j] - mean[i] * c[j] + c[i] * c[j]);
    }
  }
  return result;
}
