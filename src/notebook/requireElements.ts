import { InputError } from '../core';
import type { Structure } from '../structures';

/**
 * Refuses cells to which a notebook does not apply. Throws {@link InputError} unless all their atoms are of these
 * elements.
 */
export function requireElements(cells: readonly Structure[], elements: readonly string[]): void {
  const found = new Set(cells.flatMap(({ species }) => species));
  if ([...found].every((symbol) => elements.includes(symbol))) return;
  throw new InputError('cells', [...found].join(', '), `${elements.join(', ')} alone, which this notebook is about`);
}
