import { gramSize } from '../../motifs/gram';
import { coordinateScale, entryNormalization, type GramNormalization } from '../../motifs/normalizer';

/** Rows of normalized Gram entries (size × P, row-major j ≥ i) of rows of n×3 positions in Å. */
export function normalizedGrams(positions: Float32Array, n: number, normalization: GramNormalization): Float32Array {
  const { mean, deviation } = entryNormalization(normalization, n);
  const size = positions.length / (3 * n);
  const grams = new Float32Array(size * gramSize(n));
  let k = 0;
  for (let start = 0; start < positions.length; start += 3 * n) {
    let entry = 0;
    for (let i = start; i < start + 3 * n; i += 3) {
      for (let j = i; j < start + 3 * n; j += 3, entry++) {
        const product =
          positions[i] * positions[j] + positions[i + 1] * positions[j + 1] + positions[i + 2] * positions[j + 2];
        grams[k++] = (product - mean[entry]) / deviation[entry];
      }
    }
  }
  return grams;
}

/**
 * The linear map from the full matrix X'X'ᵀ of scaled coordinates (n² entries) to normalized Gram entries (P):
 * `matrix` (n² × P) and `shift` (P), entries = (X'X'ᵀ) · matrix + shift.
 */
export function gramProjection(
  n: number,
  normalization: GramNormalization,
): { matrix: Float32Array; shift: Float32Array } {
  const entries = gramSize(n);
  const area = coordinateScale(normalization) ** 2;
  const matrix = new Float32Array(n * n * entries);
  const shift = new Float32Array(entries);
  const { mean, deviation } = entryNormalization(normalization, n);
  let k = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++, k++) {
      matrix[(i * n + j) * entries + k] = area / deviation[k];
      shift[k] = -mean[k] / deviation[k];
    }
  }
  return { matrix, shift };
}
