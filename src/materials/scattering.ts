import { InputError } from '../core/errors';
import { ELEMENTS } from '../core/periodicTable';
import type { ScatteringWeights } from '../structures/scattering';

/**
 * Bound coherent scattering lengths of neutrons, fm, natural isotopes; real parts.
 *
 * Sears, Neutron News 3 (3), 26 (1992), doi:10.1080/10448639208218770.
 */
const NEUTRON_LENGTHS: ScatteringWeights = {
  ...{ H: -3.739, B: 5.3, C: 6.646, N: 9.36, O: 5.803, F: 5.654, Na: 3.63, Mg: 5.375, Al: 3.449, Si: 4.1491 },
  ...{ P: 5.13, S: 2.847, Cl: 9.577, K: 3.67, Ca: 4.7, Ti: -3.438, Fe: 9.45, Ni: 10.3, Cu: 7.718, Zn: 5.68 },
  ...{ Ga: 7.288, Ge: 8.185, As: 6.58, Se: 7.97, Zr: 7.16, Ag: 5.922, In: 4.065, Sb: 5.57, Te: 5.8 },
};

/**
 * How strongly elements scatter neutrons (fm) or X-rays (electrons, exact at small angles only), as `cellJudge` and
 * `structureFactor` take it. Throws {@link InputError} naming an element that is not known.
 *
 * @example
 * const scattering = { neutrons: scatteringWeights('neutrons', ['Si', 'O']) };
 */
export function scatteringWeights(kind: 'neutrons' | 'X-rays', elements: Iterable<string>): ScatteringWeights {
  const weights = [...elements].map((symbol) => {
    const weight = kind === 'neutrons' ? NEUTRON_LENGTHS[symbol] : ELEMENTS.indexOf(symbol);
    if (weight !== undefined && weight !== -1 && weight !== 0) return [symbol, weight];
    throw new InputError(`element ${symbol}`, `no weight for ${kind}`, Object.keys(NEUTRON_LENGTHS).join(', '));
  });
  return Object.fromEntries(weights);
}
