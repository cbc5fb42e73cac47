/**
 * Sums in double precision, two lanes to a register: four resamples, four rows or four columns at once. Each lane adds
 * the same terms in the same order as the plain forms in ../resamples.ts, ../rowDistances.ts and ../newtonSums.ts.
 */

/** Σ |cumulative weight| · gap of four resamples: weights of value i at places[i] · 8, after `count` values. */
export function absoluteAreas(count: i32, gaps: usize, places: usize, weights: usize, areas: usize): void {
  let differenceAB = f64x2.splat(0);
  let differenceCD = differenceAB;
  let ab = differenceAB;
  let cd = differenceAB;
  for (const end = gaps + ((<usize>count) << 3); gaps < end; gaps += 8, places += 4) {
    const weight = weights + ((<usize>load<i32>(places)) << 3);
    const gap = v128.load64_splat(gaps);
    differenceAB = f64x2.add(differenceAB, v128.load(weight));
    differenceCD = f64x2.add(differenceCD, v128.load(weight, 16));
    ab = f64x2.add(ab, f64x2.mul(f64x2.abs(differenceAB), gap));
    cd = f64x2.add(cd, f64x2.mul(f64x2.abs(differenceCD), gap));
  }
  v128.store(areas, ab);
  v128.store(areas, cd, 16);
}

/** Squared distances of `count` rows (a multiple of four, four by four) from a point. */
export function rowDistances(count: i32, dimension: i32, rows: usize, point: usize, squares: usize): void {
  const last = point + ((<usize>dimension) << 3);
  for (const end = squares + ((<usize>count) << 3); squares < end; squares += 32) {
    let ab = f64x2.splat(0);
    let cd = ab;
    for (let p = point; p < last; p += 8, rows += 32) {
      const x = v128.load64_splat(p);
      const u = f64x2.sub(x, v128.load(rows));
      const v = f64x2.sub(x, v128.load(rows, 16));
      ab = f64x2.add(ab, f64x2.mul(u, u));
      cd = f64x2.add(cd, f64x2.mul(v, v));
    }
    v128.store(squares, ab);
    v128.store(squares, cd, 16);
  }
}

/**
 * matrix[d][e] += Σ_r left[d][r] · right[r][e] for `count` rows r; matrix size × width and right `count` × width, width
 * a multiple of four, rows of left `stride` numbers apart.
 */
export function addProducts(
  size: i32,
  width: i32,
  count: i32,
  stride: i32,
  matrix: usize,
  left: usize,
  right: usize,
): void {
  const row = (<usize>width) << 3;
  const last = right + <usize>count * row;
  for (let d = 0; d < size; d++, matrix += row, left += (<usize>stride) << 3) {
    for (let e: usize = 0; e < row; e += 32) {
      let ab = v128.load(matrix + e);
      let cd = v128.load(matrix + e, 16);
      let l = left;
      for (let r = right + e; r < last; r += row, l += 8) {
        const x = v128.load64_splat(l);
        ab = f64x2.add(ab, f64x2.mul(x, v128.load(r)));
        cd = f64x2.add(cd, f64x2.mul(x, v128.load(r, 16)));
      }
      v128.store(matrix + e, ab);
      v128.store(matrix + e, cd, 16);
    }
  }
}
