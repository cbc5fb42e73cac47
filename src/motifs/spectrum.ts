import { InputError, requireFinite, requireInteger, requireKnownOptions, requirePositive } from '../core/errors';
import { Minimizer } from '../core/minimize';
import { motifCount } from './motifCount';

/** The radial functions g_k(r) = exp(−(r − r_k)²/2w²) · (1 + cos(πr/r_c))/2, zero from r_c on. */
export interface RadialBasis {
  /** Number of functions, K; 5 if absent. */
  functions?: number;
  /** Center of the first and of the last, Å, the others evenly between; 2 and 4 if absent. */
  first?: number;
  last?: number;
  /** w, Å; 0.3 if absent: with centers 0.5 Å apart each distance is seen by two functions or more. */
  width?: number;
  /**
   * r_c, Å; 6 if absent. Well beyond the last neighbor of a motif (4 Å): the number of neighbors is fixed, so none of
   * them enters or leaves smoothly, and a cutoff close to the last ones would hide them.
   */
  cutoff?: number;
}

/** Options of {@link powerSpectrum}. */
export interface PowerSpectrumOptions {
  /** Largest degree l; 6 if absent. */
  lMax?: number;
  radial?: RadialBasis;
}

/** Options of {@link coordinatesFromSpectra}. */
export interface SpectrumFitOptions {
  /** Arrangements to start from, S·n·3 numbers, Å; the same for each spectrum. */
  starts: Float64Array;
  /** Weight of each entry's difference, as 1/deviation over a training set; 1 each if absent. */
  weights?: ArrayLike<number>;
  /** Of the power spectrum. */
  spectrum?: PowerSpectrumOptions;
  /** Starts that are followed to the end, those lowest after 40 steps; 3 if absent. */
  finalists?: number;
  /** Steps of each at most; 300 if absent. */
  iterations?: number;
}

/** Points fitted to power spectra. */
export interface SpectrumCoordinates {
  /** M·n·3, Å, sorted by distance within each motif. */
  positions: Float64Array;
  /** M: root mean square of the weighted differences that are left. */
  residuals: Float64Array;
}

/** Closer to the central atom, Å, a direction counts as none; only starts and wild steps come there. */
const CENTER = 1e-6;
/** Steps after which most starts are given up. */
const SCREENING = 40;
/** Å: no point moves further in one step. */
const LARGEST_STEP = 0.5;
/** A fit ends when a step gains less than this part of the misfit. */
const GAIN = 1e-7;

/** Numbers in a power spectrum: K(K+1)/2 pairs of radial functions times lMax + 1 degrees. */
export function powerSpectrumSize(options: PowerSpectrumOptions = {}): number {
  const { lMax, radial } = settleSpectrum(options);
  return ((radial.functions * (radial.functions + 1)) / 2) * (lMax + 1);
}

/**
 * Power spectra of M motifs: numbers that no rotation, reflection or relabelling of neighbors changes, and that change
 * smoothly with the positions, also where neighbors trade places in the order of distance.
 *
 * With spherical harmonics Y_lm whose mean square over the sphere is 1, c_klm = Σ_j g_k(r_j) Y_lm(r̂_j) and
 * p_kk'l = Σ_m c_klm c_k'lm / √(2l + 1), for k ≤ k', l running fastest: the SOAP power spectrum (Bartók, Kondor &
 * Csányi, Phys. Rev. B 87, 184115 (2013), doi:10.1103/PhysRevB.87.184115) of atoms without radial smearing. It is
 * computed without harmonics: by their addition theorem p_kk'l = √(2l + 1) Σ_ij g_k(r_i) g_k'(r_j) P_l(cos θ_ij). Atoms
 * are atoms: elements play no part.
 *
 * Not every pair of different motifs differs in it: it holds distances and angles of pairs of neighbors only
 * (Pozdnyakov et al., Phys. Rev. Lett. 125, 166001 (2020), doi:10.1103/PhysRevLett.125.166001).
 *
 * @param positions M·n·3, Å, relative to the central atom
 * @param n neighbors in each motif
 * @returns M rows of {@link powerSpectrumSize} numbers, without unit
 * @throws InputError if lengths or options are wrong, a number is not finite, or a neighbor lies on the central atom
 */
