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
  readonly #inverse: Float64Array;
  /** Re and Im of exp(i q·r) of one atom at each wave vector, and of the factors of it along a, b and c. */
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #factors: Factors[];

  constructor(lattice: Float64Array, waves: WaveVectors, weights: Float64Array) {
    this.waves = waves;
    this.#weights = weights;
    this.#norm = weights.reduce((sum, f) => sum + f * f, 0);
    this.#inverse = inverse(lattice);
    const count = waves.lengths.length;
    [this.#re, this.#im] = [new Float64Array(count), new Float64Array(count)];
    this.#factors = [0, 1, 2].map((a) => {
      let most = 0;
      for (let k = a; k < waves.indices.length; k += 3) most = Math.max(most, Math.abs(waves.indices[k]));
      return { most, re: new Float64Array(2 * most + 1), im: new Float64Array(2 * most + 1) };
    });
  }

  /** Re and Im of the sum at each wave vector, Q × 2. */
  amplitudes(positions: Float64Array): Float64Array {
    const [re, im] = [this.#re, this.#im];
    const sums = new Float64Array(2 * re.length);
    this.#weights.forEach((f, j) => {
      this.#setPhases(positions, j);
      for (let w = 0; w < re.length; w++) {
        sums[2 * w] += f * re[w];
        sums[2 * w + 1] += f * im[w];
      }
    });
    return sums;
  }

  /** S(q) at each wave vector. */
  intensities(amplitudes: Float64Array): Float64Array {
    return this.#re.map((_, w) => (amplitudes[2 * w] ** 2 + amplitudes[2 * w + 1] ** 2) / this.#norm);
  }

  /** Gradient of Σ_q c_q S(q) with respect to positions, N × 3. */
  gradient(positions: Float64Array, amplitudes: Float64Array, coefficients: Float64Array): Float64Array {
    const [re, im, { vectors }] = [this.#re, this.#im, this.waves];
    const slope = new Float64Array(positions.length);
    this.#weights.forEach((f, j) => {
      this.#setPhases(positions, j);
      let x = 0;
      let y = 0;
      let z = 0;
      for (let w = 0; w < re.length; w++) {
        const by = coefficients[w] * (amplitudes[2 * w + 1] * re[w] - amplitudes[2 * w] * im[w]);
        x += by * vectors[3 * w];
        y += by * vectors[3 * w + 1];
        z += by * vectors[3 * w + 2];
      }
      for (const [c, sum] of [x, y, z].entries()) slope[3 * j + c] = (2 * f * sum) / this.#norm;
    });
    return slope;
  }

  /** exp(i q·r) of atom j at each wave vector: q·r = 2π (h s_a + k s_b + l s_c). */
  #setPhases(positions: Float64Array, j: number): void {
    this.#factors.forEach(({ most, re, im }, a) => {
      let s = 0;
      for (let c = 0; c < 3; c++) s += positions[3 * j + c] * this.#inverse[3 * c + a];
      for (let h = -most; h <= most; h++) {
        re[h + most] = Math.cos(2 * Math.PI * h * s);
        im[h + most] = Math.sin(2 * Math.PI * h * s);
      }
    });
    // Fields in variables: this loop takes nearly all of the time.
    const [a, b, { re: lastRe, im: lastIm, most }] = this.#factors;
    const [re, im, { indices }] = [this.#re, this.#im, this.waves];
    let before = -1;
    let pairRe = 0;
    let pairIm = 0;
    for (let w = 0; w < re.length; w++) {
      const p = indices[3 * w] + a.most;
      const q = indices[3 * w + 1] + b.most;
      const r = indices[3 * w + 2] + most;
      if (p * 65536 + q !== before) {
        before = p * 65536 + q;
        pairRe = a.re[p] * b.re[q] - a.im[p] * b.im[q];
        pairIm = a.re[p] * b.im[q] + a.im[p] * b.re[q];
      }
      re[w] = pairRe * lastRe[r] - pairIm * lastIm[r];
      im[w] = pairRe * lastIm[r] + pairIm * lastRe[r];
    }
  }
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
