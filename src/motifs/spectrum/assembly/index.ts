/**
 * The misfit of a power spectrum and its gradient (../spectrumMisfit.ts), two numbers at a time: each sum runs over the
 * same terms in the same order as there, so results are the same to the bit.
 *
 * Radial functions need the exponential of the caller's Math, so the caller puts them into the memory; ../spectrumKernel.ts
 * lays it out, word for word as {@link Spectrum} is.
 */

/** Sizes and places; numbers are f64, rows of k and of j are padded with zeros to an even length. */
@unmanaged
class Spectrum {
  n: i32;
  /** Radial functions. */
  functions: i32;
  /** lMax + 1. */
  degrees: i32;
  /** Bytes of a row over k, and of one over j. */
  rowK: usize;
  rowN: usize;
  /** Distances, n; directions, 3 rows over j. */
  r: usize;
  u: usize;
  /** g_ik and g'_ik, rows over k; g_ik transposed, rows over i. */
  g: usize;
  slopes: usize;
  transposed: usize;
  /** Wanted entries, and their weights, degrees running fastest. */
  target: usize;
  weights: usize;
  /** Results by coordinates, 3n. */
  gradient: usize;
  /** Room: cosines and their gradient, rows over j of each i; P_l and P_l' likewise, degree by degree. */
  cosines: usize;
  byCosine: usize;
  p: usize;
  dp: usize;
  /** A and g D, rows over k of each i; D, rows over k; the gradient by distances, n. */
  a: usize;
  gd: usize;
  d: usize;
  byR: usize;
}

/** Σ w² (p − target)², and its gradient. */
export function misfit(address: usize): f64 {
  const s = changetype<Spectrum>(address);
  memory.fill(s.byR, 0, s.rowN);
  memory.fill(s.byCosine, 0, <usize>s.n * s.rowN);
  legendre(s);
  let sum: f64 = 0;
  for (let l = 0; l < s.degrees; l++) {
    const matrix = <usize>l * <usize>s.n * s.rowN;
    multiplyByLegendre(s, s.p + matrix);
    sum += degreeMisfit(s, l);
    multiplyByD(s);
    addByCosine(s, s.dp + matrix);
  }
  toPositions(s);
  return sum;
}

/** P_l and its derivative of all pairs by Bonnet's recurrence. */
function legendre(s: Spectrum): void {
  const matrix = <usize>s.n * s.rowN;
  for (let i = 0; i < s.n; i++) {
    const own = s.u + ((<usize>i) << 3);
    const ux = v128.load64_splat(own);
    const uy = v128.load64_splat(own + s.rowN);
    const uz = v128.load64_splat(own + 2 * s.rowN);
    const diagonal = ((<usize>i) << 3) & ~15;
    const row = <usize>i * s.rowN;
    for (let j: usize = 0; j < s.rowN; j += 16) {
      const other = s.u + j;
      let c = f64x2.add(f64x2.mul(ux, v128.load(other)), f64x2.mul(uy, v128.load(other + s.rowN)));
      c = f64x2.add(c, f64x2.mul(uz, v128.load(other + 2 * s.rowN)));
      if (j === diagonal) c = i & 1 ? f64x2.replace_lane(c, 1, 1) : f64x2.replace_lane(c, 0, 1);
      v128.store(s.cosines + row + j, c);
      recur(s.p + row + j, s.dp + row + j, c, matrix, s.degrees);
    }
  }
}

/** P_l(c) = ((2l − 1) c P_{l−1} − (l − 1) P_{l−2}) / l and P_l' = P_{l−2}' + (2l − 1) P_{l−1}. */
function recur(p: usize, dp: usize, c: v128, matrix: usize, degrees: i32): void {
  let one = f64x2.splat(1);
  let two = f64x2.splat(0);
  let slopeOne = two;
  let slopeTwo = two;
  v128.store(p, one);
  v128.store(dp, slopeOne);
  for (let l = 1; l < degrees; l++) {
    p += matrix;
    dp += matrix;
    const odd = f64x2.splat(<f64>(2 * l - 1));
    const left = f64x2.mul(f64x2.mul(odd, c), one);
    const value = f64x2.div(f64x2.sub(left, f64x2.mul(f64x2.splat(<f64>(l - 1)), two)), f64x2.splat(<f64>l));
    const slope = f64x2.add(slopeTwo, f64x2.mul(odd, one));
    v128.store(p, value);
    v128.store(dp, slope);
    two = one;
    one = value;
    slopeTwo = slopeOne;
    slopeOne = slope;
  }
}

/** A = P g of one degree. */
function multiplyByLegendre(s: Spectrum, p: usize): void {
  const end = s.g + <usize>s.n * s.rowK;
  for (let i = 0; i < s.n; i++, p += s.rowN) {
    const target = s.a + <usize>i * s.rowK;
    for (let k: usize = 0; k < s.rowK; k += 16) {
      let sum = f64x2.splat(0);
      let at = p;
      for (let g = s.g + k; g < end; g += s.rowK, at += 8) {
        sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(at), v128.load(g)));
      }
      v128.store(target + k, sum);
    }
  }
}

