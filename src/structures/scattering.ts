import { InputError, requirePositive } from '../core/errors';
import { periodicVolume } from './density';
import { inverse } from './lattice';
import type { Structure } from './structure';

/** Amplitudes that elements scatter with, relative to each other; every atom 1 if absent. */
export type ScatteringWeights = Readonly<Record<string, number>>;

/** Reciprocal vectors of a periodic cell, one of each pair q, −q; without 0. */
export interface WaveVectors {
  /** Integers h, k, l of each, Q × 3. */
  indices: Int16Array;
  /** Q × 3, 1/Å. */
  vectors: Float64Array;
  /** Their lengths, 1/Å. */
  lengths: Float64Array;
}

/**
 * All of up to a length, in the order of h, then k, then l. Throws InputError if the cell is not periodic throughout.
 */
export function waveVectors({ lattice, pbc }: Pick<Structure, 'lattice' | 'pbc'>, qMax: number): WaveVectors {
  requirePositive(qMax, 'option qMax');
  periodicVolume({ lattice, pbc }, 'structure');
  const reciprocal = inverse(lattice).map((x) => 2 * Math.PI * x);
  // |h| = |q · a| / 2π is at most this.
  const most = [0, 1, 2].map((a) =>
    Math.floor((qMax * Math.hypot(...lattice.subarray(3 * a, 3 * a + 3))) / (2 * Math.PI)),
  );
  const indices: number[] = [];
  const vectors: number[] = [];
  for (let h = 0; h <= most[0]; h++) {
    for (let k = h === 0 ? 0 : -most[1]; k <= most[1]; k++) {
      for (let l = h === 0 && k === 0 ? 1 : -most[2]; l <= most[2]; l++) {
        // Rows of the inverse belong to x, y, z; its columns to a, b, c.
        const q = [0, 1, 2].map((c) => reciprocal[3 * c] * h + reciprocal[3 * c + 1] * k + reciprocal[3 * c + 2] * l);
        if (q[0] ** 2 + q[1] ** 2 + q[2] ** 2 > qMax ** 2) continue;
        indices.push(h, k, l);
        vectors.push(...q);
      }
    }
  }
  const lengths = Float64Array.from({ length: indices.length / 3 }, (_, w) =>
    Math.hypot(...vectors.slice(3 * w, 3 * w + 3)),
  );
  return { indices: Int16Array.from(indices), vectors: Float64Array.from(vectors), lengths };
}

/** Weight of each atom, checked. */
export function atomWeights({ species }: Pick<Structure, 'species'>, weights?: ScatteringWeights): Float64Array {
  return Float64Array.from(species, (symbol) => {
    const weight = weights ? weights[symbol] : 1;
    if (Number.isFinite(weight)) return weight;
    throw new InputError(`option weights.${symbol}`, String(weight), `a number for ${symbol}`);
  });
}

/**
 * The sums Σ_j f_j exp(i q·r_j) at wave vectors of a cell, and what follows from them.
 *
 * S(q) = |Σ_j f_j exp(i q·r_j)|² / Σ_j f_j², which is 1 on average for atoms anywhere and N at Bragg peaks.
 */
export class Scattering {
  readonly waves: WaveVectors;
  readonly #weights: Float64Array;
  readonly #norm: number;
  /** Of the lattice: fractional coordinates are r · inverse, wave vectors 2π inverse · (h, k, l). */
  readonly #inverse: Float64Array;
  readonly #runs: Runs;
  readonly #factors: Factors[];

