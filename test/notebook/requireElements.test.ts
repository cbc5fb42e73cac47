import { describe, expect, it } from 'vitest';
import { requireElements } from '../../src/notebook';
import { readCells } from '../../src/structures';

describe('requireElements', () => {
  const [cell] = readCells();

  it('lets pass what a notebook is about, and names what it is not about', () => {
    expect(() => requireElements([cell], ['Si'])).not.toThrow();
    expect(() => requireElements([], ['Si'])).not.toThrow();
    const glass = { ...cell, species: cell.species.map((symbol, k) => (k % 3 ? 'O' : symbol)) };
    expect(() => requireElements([cell, glass], ['Si'])).toThrow(/^cells: found Si, O, expected Si alone/);
  });
});
