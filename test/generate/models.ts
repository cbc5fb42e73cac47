import { createRng } from '../../src/core/random';
import { Vae } from '../../src/model/vae';
import { gramSize } from '../../src/motifs/gram';
import { coordinateScale, GramNormalizer } from '../../src/motifs/normalizer';
import { type LinearModel, linearEngine } from './linearEngine';

export const normalization = {
  meanDiagonal: 9,
  deviationDiagonal: 3.5,
  meanOffDiagonal: -0.7,
  deviationOffDiagonal: 5,
};

/** A trained-looking model with a linear network. */
export function linearVae(atoms: number, decoder: 'gram' | 'cartesian', model: LinearModel): Vae {
  return Vae.create({
    atoms,
    latent: model.rows.length,
    decoder,
    engine: linearEngine(model),
    normalizer: new GramNormalizer(atoms, normalization),
  });
}

function normals(count: number, seed: number, scale: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: count }, () => scale * rng.normal());
}

/** Random linear encoder and Gram decoder. */
export function randomGramModel(atoms: number, latent: number, seed: number): LinearModel {
  const size = gramSize(atoms);
  return {
    bias: normals(size, seed, 1),
    rows: Array.from({ length: latent }, (_, l) => normals(size, seed + 10 + l, 0.5)),
    encoder: Array.from({ length: latent }, (_, l) => normals(size, seed + 50 + l, 0.3)),
  };
}

/** A Cartesian decoder that puts out `base` + Σ z_l directions[l], Å. */
export function cartesianModel(base: ArrayLike<number>, directions: ArrayLike<number>[], seed: number): LinearModel {
  const scale = coordinateScale(normalization);
  const atoms = base.length / 3;
  return {
    bias: Float64Array.from(base, (c) => c / scale),
    rows: directions.map((row) => Float64Array.from(row, (c) => c / scale)),
    encoder: directions.map((_, l) => normals(gramSize(atoms), seed + l, 0.3)),
  };
}
