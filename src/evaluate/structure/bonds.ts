import { requirePositive } from '../../core';

/** Silicon's bond cutoff, Å: the first minimum of g(r) of amorphous silicon. */
export const SILICON_BOND_CUTOFF = 2.85;

/** Option shared by everything that counts bonds. */
export interface BondOptions {
  /** Two atoms closer than this are bonded, Å; default 2.85, for silicon. */
  cutoff?: number;
}

/** The bond cutoff of `options`, Å; throws {@link InputError} if it is not a positive number. */
export function bondCutoff(options: BondOptions): number {
  return requirePositive(options.cutoff ?? SILICON_BOND_CUTOFF, 'option cutoff');
}