export function powerSpectrum(
  positions: ArrayLike<number>,
  n: number,
  options: PowerSpectrumOptions = {},
): Float64Array {
  const size = powerSpectrumSize(options);
  const all = Float64Array.from(positions);
  const motifs = motifCount(all, n);
  const spectra = new Float64Array(motifs * size);
  const spectrum = new Spectrum(n, options);
  for (let m = 0; m < motifs; m++) {
    spectrum.place(all.subarray(3 * n * m, 3 * n * (m + 1)));
    const center = spectrum.radii.indexOf(CENTER);
    if (center >= 0) throw new InputError(`neighbor ${center} of motif ${m}`, 'distance 0', 'above 0');
    spectrum.write(spectra.subarray(size * m, size * (m + 1)));
  }
  return spectra;
}

/** Power spectra of n points, and their slopes, on memory of its own. */
class Spectrum {
  readonly radii: Float64Array;
  readonly #n: number;
  readonly #lMax: number;
  readonly #radial: Required<RadialBasis>;
  /** Directions, n×3; g_k(r_i) and slopes by r_i, n×K; P_l(cos θ_ij) and slopes, n×n for each l. */
  readonly #units: Float64Array;
  readonly #g: Float64Array;
  readonly #slopes: Float64Array;
  readonly #p: Float64Array;
  readonly #dp: Float64Array;
  /** A_l = P_l g, and A_l D and g D of the misfit, n×K. */
  readonly #a: Float64Array;
  readonly #ad: Float64Array;
  readonly #gd: Float64Array;

  constructor(n: number, options: PowerSpectrumOptions) {
    const { lMax, radial } = settleSpectrum(options);
    this.#n = n;
    this.#lMax = lMax;
    this.#radial = radial;
    this.radii = new Float64Array(n);
    this.#units = new Float64Array(3 * n);
    [this.#g, this.#slopes, this.#a, this.#ad, this.#gd] = [0, 1, 2, 3, 4].map(
      () => new Float64Array(n * radial.functions),
    );
    [this.#p, this.#dp] = [new Float64Array(n * n * (lMax + 1)), new Float64Array(n * n * (lMax + 1))];
  }

  /** Takes points x, n×3, Å. */
  place(x: Float64Array): void {
    for (let i = 0; i < this.#n; i++) {
      this.radii[i] = Math.max(CENTER, Math.sqrt(x[3 * i] ** 2 + x[3 * i + 1] ** 2 + x[3 * i + 2] ** 2));
      for (let c = 3 * i; c < 3 * i + 3; c++) this.#units[c] = x[c] / this.radii[i];
      this.#fillRadial(i);
      for (let j = 0; j <= i; j++) this.#fillLegendre(i, j);
    }
  }

  #fillRadial(i: number): void {
    const { functions, first, last, width, cutoff } = this.#radial;
    const r = this.radii[i];
    const angle = (Math.PI * Math.min(r, cutoff)) / cutoff;
    const fall = r < cutoff ? 1 + Math.cos(angle) : 0;
    for (let k = 0; k < functions; k++) {
      const away = r - (functions === 1 ? first : first + (k * (last - first)) / (functions - 1));
      const half = 0.5 * Math.exp(-(away ** 2) / (2 * width * width));
      this.#g[functions * i + k] = half * fall;
      const slope = (-away / (width * width)) * fall - (Math.PI / cutoff) * Math.sin(angle);
      this.#slopes[functions * i + k] = r < cutoff ? half * slope : 0;
    }
  }

  /** P_l and its derivative of a pair, by Bonnet's recurrence. */
  #fillLegendre(i: number, j: number): void {
    const [n, u, p, dp] = [this.#n, this.#units, this.#p, this.#dp];
    const x = i === j ? 1 : u[3 * i] * u[3 * j] + u[3 * i + 1] * u[3 * j + 1] + u[3 * i + 2] * u[3 * j + 2];
    for (let l = 0, at = i * n + j; l <= this.#lMax; l++, at += n * n) {
      const one = l > 0 ? p[at - n * n] : 0;
      const two = l > 1 ? p[at - 2 * n * n] : 0;
      p[at] = l === 0 ? 1 : ((2 * l - 1) * x * one - (l - 1) * two) / l;
      dp[at] = l === 0 ? 0 : (l > 1 ? dp[at - 2 * n * n] : 0) + (2 * l - 1) * one;
      p[n * n * l + j * n + i] = p[at];
    }
  }

