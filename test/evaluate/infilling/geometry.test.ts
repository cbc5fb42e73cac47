import { describe, expect, it } from 'vitest';
import { danglingPlaces, infillByGeometry, infillTests, vacancies, vacancyErrors } from '../../../src/evaluate';
import { extractEnvironments } from '../../../src/motifs';
import { readCells } from '../../../src/structures';
import { cluster, crystal, DIAMOND } from '../helpers';

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
    for (const rule of ['opposite', 'dangling'] as const) {
      expect(within(infillByGeometry(tests, { bonds: 2.85, rule }).errors, 1e-6)).toBe(1);
    }
  });

  it('hangs far atoms without a bonded parent on the missing one, which helps in glass', () => {
    const tests = infillTests(extractEnvironments([cell]), { from: 'first shell', count: 200, seed: 1 });
    const [opposite, dangling] = (['opposite', 'dangling'] as const).map((rule) =>
      within(infillByGeometry(tests, { bonds: 2.85, rule }).errors, 0.5),
    );
    expect(opposite).toBeGreaterThan(0.25);
    expect(dangling).toBeGreaterThan(opposite + 0.1);
  });

  it('refuses no tests and unknown options', () => {
    expect(() => infillByGeometry([], { bonds: 2.85 })).toThrow('tests: found none');
    expect(() => infillByGeometry([], { bonds: 0 })).toThrow('option bonds');
  });
});

describe('danglingPlaces', () => {
  const errors = (of: typeof cell, atoms: number, count: number): Float64Array[] =>
    vacancies(of, { atoms, count, seed: 2 }).map((hole) =>
      vacancyErrors(hole, danglingPlaces(hole.structure, hole.missing, { bonds: 2.85 })),
    );

  it('finds the atoms of a crystal exactly', () => {
    // Of two neighbors the first has three atoms to go by.
    expect(within(errors(silicon, 1, 3), 1e-6)).toBe(1);
    expect(within(errors(silicon, 2, 3), 0.05)).toBe(1);
  });

  it('finds most single atoms of a glass', () => {
    expect(within(errors(cell, 1, 20), 0.3)).toBeGreaterThan(0.75);
  });

  it('takes the middle of a region where nothing lacks a bond, and refuses bad options', () => {
    const where = { missing: 1, region: { center: [0, 0, 0], radius: 2 } };
    expect([...danglingPlaces(silicon, where, { bonds: 2.85 })]).toEqual([0, 0, 0]);
    expect(() => danglingPlaces(cluster([0, 0, 0]), { ...where, missing: 0 }, { bonds: 2.85 })).toThrow('missing');
    expect(() => danglingPlaces(silicon, where, { bonds: 2.85, coordination: 0 })).toThrow('option coordination');
  });
});
