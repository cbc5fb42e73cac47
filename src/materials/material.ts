import { InputError } from '../core/errors';
import type { Bonds } from '../structures/bonds';
import type { Potential } from '../structures/potential';
import { SILICON_BOND_CUTOFF, siliconStillingerWeber } from './silicon';

/** What is usual for a material. */
export interface Material {
  name: string;
  /** Chemical symbols. */
  elements: readonly string[];
  /** What judges, `validity` and the random baselines take as options. */
  limits: { bonds: Bonds; minDistance: number; coordination: [number, number] };
  /** Its potentials by name, the usual one first. */
  potentials: Readonly<Record<string, () => Potential>>;
}

const MATERIALS: readonly Material[] = [
  {
    name: 'silicon',
    elements: ['Si'],
    limits: { bonds: SILICON_BOND_CUTOFF, minDistance: 2, coordination: [3, 5] },
    potentials: { 'stillinger-weber': siliconStillingerWeber },
  },
];

/** Names of all potentials, the values of the command line's `--potential`. */
export const POTENTIALS: readonly string[] = MATERIALS.flatMap(({ potentials }) => Object.keys(potentials));

/** A material by name. Throws {@link InputError} naming those that there are. */
export function material(name: string): Material {
  const found = MATERIALS.find((known) => known.name === name);
  if (!found) throw new InputError('material', name, MATERIALS.map((known) => known.name).join(' or '));
  return found;
}

/** A potential by name. Throws {@link InputError} naming those that there are. */
export function potential(name: string): Potential {
  const make = MATERIALS.map(({ potentials }) => potentials[name]).find(Boolean);
  if (!make) throw new InputError('potential', name, POTENTIALS.join(' or '));
  return make();
}
