import { atomCount, ballAround, countElements, nearbyGroups, type Structure, withAtoms } from '../../structures';
import { wrappedPositions } from '../../structures/wrap';
import type { Denoiser } from '../denoiser';
import type { InfilledStructure, Missing } from './infill';

/** Å; atoms taken out that lie farther apart are filled as holes of their own. */
const APART = 6;

/** Atoms taken out of a structure, by hole. */
export function holesOf(whole: Structure, removed: readonly number[]): number[][] {
  return nearbyGroups(whole, removed, APART);
}

/** As many atoms as were taken out, within the smallest ball about them and `margin` Å more; anywhere if none were. */
export function siteOf({ config }: Denoiser, whole: Structure, removed: readonly number[], margin: number): Missing {
  const symbols = removed.map((i) => whole.species[i]);
  return {
    missing: config.species.length === 1 ? symbols.length : countElements(symbols),
    region: removed.length > 0 ? ballAround(whole, removed, margin) : undefined,
  };
}

/**
 * Answers to the sites of a structure, one a site, as one: the structure with all placed atoms, in its cell, and of the
 * agreements and residuals the worst. `placed` stays where the atoms were placed.
 */
export function joinedAnswers(
  structure: Structure,
  answers: readonly InfilledStructure[],
): Pick<InfilledStructure, 'structure' | 'placed' | 'agreement' | 'residual'> {
  const placed = Float64Array.from(answers.flatMap((answer) => Array.from(answer.placed)));
  const symbols = answers.flatMap((answer) => answer.structure.species.slice(atomCount(structure)));
  return {
    structure: withAtoms(structure, wrappedPositions({ ...structure, positions: placed }), symbols),
    placed,
    agreement: Math.min(...answers.map(({ agreement }) => agreement)),
    residual: Math.max(...answers.map(({ residual }) => residual)),
  };
}