  constructor(lattice: Float64Array, waves: WaveVectors, weights: Float64Array) {
    this.waves = waves;
    this.#weights = weights;
    this.#norm = weights.reduce((sum, f) => sum + f * f, 0);
    this.#inverse = inverse(lattice);
    this.#runs = runsOf(waves.indices);
    this.#factors = [0, 1, 2].map((a) => {
      let most = 0;
      for (let k = a; k < waves.indices.length; k += 3) most = Math.max(most, Math.abs(waves.indices[k]));
      return { most, re: new Float64Array(2 * most + 1), im: new Float64Array(2 * most + 1) };
    });
  }

  /** Re and Im of the sum at each wave vector, Q × 2. */
  amplitudes(positions: Float64Array): Float64Array {
    const [first, second, third] = this.#factors;
    const { count, begin, end, h, k, l } = this.#runs;
    const { re: lastRe, im: lastIm } = third;
    const sums = new Float64Array(2 * this.waves.lengths.length);
    this.#weights.forEach((f, j) => {
      this.#setFactors(positions, j);
      for (let run = 0; run < count; run++) {
        const [p, q] = [h[run] + first.most, k[run] + second.most];
        const re = f * (first.re[p] * second.re[q] - first.im[p] * second.im[q]);
        const im = f * (first.re[p] * second.im[q] + first.im[p] * second.re[q]);
        for (let w = begin[run], r = l[run] + third.most; w < end[run]; w++, r++) {
          sums[2 * w] += re * lastRe[r] - im * lastIm[r];
          sums[2 * w + 1] += re * lastIm[r] + im * lastRe[r];
        }
      }
    });
    return sums;
  }

  /** S(q) at each wave vector. */
  intensities(amplitudes: Float64Array): Float64Array {
    return this.waves.lengths.map((_, w) => (amplitudes[2 * w] ** 2 + amplitudes[2 * w + 1] ** 2) / this.#norm);
  }

  /** Gradient of Σ_q c_q S(q) with respect to positions, N × 3. */
  gradient(positions: Float64Array, amplitudes: Float64Array, coefficients: Float64Array): Float64Array {
    const [first, second, third] = this.#factors;
    const { count, begin, end, h, k, l } = this.#runs;
    const { re: lastRe, im: lastIm } = third;
    const slope = new Float64Array(positions.length);
    const weighted = amplitudes.map((x, c) => coefficients[c >> 1] * x);
    this.#weights.forEach((f, j) => {
      this.#setFactors(positions, j);
      // A wave vector is linear in h, k and l, and so is the slope: three sums do for all.
      let alongA = 0;
      let alongB = 0;
      let alongC = 0;
      for (let run = 0; run < count; run++) {
        const [p, q] = [h[run] + first.most, k[run] + second.most];
        const re = first.re[p] * second.re[q] - first.im[p] * second.im[q];
        const im = first.re[p] * second.im[q] + first.im[p] * second.re[q];
        let sum = 0;
        for (let w = begin[run], r = l[run] + third.most; w < end[run]; w++, r++) {
          const cos = re * lastRe[r] - im * lastIm[r];
          const sin = re * lastIm[r] + im * lastRe[r];
          const by = weighted[2 * w + 1] * cos - weighted[2 * w] * sin;
          sum += by;
          alongC += by * (r - third.most);
        }
        alongA += h[run] * sum;
        alongB += k[run] * sum;
      }
      const factor = (4 * Math.PI * f) / this.#norm;
      for (let c = 0; c < 3; c++) {
        const [a, b, d] = this.#inverse.subarray(3 * c, 3 * c + 3);
        slope[3 * j + c] = factor * (a * alongA + b * alongB + d * alongC);
      }
    });
    return slope;
  }

  /** exp(2πi h s) of atom j along each axis: q·r = 2π (h s_a + k s_b + l s_c). */
  #setFactors(positions: Float64Array, j: number): void {
    this.#factors.forEach(({ most, re, im }, a) => {
      let s = 0;
      for (let c = 0; c < 3; c++) s += positions[3 * j + c] * this.#inverse[3 * c + a];
      for (let h = -most; h <= most; h++) {
        re[h + most] = Math.cos(2 * Math.PI * h * s);
        im[h + most] = Math.sin(2 * Math.PI * h * s);
      }
    });
  }
}

/** Wave vectors in runs of one h and k, in which l rises by one from `l`. */
interface Runs {
  count: number;
  /** First wave vector, and the one after the last. */
  begin: Int32Array;
  end: Int32Array;
  h: Int16Array;
  k: Int16Array;
  l: Int16Array;
}

function runsOf(indices: Int16Array): Runs {
  const starts: number[] = [];
  const waves = indices.length / 3;
  for (let w = 0; w < waves; w++) {
    const follows = w > 0 && [0, 1, 2].every((a) => indices[3 * w + a] - indices[3 * w - 3 + a] === Number(a === 2));
    if (!follows) starts.push(w);
  }
  const index = (a: number): Int16Array => Int16Array.from(starts, (w) => indices[3 * w + a]);
  return {
    ...{ count: starts.length, begin: Int32Array.from(starts), end: Int32Array.from([...starts.slice(1), waves]) },
    ...{ h: index(0), k: index(1), l: index(2) },
  };
}

/** exp(2πi h s) for all h of one axis, from −most to most. */
interface Factors {
  most: number;
  re: Float64Array;
  im: Float64Array;
}

/** S(q) by length of the wave vector. */
export interface StructureFactor {
  /** Mean length of the wave vectors of each bin, 1/Å. */
  q: Float64Array;
  /** Mean S(q) of each bin. */
  values: Float64Array;
}

/** Bins of equal width in which there is a wave vector. */
export class WaveBins {
  /** Bin of each wave vector. */
  readonly of: Int32Array;
  /** Wave vectors of each bin, and their mean length, 1/Å. */
  readonly counts: Float64Array;
  readonly q: Float64Array;

  /** @param lengths of the wave vectors, 1/Å */
  constructor(lengths: Float64Array, width: number) {
    const numbers = Int32Array.from(lengths, (q) => Math.floor(q / width));
    const used = [...new Set(numbers)].sort((a, b) => a - b);
    const place = new Map(used.map((number, b) => [number, b]));
    this.of = numbers.map((number) => place.get(number) as number);
    this.counts = new Float64Array(used.length);
    for (const b of this.of) this.counts[b]++;
    this.q = this.means(lengths);
  }

  /** Mean of values over the wave vectors of each bin. */
  means(values: Float64Array): Float64Array {
    const sums = new Float64Array(this.counts.length);
    values.forEach((value, w) => {
      sums[this.of[w]] += value / this.counts[this.of[w]];
    });
    return sums;
  }
}
