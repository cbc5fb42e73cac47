import { describe, expect, it } from 'vitest';
import { infillByGeometry, infillTests } from '../../../src/evaluate';
import { extractEnvironments } from '../../../src/motifs';
import { readCells } from '../../../src/structures';
import { crystal, DIAMOND } from '../helpers';

const silicon = crystal(DIAMOND, 5.431, 2);
const cell = readCells()[9];
const within = (errors: readonly ArrayLike<number>[], limit: number): number => {
  const all = errors.flatMap((of) => Array.from(of));
  return all.filter((r) => r < limit).length / all.length;
};

describe('infillByGeometry', () => {
  it('completes a perfect tetrahedron', () => {
    const shell = extractEnvironments([silicon], { cutoff: 2.6, count: 4 });
    const tests = infillTests(shell, { missing: 1, count: 20 });
    expect(within(infillByGeometry(tests, { bonds: 2.85 }).errors, 1e-6)).toBe(1);
  });

  it('finds more than a third of the bonded atoms of a glass', () => {
    const tests = infillTests(extractEnvironments([cell]), { from: 'first shell', count: 200, seed: 1 });
    expect(within(infillByGeometry(tests, { bonds: 2.85 }).errors, 0.5)).toBeGreaterThan(0.35);
  });

  it('refuses no tests and unknown options', () => {
    expect(() => infillByGeometry([], { bonds: 2.85 })).toThrow('tests: found none');
    expect(() => infillByGeometry([], { bonds: 0 })).toThrow('option bonds');
  });
});
