import { InputError } from '../../core';
import type { PrincipalComponents } from '../statistics/principal';

/** Radius of the circle in a plane that holds the given part of N(0, 1) in two dimensions: √(2 ln 1/(1 − part)). */
export function priorRadius(part: number): number {
  if (!(part >= 0 && part < 1)) throw new InputError('part', String(part), 'a number from 0 to below 1');
  return Math.sqrt(2 * Math.log(1 / (1 - part)));
}

/**
 * Part of the latents that lie, in the plane of their first two principal components, in the circle that holds `part`
 * of the prior N(0, 1): equal to `part` if they follow the prior.
 *
 * @param plane two principal components of latents
 * @throws InputError if there are not two components, or `part` is none
 */
export function insidePrior(plane: PrincipalComponents, part: number): number {
  const { coordinates, origin } = plane;
  if (origin.length !== 2) throw new InputError('plane', `${origin.length} components`, '2');
  const radius = priorRadius(part);
  let inside = 0;
  for (let i = 0; i < coordinates.length; i += 2) {
    if (Math.hypot(coordinates[i] - origin[0], coordinates[i + 1] - origin[1]) < radius) inside++;
  }
  return (2 * inside) / coordinates.length;
}
