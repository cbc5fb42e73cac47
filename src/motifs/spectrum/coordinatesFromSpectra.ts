import { InputError, requireFinite, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { Minimizer } from '../../core/minimize';
import { powerSpectrumSize } from './powerSpectrum';
import { spectrumMisfit } from './spectrumMisfit';
import type { PowerSpectrumOptions } from './spectrumOptions';

/** Options of {@link coordinatesFromSpectra}. */
export interface SpectrumFitOptions {
  /** Arrangements to start from, S·n·3 numbers, Å; the same for each spectrum. */
  starts: Float64Array;
  /** Weight of each entry's difference, as 1/deviation over a training set; 1 each if absent. */
  weights?: ArrayLike<number>;
  /** Of the power spectrum. */
  spectrum?: PowerSpectrumOptions;
  /** Starts that are followed to the end, those lowest after {@link SCREENING} steps; 3 if absent. */
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

/** Steps after which most starts are given up. */
const SCREENING = 40;
/** Å: no point moves further in one step. */
const LARGEST_STEP = 0.5;
/** A fit ends when a step gains less than this part of the misfit. */
const GAIN = 1e-7;

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
  const { size, weights, starts, finalists, iterations } = settle(spectra, n, options);
  const misfit = spectrumMisfit(n, options.spectrum ?? {}, weights);
  const motifs = spectra.length / size;
  const positions = new Float64Array(3 * n * motifs);
  const residuals = new Float64Array(motifs);
  const target = new Float64Array(size);
  const minimizer = new Minimizer(3 * n, 10);
  const objective = (x: Float64Array, gradient: Float64Array): number => misfit(x, target, gradient);
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
    positions.set(byDistance(x, n), 3 * n * m);
    residuals[m] = Math.sqrt(value / size);
  }
  return { positions, residuals };
}

function byDistance(x: Float64Array, n: number): Float64Array {
  const distance = (j: number): number => Math.hypot(x[3 * j], x[3 * j + 1], x[3 * j + 2]);
  const order = Array.from({ length: n }, (_, j) => j).sort((i, j) => distance(i) - distance(j));
  return Float64Array.from({ length: 3 * n }, (_, k) => x[3 * order[Math.floor(k / 3)] + (k % 3)]);
}

function settle(spectra: ArrayLike<number>, n: number, options: SpectrumFitOptions) {
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