  /** Their spectrum. */
  write(spectrum: Float64Array): void {
    this.#eachDegree((l, a) => {
      this.#eachEntry(l, a, (at, value) => {
        spectrum[at] = value;
      });
    });
  }

  /**
   * Σ w² (p(x) − p)² against a spectrum p; its gradient by x goes into `gradient`.
   *
   * With D_kk' = ∂F/∂p_kk'l √(2l + 1), made symmetric, and A_l = P_l(c) g: ∂F/∂g_ik = 2 Σ_l (A_l D)_ik and
   * ∂F/∂c_ij = 2 Σ_l (g D gᵀ)_ij P_l'(c_ij) for i < j; ∂c_ij/∂x_i = (u_j − c_ij u_i)/r_i.
   */
  misfit(target: Float64Array, weights: Float64Array, gradient: Float64Array): number {
    const [n, K, g, u] = [this.#n, this.#radial.functions, this.#g, this.#units];
    const [byG, gd] = [this.#ad, this.#gd];
    const byR = new Float64Array(n);
    const byCosine = new Float64Array(n * n);
    const d = new Float64Array(K * K);
    let misfit = 0;
    this.#eachDegree((l, a) => {
      this.#eachEntry(l, a, (at, value, k, other) => {
        const difference = weights[at] * (value - target[at]);
        misfit += difference * difference;
        const slope = (other === k ? 2 : 1) * Math.sqrt(2 * l + 1) * weights[at] * difference;
        d[k * K + other] = d[other * K + k] = slope;
      });
      multiply(a, 0, d, n, K, K, byG);
      multiply(g, 0, d, n, K, K, gd);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < K; k++) byR[i] += 2 * byG[K * i + k] * this.#slopes[K * i + k];
        for (let j = 0; j < i; j++) {
          let force = 0;
          for (let k = 0; k < K; k++) force += gd[i * K + k] * g[j * K + k];
          byCosine[i * n + j] += 2 * force * this.#dp[n * n * l + i * n + j];
        }
      }
    });
    for (let k = 0; k < 3 * n; k++) gradient[k] = byR[Math.floor(k / 3)] * u[k];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const [p, q] = [3 * i, 3 * j];
        const cosine = u[p] * u[q] + u[p + 1] * u[q + 1] + u[p + 2] * u[q + 2];
        const force = byCosine[i * n + j];
        for (let c = 0; c < 3; c++) {
          gradient[p + c] += (force * (u[q + c] - cosine * u[p + c])) / this.radii[i];
          gradient[q + c] += (force * (u[p + c] - cosine * u[q + c])) / this.radii[j];
        }
      }
    }
    return misfit;
  }

  /** With A_l = P_l g, n×K. */
  #eachDegree(perform: (l: number, a: Float64Array) => void): void {
    const [n, K] = [this.#n, this.#radial.functions];
    for (let l = 0; l <= this.#lMax; l++) {
      multiply(this.#p, n * n * l, this.#g, n, n, K, this.#a);
      perform(l, this.#a);
    }
  }

  #eachEntry(l: number, a: Float64Array, perform: (at: number, value: number, k: number, other: number) => void): void {
    const [n, K] = [this.#n, this.#radial.functions];
    for (let k = 0, at = l; k < K; k++) {
      for (let other = k; other < K; other++, at += this.#lMax + 1) {
        let value = 0;
        for (let i = 0; i < n; i++) value += this.#g[i * K + k] * a[i * K + other];
        perform(at, Math.sqrt(2 * l + 1) * value, k, other);
      }
    }
  }
}

/** Writes the product of a rows×inner matrix, from `from` on, and an inner×columns one. */
function multiply(
  a: Float64Array,
  from: number,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
  product: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[from + inner * i + k] * b[columns * k + j];
      product[columns * i + j] = sum;
    }
  }
}

/**
 * Points whose power spectra come closest to M given ones: for each, the best of fits from all the starts.
 *
 * Minimizes Σ w² (p(x) − p)² over the positions by L-BFGS. What `coordinatesFromGrams` is to Gram vectors, but there is
 * no closed form, and the minimum found need not be the lowest: the landscape is rugged, so more starts find better
 * ones. Points come up to rotation and reflection.
 *
 * @param spectra M rows as returned by `powerSpectrum`; they need not belong to any points, as a decoder's do not
 * @throws InputError if lengths do not fit, a number is not finite, there is no start, or an option is wrong
 */
