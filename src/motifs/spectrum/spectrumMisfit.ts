import { type PowerSpectrumOptions, radialRow, settleSpectrum } from './spectrumOptions';

/** Σ w² (p(x) − p)² of n points x (n×3, Å) against a spectrum p; its gradient by x is written into `gradient`. */
export type SpectrumMisfit = (x: Float64Array, target: Float64Array, gradient: Float64Array) => number;

/** Closer to the central atom, Å, a direction counts as none; only starts and wild steps come there. */
const CENTER = 1e-6;

/**
 * The misfit of power spectra for n points and its gradient, on memory of its own that calls share.
 *
 * By the addition theorem: p_kk'l = √(2l + 1) Σ_ij g_ik g_jk' P_l(c_ij) with g_ik = g_k(r_i) and c_ij = cos θ_ij, which
 * needs no harmonics. With D_kk' = ∂F/∂p_kk'l √(2l + 1), made symmetric, and A_l = P_l(c) g: ∂F/∂g_ik = 2 Σ_l (A_l
 * D)_ik and ∂F/∂c_ij = 2 Σ_l (g D gᵀ)_ij P_l'(c_ij) for i < j.
 */
export function spectrumMisfit(n: number, options: PowerSpectrumOptions, weights: Float64Array): SpectrumMisfit {
  const { lMax, radial } = settleSpectrum(options);
  const K = radial.functions;
  const degrees = lMax + 1;
  const points = { r: new Float64Array(n), u: new Float64Array(3 * n) };
  const [g, slopes, a, gd] = [0, 1, 2, 3].map(() => new Float64Array(n * K));
  const d = new Float64Array(K * K);
  const cosines = new Float64Array(n * n);
  const [p, dp] = [0, 1].map(() => new Float64Array(n * n * degrees));
  const [byR, byCosine] = [new Float64Array(n), new Float64Array(n * n)];

  return (x, target, gradient) => {
    for (let i = 0; i < n; i++) {
      points.r[i] = distance(x, i);
      for (let c = 3 * i; c < 3 * i + 3; c++) points.u[c] = x[c] / points.r[i];
      radialRow(radial, points.r[i], g, slopes, i * K);
    }
    legendre(points.u, n, lMax, cosines, p, dp);
    byR.fill(0);
    byCosine.fill(0);
    let sum = 0;
    for (let l = 0; l <= lMax; l++) {
      multiplyByLegendre(p.subarray(n * n * l), g, n, K, a);
      sum += degreeMisfit(l, degrees, g, a, n, K, target, weights, d);
      multiplyRows(g, d, n, K, gd);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < K; k++) {
          let force = 0;
          for (let other = 0; other < K; other++) force += d[k * K + other] * a[i * K + other];
          byR[i] += 2 * force * slopes[i * K + k];
        }
        for (let j = 0; j < i; j++) {
          let force = 0;
          for (let k = 0; k < K; k++) force += gd[i * K + k] * g[j * K + k];
          byCosine[i * n + j] += 2 * force * dp[n * n * l + i * n + j];
        }
      }
    }
    toPositions(points, cosines, byR, byCosine, n, gradient);
    return sum;
  };
}

function distance(x: Float64Array, i: number): number {
  return Math.max(CENTER, Math.sqrt(x[3 * i] ** 2 + x[3 * i + 1] ** 2 + x[3 * i + 2] ** 2));
}

/** P_l and its derivative of all pairs, degree by degree, by Bonnet's recurrence. */
function legendre(
  u: Float64Array,
  n: number,
  lMax: number,
  cosines: Float64Array,
  p: Float64Array,
  dp: Float64Array,
): void {
  const pairs = n * n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const x = i === j ? 1 : u[3 * i] * u[3 * j] + u[3 * i + 1] * u[3 * j + 1] + u[3 * i + 2] * u[3 * j + 2];
      cosines[i * n + j] = x;
      for (let l = 0, at = i * n + j; l <= lMax; l++, at += pairs) {
        const one = l > 0 ? p[at - pairs] : 0;
        const two = l > 1 ? p[at - 2 * pairs] : 0;
        p[at] = l === 0 ? 1 : ((2 * l - 1) * x * one - (l - 1) * two) / l;
        dp[at] = l === 0 ? 0 : (l > 1 ? dp[at - 2 * pairs] : 0) + (2 * l - 1) * one;
        p[pairs * l + j * n + i] = p[at];
      }
    }
  }
}

/** a = P g, for the symmetric matrix P of one degree. */
function multiplyByLegendre(p: Float64Array, g: Float64Array, n: number, K: number, a: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < K; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += p[i * n + j] * g[j * K + k];
      a[i * K + k] = sum;
    }
  }
}

/** The misfit of the entries of degree l, and D, which is symmetric. */
function degreeMisfit(
  l: number,
  degrees: number,
  g: Float64Array,
  a: Float64Array,
  n: number,
  K: number,
  target: Float64Array,
  weights: Float64Array,
  d: Float64Array,
): number {
  const scale = Math.sqrt(2 * l + 1);
  let misfit = 0;
  for (let k = 0, at = l; k < K; k++) {
    for (let other = k; other < K; other++, at += degrees) {
      let value = 0;
      for (let i = 0; i < n; i++) value += g[i * K + k] * a[i * K + other];
      const difference = weights[at] * (scale * value - target[at]);
      misfit += difference * difference;
      const slope = (other === k ? 2 : 1) * scale * weights[at] * difference;
      d[k * K + other] = slope;
      d[other * K + k] = slope;
    }
  }
  return misfit;
}

/** out = g D. */
function multiplyRows(g: Float64Array, d: Float64Array, n: number, K: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < K; k++) {
      let sum = 0;
      for (let other = 0; other < K; other++) sum += g[i * K + other] * d[other * K + k];
      out[i * K + k] = sum;
    }
  }
}

/** The gradient by positions from those by distances and cosines: ∂c_ij/∂x_i = (u_j − c_ij u_i)/r_i. */
function toPositions(
  { r, u }: { r: Float64Array; u: Float64Array },
  cosines: Float64Array,
  byR: Float64Array,
  byCosine: Float64Array,
  n: number,
  gradient: Float64Array,
): void {
  for (let k = 0; k < 3 * n; k++) gradient[k] = byR[Math.floor(k / 3)] * u[k];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [force, cosine] = [byCosine[i * n + j], cosines[i * n + j]];
      for (let c = 0; c < 3; c++) {
        gradient[3 * i + c] += (force * (u[3 * j + c] - cosine * u[3 * i + c])) / r[i];
        gradient[3 * j + c] += (force * (u[3 * i + c] - cosine * u[3 * j + c])) / r[j];
      }
    }
  }
}
