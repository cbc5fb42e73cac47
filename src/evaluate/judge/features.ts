import { motifCount } from '../../motifs/motifCount';

/** Rows of invariant features of motifs. */
export interface MotifFeatures {
  /** M × dimension. */
  values: Float64Array;
  dimension: number;
}

/**
 * Features of motifs (M × n × 3, Å) that no rotation, reflection or relabelling changes: the distances from the center,
 * sorted, and those between neighbors, sorted, each over √n; n(n+1)/2 numbers, Å.
 *
 * Their Euclidean distance over √2 is a lower bound of √n times the rmsd of `match`: each of the two parts is one.
 */
export function motifFeatures(positions: Float64Array, n: number): MotifFeatures {
  const motifs = motifCount(positions, n);
  const dimension = (n * (n + 1)) / 2;
  const values = new Float64Array(motifs * dimension);
  for (let m = 0; m < motifs; m++) {
    const row = values.subarray(m * dimension, (m + 1) * dimension);
    let p = n;
    for (let i = 0; i < n; i++) {
      const a = 3 * (n * m + i);
      row[i] = Math.hypot(positions[a], positions[a + 1], positions[a + 2]);
      for (let b = a + 3; b < 3 * n * (m + 1); b += 3) {
        const d = [
          positions[a] - positions[b],
          positions[a + 1] - positions[b + 1],
          positions[a + 2] - positions[b + 2],
        ];
        row[p++] = Math.hypot(d[0], d[1], d[2]) / Math.sqrt(n);
      }
    }
    row.subarray(0, n).sort();
    row.subarray(n).sort();
  }
  return { values, dimension };
}
