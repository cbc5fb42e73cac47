import { InputError, requireFinite, requireInteger } from '../../core/errors';
import { harmonicsSize, realHarmonics } from './harmonics';
import { type PowerSpectrumOptions, type Radial, radialRow, settleSpectrum } from './spectrumOptions';

export type { PowerSpectrumOptions, RadialBasis } from './spectrumOptions';

/** Numbers in a power spectrum: K(K+1)/2 pairs of radial functions times lMax + 1 degrees. */
export function powerSpectrumSize(options: PowerSpectrumOptions = {}): number {
  const { lMax, radial } = settleSpectrum(options);
  return ((radial.functions * (radial.functions + 1)) / 2) * (lMax + 1);
}

/**
 * Power spectra of M motifs: numbers that no rotation, reflection or relabelling of neighbors changes, and that change
 * smoothly with the positions, also where neighbors trade places in the order of distance.
 *
 * c_klm = Σ_j g_k(r_j) Y_lm(r̂_j) with the component-normalized Y_lm of `realHarmonics`;
 * p_kk'l = Σ_m c_klm c_k'lm / √(2l + 1), for k ≤ k', l running fastest: the SOAP power spectrum (Bartók, Kondor &
 * Csányi, Phys. Rev. B 87, 184115 (2013), doi:10.1103/PhysRevB.87.184115) of atoms without radial smearing. By the
 * addition theorem p_kk'l = √(2l + 1) Σ_ij g_k(r_i) g_k'(r_j) P_l(cos θ_ij). Atoms are atoms: elements play no part.
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
  const { lMax, radial } = settleSpectrum(options);
  requireInteger(n, 'n', 1);
  if (positions.length % (3 * n) !== 0) {
    throw new InputError('positions length', String(positions.length), `a multiple of 3n = ${3 * n}`);
  }
  requireFinite(positions, 'positions');
  const motifs = positions.length / (3 * n);
  const size = powerSpectrumSize(options);
  const spectra = new Float64Array(motifs * size);
  const terms = harmonicsSize(lMax);
  const coefficients = new Float64Array(radial.functions * terms);
  for (let m = 0; m < motifs; m++) {
    expand(positions, m * n, n, lMax, radial, coefficients);
    contract(coefficients, radial.functions, lMax, spectra.subarray(m * size, (m + 1) * size));
  }
  return spectra;
}

/** c_klm of neighbors first … first + n − 1 into `coefficients`, radial function by radial function. */
function expand(
  positions: ArrayLike<number>,
  first: number,
  n: number,
  lMax: number,
  radial: Radial,
  coefficients: Float64Array,
): void {
  const terms = harmonicsSize(lMax);
  const harmonics = new Float64Array(terms);
  const vector = new Float64Array(3);
  const [g, slopes] = [new Float64Array(radial.functions), new Float64Array(radial.functions)];
  coefficients.fill(0);
  for (let j = first; j < first + n; j++) {
    for (let c = 0; c < 3; c++) vector[c] = positions[3 * j + c];
    const r = Math.hypot(vector[0], vector[1], vector[2]);
    if (r === 0) throw new InputError(`neighbor ${j % n} of motif ${Math.floor(j / n)}`, 'distance 0', 'above 0');
    if (r >= radial.cutoff) continue;
    realHarmonics(vector, lMax, harmonics);
    radialRow(radial, r, g, slopes, 0);
    for (let k = 0; k < radial.functions; k++) {
      for (let i = 0; i < terms; i++) coefficients[terms * k + i] += g[k] * harmonics[i];
    }
  }
}

/** Σ_m c_klm c_k'lm / √(2l + 1) for k ≤ k' and each l. */
function contract(coefficients: Float64Array, functions: number, lMax: number, spectrum: Float64Array): void {
  const terms = harmonicsSize(lMax);
  let at = 0;
  for (let k = 0; k < functions; k++) {
    for (let other = k; other < functions; other++) {
      for (let l = 0; l <= lMax; l++) {
        let sum = 0;
        for (let i = l * l; i < (l + 1) ** 2; i++) sum += coefficients[terms * k + i] * coefficients[terms * other + i];
        spectrum[at++] = sum / Math.sqrt(2 * l + 1);
      }
    }
  }
}