export function coordinatesFromSpectra(
  spectra: ArrayLike<number>,
  n: number,
  options: SpectrumFitOptions,
): SpectrumCoordinates {
  const { size, weights, starts, finalists, iterations } = settleFit(spectra, n, options);
  const spectrum = new Spectrum(n, options.spectrum ?? {});
  const motifs = spectra.length / size;
  const positions = new Float64Array(3 * n * motifs);
  const residuals = new Float64Array(motifs);
  const target = new Float64Array(size);
  const minimizer = new Minimizer(3 * n, 10);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    spectrum.place(x);
    return spectrum.misfit(target, weights, gradient);
  };
  const follow = (start: Float64Array, steps: number): { x: Float64Array; value: number } => {
    const x = start.slice();
    let last = Number.POSITIVE_INFINITY;
    const gains = (value: number): boolean => {
      const enough = last - value >= GAIN * value;
      last = value;
      return enough;
    };
    const { value } = minimizer.run(x, objective, { steps, largestStep: LARGEST_STEP, width: 3, onStep: gains });
    return { x, value };
  };
  for (let m = 0; m < motifs; m++) {
    for (let q = 0; q < size; q++) target[q] = spectra[size * m + q];
    const begun = starts.map((start) => follow(start, Math.min(SCREENING, iterations)));
    const best = begun.sort((a, b) => a.value - b.value).slice(0, finalists);
    const left = iterations - SCREENING;
    const ends = left > 0 ? best.map(({ x }) => follow(x, left)) : best;
    const { x, value } = ends.reduce((a, b) => (b.value < a.value ? b : a));
    const points = Array.from({ length: n }, (_, j) => Array.from(x.subarray(3 * j, 3 * j + 3)));
    positions.set(points.sort((a, b) => Math.hypot(...a) - Math.hypot(...b)).flat(), 3 * n * m);
    residuals[m] = Math.sqrt(value / size);
  }
  return { positions, residuals };
}

function settleFit(spectra: ArrayLike<number>, n: number, options: SpectrumFitOptions) {
  requireKnownOptions(options, ['starts', 'weights', 'spectrum', 'finalists', 'iterations']);
  requireInteger(n, 'n', 1);
  const size = powerSpectrumSize(options.spectrum);
  if (spectra.length % size !== 0) {
    throw new InputError('spectra length', String(spectra.length), `a multiple of ${size}, the entries of one`);
  }
  requireFinite(spectra, 'spectra');
  const { starts, weights = new Float64Array(size).fill(1) } = options;
  if (!(starts?.length > 0 && starts.length % (3 * n) === 0)) {
    throw new InputError('option starts length', String(starts?.length), `a multiple of 3n = ${3 * n} above 0`);
  }
  requireFinite(starts, 'option starts');
  if (weights.length !== size) throw new InputError('option weights length', String(weights.length), String(size));
  for (let q = 0; q < size; q++) requirePositive(weights[q], `option weights[${q}]`);
  return {
    size,
    weights: Float64Array.from(weights),
    starts: Array.from({ length: starts.length / (3 * n) }, (_, s) => starts.slice(3 * n * s, 3 * n * (s + 1))),
    finalists: requireInteger(options.finalists ?? 3, 'option finalists', 1),
    iterations: requireInteger(options.iterations ?? 300, 'option iterations', 1),
  };
}

/** Options with their defaults. Throws InputError for a bad one. */
function settleSpectrum(options: PowerSpectrumOptions): { lMax: number; radial: Required<RadialBasis> } {
  requireKnownOptions(options, ['lMax', 'radial']);
  const { radial = {} } = options;
  requireKnownOptions(radial, ['functions', 'first', 'last', 'width', 'cutoff'], 'option radial');
  const functions = requireInteger(radial.functions ?? 5, 'option radial.functions', 1);
  const first = requirePositive(radial.first ?? 2, 'option radial.first');
  const last = requirePositive(radial.last ?? Math.max(4, first), 'option radial.last');
  if (last < first) throw new InputError('option radial.last', String(last), `at least radial.first = ${first}`);
  const width = requirePositive(radial.width ?? 0.3, 'option radial.width');
  const cutoff = requirePositive(radial.cutoff ?? 6, 'option radial.cutoff');
  return { lMax: requireInteger(options.lMax ?? 6, 'option lMax'), radial: { functions, first, last, width, cutoff } };
}
