import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import type { Structure } from '../../structures';
import {
  atomWeights,
  Scattering,
  type ScatteringWeights,
  WaveBins,
  type WaveVectors,
  waveVectors,
} from '../../structures/scattering';
import type { Guide } from './sampler';

/** Options of {@link structureFactorGuide}. */
export interface StructureFactorGuideOptions {
  /** Longest wave vector, 1/Å; default 5. The time of a correction grows with its cube. */
  qMax?: number;
  /** Width of a bin, 1/Å; default 0.15. */
  width?: number;
  /** Share of the misfit that one correction takes away to first order; default 1. */
  strength?: number;
  /** Å, rms, that one correction moves the atoms at most; default 0.1. */
  largest?: number;
  /** Steps of the chain from one correction to the next; default 1. */
  every?: number;
  /** Amplitudes of the elements; default 1 for every atom. */
  weights?: ScatteringWeights;
}

/** How far S(q) of a structure is from a measured one. */
export interface Misfit {
  /** Mean square difference over the bins within the measured range. */
  value: number;
  /** Its gradient with respect to positions, N × 3, 1/Å. */
  gradient: Float64Array;
}

/**
 * A guide of the chain towards a measured structure factor: denoised atoms are moved against the gradient of
 * χ² = ⟨(S(q) − S_measured(q))²⟩ over the bins of the cell's wave vectors.
 *
 * Only what the model returned is corrected, so no gradient goes through the network; the model removes from the
 * correction in the next steps whatever makes no glass. Steps are Polyak's: a share of χ²/|∇χ²|² along the gradient.
 *
 * @param measured rising q, 1/Å; between them it is interpolated, beyond them nothing is asked
 * @throws InputError naming an option or what is wrong with the measurement
 * @example
 * const guide = structureFactorGuide({ q: [0.8, 0.9], values: [0.05, 0.06] });
 * const [cell] = await generateCells(denoiser, { density: 2.23, guide, seed: 1 });
 */
export function structureFactorGuide(
  measured: { q: ArrayLike<number>; values: ArrayLike<number> },
  options: StructureFactorGuideOptions = {},
): Guide {
  const misfit = misfitTo(measured, options);
  const strength = requirePositive(options.strength ?? 1, 'option strength');
  const largest = requirePositive(options.largest ?? 0.1, 'option largest');
  const every = requireInteger(options.every ?? 1, 'option every', 1);
  const walks = new Map<number, { call: number; sigma: number }>();
  return (structure, sigma, index) => {
    const before = walks.get(index);
    // Levels fall: a higher one begins another walk, which must not depend on those before it.
    const call = before && sigma < before.sigma ? before.call + 1 : 1;
    walks.set(index, { call, sigma });
    // What the model returns last stays as it is.
    if (sigma === 0 || call % every !== 0) return structure.positions;
    const { value, gradient } = misfit(structure);
    const square = gradient.reduce((sum, x) => sum + x * x, 0);
    if (square === 0) return structure.positions;
    const longest = largest / Math.sqrt((3 * square) / gradient.length);
    const step = Math.min((strength * value) / square, longest);
    return structure.positions.map((x, k) => x - step * gradient[k]);
  };
}

/** χ² of structures and its gradient, as {@link structureFactorGuide} takes them. Throws as that does. */
export function misfitTo(
  { q, values }: { q: ArrayLike<number>; values: ArrayLike<number> },
  options: StructureFactorGuideOptions = {},
): (structure: Structure) => Misfit {
  requireKnownOptions(options, ['qMax', 'width', 'strength', 'largest', 'every', 'weights']);
  const { qMax = 5, width = 0.15, weights } = options;
  requireCurve(q, values);
  const ofCell = (structure: Structure): AskedOfCell => {
    const waves = waveVectors(structure, qMax);
    const bins = new WaveBins(waves.lengths, requirePositive(width, 'option width'));
    const asked = askedOf(bins.q, q, values);
    if (asked.length === 0) throw new InputError('measured q', `${q[0]} to ${q[q.length - 1]}`, `some below ${qMax}`);
    return { lattice: structure.lattice.slice(), waves, bins, asked };
  };
  let last: AskedOfCell | undefined;
  return (structure) => {
    const { lattice, pbc, positions } = structure;
    // Structures mostly come in one cell after the other, such as the steps of a walk.
    const same = pbc.every(Boolean) && last?.lattice.every((x, k) => x === lattice[k]);
    if (!last || !same) last = ofCell(structure);
    const { waves, bins, asked } = last;
    const sums = new Scattering(lattice, waves, atomWeights(structure, weights));
    const amplitudes = sums.amplitudes(positions);
    const found = bins.means(sums.intensities(amplitudes));
    const slopes = new Float64Array(found.length);
    let value = 0;
    for (const { bin, measured } of asked) {
      const difference = found[bin] - measured;
      value += difference ** 2 / asked.length;
      slopes[bin] = (2 * difference) / asked.length / bins.counts[bin];
    }
    const coefficients = Float64Array.from(bins.of, (b) => slopes[b]);
    return { value, gradient: sums.gradient(positions, amplitudes, coefficients) };
  };
}

/** What a cell decides, whatever its atoms. */
interface AskedOfCell {
  lattice: Float64Array;
  waves: WaveVectors;
  bins: WaveBins;
  asked: Asked[];
}

/** A bin within the measured range, and what was measured there. */
interface Asked {
  bin: number;
  measured: number;
}

function askedOf(bins: Float64Array, q: ArrayLike<number>, values: ArrayLike<number>): Asked[] {
  return Array.from(bins, (at, bin) => ({ at, bin }))
    .filter(({ at }) => at >= q[0] && at <= q[q.length - 1])
    .map(({ at, bin }) => ({ bin, measured: interpolated(q, values, at) }));
}

function requireCurve(q: ArrayLike<number>, values: ArrayLike<number>): void {
  if (q.length !== values.length || q.length < 2) {
    throw new InputError('measured', `${q.length} q and ${values.length} values`, 'as many of both, at least two');
  }
  for (let k = 0; k < q.length; k++) {
    if (!Number.isFinite(q[k]) || !Number.isFinite(values[k]) || (k > 0 && q[k] <= q[k - 1])) {
      throw new InputError(`measured ${k}`, `S(${q[k]}) = ${values[k]}`, 'finite numbers at rising q');
    }
  }
}

function interpolated(x: ArrayLike<number>, y: ArrayLike<number>, at: number): number {
  let k = 1;
  while (k < x.length - 1 && x[k] < at) k++;
  const t = (at - x[k - 1]) / (x[k] - x[k - 1]);
  return y[k - 1] + t * (y[k] - y[k - 1]);
}