/** The misfit of the entries of degree l, and D, which is symmetric. */
function degreeMisfit(s: Spectrum, l: i32): f64 {
  const scale = Math.sqrt(<f64>(2 * l + 1));
  const step = (<usize>s.degrees) << 3;
  let entry = (<usize>l) << 3;
  let misfit: f64 = 0;
  for (let k = 0; k < s.functions; k++) {
    const row = s.d + <usize>k * s.rowK;
    // Those before k are D's already, by symmetry: only the last of an odd pair is lost, and put back.
    const before = k & 1 ? load<f64>(row + ((<usize>(k - 1)) << 3)) : 0;
    productsOf(s, k, row);
    if (k & 1) store<f64>(row + ((<usize>(k - 1)) << 3), before);
    for (let other = k; other < s.functions; other++, entry += step) {
      const weight = load<f64>(s.weights + entry);
      const place = row + ((<usize>other) << 3);
      const difference = weight * (scale * load<f64>(place) - load<f64>(s.target + entry));
      misfit += difference * difference;
      const slope = (other === k ? <f64>2 : <f64>1) * scale * weight * difference;
      store<f64>(place, slope);
      store<f64>(s.d + <usize>other * s.rowK + ((<usize>k) << 3), slope);
    }
  }
  return misfit;
}

/** Σ_i g_ik a_ik' for k' from k on. */
function productsOf(s: Spectrum, k: i32, target: usize): void {
  const column = s.g + ((<usize>k) << 3);
  const end = s.a + <usize>s.n * s.rowK;
  for (let other: usize = ((<usize>k) << 3) & ~15; other < s.rowK; other += 16) {
    let sum = f64x2.splat(0);
    let g = column;
    for (let a = s.a + other; a < end; a += s.rowK, g += s.rowK) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(g), v128.load(a)));
    }
    v128.store(target + other, sum);
  }
}

/** g D, and what A D adds to the gradient by distances. */
function multiplyByD(s: Spectrum): void {
  const end = s.d + <usize>s.functions * s.rowK;
  for (let i = 0; i < s.n; i++) {
    const row = <usize>i * s.rowK;
    const byR = s.byR + ((<usize>i) << 3);
    let force = load<f64>(byR);
    for (let k: usize = 0; k < s.rowK; k += 16) {
      let sum = f64x2.splat(0);
      let forces = sum;
      let g = s.g + row;
      let a = s.a + row;
      for (let d = s.d + k; d < end; d += s.rowK, g += 8, a += 8) {
        const value = v128.load(d);
        sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(g), value));
        forces = f64x2.add(forces, f64x2.mul(v128.load64_splat(a), value));
      }
      v128.store(s.gd + row + k, sum);
      forces = f64x2.mul(f64x2.add(forces, forces), v128.load(s.slopes + row + k));
      // The slope of a padded function is 0, and so is what it adds.
      force += f64x2.extract_lane(forces, 0);
      force += f64x2.extract_lane(forces, 1);
    }
    store<f64>(byR, force);
  }
}

/** The gradient by the cosines of j < i, of one degree. */
function addByCosine(s: Spectrum, dp: usize): void {
  for (let i = 1; i < s.n; i++) {
    const row = <usize>i * s.rowN;
    const gd = s.gd + <usize>i * s.rowK;
    for (let j: usize = 0; j < (<usize>i) << 3; j += 16) {
      let force = f64x2.splat(0);
      let column = s.transposed + j;
      for (let k = gd, end = gd + ((<usize>s.functions) << 3); k < end; k += 8, column += s.rowN) {
        force = f64x2.add(force, f64x2.mul(v128.load64_splat(k), v128.load(column)));
      }
      const place = s.byCosine + row + j;
      const more = f64x2.mul(f64x2.add(force, force), v128.load(dp + row + j));
      v128.store(place, f64x2.add(v128.load(place), more));
    }
  }
}

/** The gradient by positions from those by distances and cosines: ∂c_ij/∂x_i = (u_j − c_ij u_i)/r_i. */
function toPositions(s: Spectrum): void {
  for (let i = 0; i < s.n; i++) {
    const byR = load<f64>(s.byR + ((<usize>i) << 3));
    for (let c = 0; c < 3; c++) {
      const u = load<f64>(s.u + <usize>c * s.rowN + ((<usize>i) << 3));
      store<f64>(s.gradient + ((<usize>(3 * i + c)) << 3), byR * u);
    }
  }
  for (let i = 1; i < s.n; i++) {
    for (let j = 0; j < i; j++) {
      const at = <usize>i * s.rowN + ((<usize>j) << 3);
      const force = f64x2.splat(load<f64>(s.byCosine + at));
      const cosine = f64x2.splat(load<f64>(s.cosines + at));
      const distances = f64x2(load<f64>(s.r + ((<usize>i) << 3)), load<f64>(s.r + ((<usize>j) << 3)));
      for (let c = 0; c < 3; c++) {
        const row = s.u + <usize>c * s.rowN;
        const own = f64x2(load<f64>(row + ((<usize>i) << 3)), load<f64>(row + ((<usize>j) << 3)));
        const across = f64x2.sub(v128.shuffle<f64>(own, own, 1, 0), f64x2.mul(cosine, own));
        const more = f64x2.div(f64x2.mul(force, across), distances);
        const first = s.gradient + ((<usize>(3 * i + c)) << 3);
        const second = s.gradient + ((<usize>(3 * j + c)) << 3);
        store<f64>(first, load<f64>(first) + f64x2.extract_lane(more, 0));
        store<f64>(second, load<f64>(second) + f64x2.extract_lane(more, 1));
      }
    }
  }
}
