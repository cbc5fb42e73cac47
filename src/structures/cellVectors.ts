import { InputError } from '../core/errors';
import { determinant } from './lattice';

/**
 * Cell vectors as rows (9 numbers, Å) from the edges of a box, `a b c`; edges and angles in degrees, `a b c α β γ`
 * (a along x, b in the xy plane); or the nine numbers themselves.
 *
 * @throws InputError if the numbers are not 3, 6 or 9, are not finite, or span no volume.
 */
export function cellVectors(cell: ArrayLike<number>, place = 'option cell'): Float64Array {
  const numbers = Array.from(cell);
  const expected = '3 edges (Å), 3 edges and 3 angles (degrees), or the 9 numbers of the cell vectors';
  if (![3, 6, 9].includes(numbers.length) || !numbers.every(Number.isFinite)) {
    throw new InputError(place, numbers.join(' '), expected);
  }
  const vectors = numbers.length === 9 ? Float64Array.from(numbers) : fromEdges(numbers);
  // Edges below 0 would give a cell that nobody means.
  const positive = numbers.length === 9 || numbers.every((x) => x > 0);
  if (!positive || !(Math.abs(determinant(vectors)) > 0))
    throw new InputError(place, numbers.join(' '), 'a volume above 0');
  return vectors;
}

function fromEdges([a, b, c, alpha = 90, beta = 90, gamma = 90]: number[]): Float64Array {
  const cos = (degrees: number): number => (degrees === 90 ? 0 : Math.cos((degrees * Math.PI) / 180));
  const sin = gamma === 90 ? 1 : Math.sin((gamma * Math.PI) / 180);
  const x = cos(beta);
  const y = (cos(alpha) - cos(beta) * cos(gamma)) / sin;
  return Float64Array.of(a, 0, 0, b * cos(gamma), b * sin, 0, c * x, c * y, c * Math.sqrt(1 - x * x - y * y));
}
