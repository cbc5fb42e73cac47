import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';

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

/** Radial functions with every number settled. */
export type Radial = Required<RadialBasis>;

/** Writes g_k(r) of all k, and their derivatives by r, 1/Å, from `at` on. */
export function radialRow(radial: Radial, r: number, values: Float64Array, slopes: Float64Array, at: number): void {
  const { functions, first, last, width, cutoff } = radial;
  if (!(r < cutoff)) {
    values.fill(0, at, at + functions);
    slopes.fill(0, at, at + functions);
    return;
  }
  const angle = (Math.PI * r) / cutoff;
  const fall = 1 + Math.cos(angle);
  const slope = (Math.PI / cutoff) * Math.sin(angle);
  for (let k = 0; k < functions; k++) {
    const away = r - (functions === 1 ? first : first + (k * (last - first)) / (functions - 1));
    const gaussian = Math.exp(-(away ** 2) / (2 * width * width));
    values[at + k] = gaussian * 0.5 * fall;
    slopes[at + k] = gaussian * 0.5 * ((-away / (width * width)) * fall - slope);
  }
}

/** Options with their defaults. Throws InputError for a bad one. */
export function settleSpectrum(options: PowerSpectrumOptions): { lMax: number; radial: Radial } {
  requireKnownOptions(options, ['lMax', 'radial']);
  const { radial = {} } = options;
  requireKnownOptions(radial, ['functions', 'first', 'last', 'width', 'cutoff'], 'option radial');
  const functions = requireInteger(radial.functions ?? 5, 'option radial.functions', 1);
  const first = requirePositive(radial.first ?? 2, 'option radial.first');
  const last = requirePositive(radial.last ?? Math.max(4, first), 'option radial.last');
  if (last < first) throw new InputError('option radial.last', String(last), `at least radial.first = ${first}`);
  return {
    lMax: requireInteger(options.lMax ?? 6, 'option lMax'),
    radial: {
      ...{ functions, first, last },
      width: requirePositive(radial.width ?? 0.3, 'option radial.width'),
      cutoff: requirePositive(radial.cutoff ?? 6, 'option radial.cutoff'),
    },
  };
}
