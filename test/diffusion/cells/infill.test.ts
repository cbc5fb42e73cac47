import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import type { Denoiser } from '../../../src/diffusion';
import {
  type InfillStructureOptions,
  infillSites,
  infillStructure,
  type Missing,
  type Region,
} from '../../../src/diffusion';
import type { Structure } from '../../../src/structures';
import { holds } from '../graph/toy';
import { cube, grid, largestDifference, network, oracle, ruled, watched } from './denoisers';

const still = ruled(() => 0);
/** One call from high above, which an oracle answers with its places from wherever it starts. */
const atOnce: InfillStructureOptions = { steps: 1, noise: [100, 100] };

/** A grid of 4 × 4 × 4 atoms from which one is taken. */
function vacancy(): { structure: Structure; taken: Float64Array; whole: Structure } {
  const whole = grid(4, 2.5);
  const positions = Float64Array.of(...whole.positions.subarray(0, 3 * 21), ...whole.positions.subarray(3 * 22));
  const taken = whole.positions.slice(3 * 21, 3 * 22);
  return { whole, taken, structure: { ...whole, positions, species: whole.species.slice(1) } };
}

/** Answers whose placed atoms are exactly these, one list an answer. */
function answering(structure: Structure, placed: number[][]): Denoiser {
  return oracle(...placed.map((places) => [...structure.positions, ...places]));
}

/** Agreement of each answer with the others, in the order in which they were placed. */
function agreements(structure: Structure, placed: number[][], agreement?: number): number[] {
  const missing = placed[0].length / 3;
  const region = { center: [0, 0, 0], radius: 3 };
  const options = { ...atOnce, samples: placed.length, agreement };
  // Energies keep the answers in their order.
  const found: number[] = [];
  let count = 0;
  const energies = (): Float64Array => Float64Array.of(count++);
  infillStructure(
    answering(structure, placed),
    structure,
    { missing, region },
    { ...options, potential: { energies } },
  ).forEach((a) => {
    expect(largestDifference(a.placed, placed[a.energy!])).toBeLessThan(1e-4);
    found.push(a.agreement);
  });
  return found;
}

/** Whether the points of a and b can be paired within a radius, by trying every order; the shortest of 27 images. */
function agree(edge: number, a: number[], b: number[], radius: number): boolean {
  const n = a.length / 3;
  const close = (i: number, j: number): boolean => {
    const square = [0, 1, 2].reduce((sum, c) => {
      const d = Math.abs(a[3 * i + c] - b[3 * j + c]) % edge;
      return sum + Math.min(d, edge - d) ** 2;
    }, 0);
    return Math.sqrt(square) < radius;
  };
  const orders = (rest: number[]): number[][] =>
    rest.length === 0 ? [[]] : rest.flatMap((j) => orders(rest.filter((q) => q !== j)).map((more) => [j, ...more]));
  return orders(Array.from({ length: n }, (_, i) => i)).some((order) => order.every((j, i) => close(i, j)));
}

describe('infillStructure', () => {
  it.each(['ancestral', 'flow'] as const)(
    'finds what a denoiser knows, and leaves all else to the bit: %s',
    (sampler) => {
      const { structure, taken } = vacancy();
      const denoiser = oracle([...structure.positions, ...taken]);
      const region = { center: taken, radius: 2 };
      const answers = infillStructure(denoiser, structure, { missing: 1, region }, { sampler, samples: 4 });
      expect(answers).toHaveLength(4);
      for (const { structure: whole, placed, agreement, energy } of answers) {
        expect(largestDifference(placed, taken)).toBeLessThan(1e-6);
        expect([agreement, energy]).toEqual([1, null]);
        expect(whole.positions.subarray(0, 3 * 63)).toEqual(structure.positions);
        expect(whole.positions.subarray(3 * 63)).toEqual(placed);
        expect(whole.species).toEqual(new Array(64).fill('Si'));
        expect([whole.lattice, whole.pbc]).toEqual([structure.lattice, structure.pbc]);
      }
    },
  );

  it('moves no known atom by a bit with any network, nor the structure that it was given', () => {
    holds((rng) => {
      const structure = cube(rng, 9);
      const before = structure.positions.slice();
      const options = { samples: 3, steps: 3, seed: rng.integer(1000) };
      const denoiser = watched(network(rng.next()), (structures, noise) => {
        structures.forEach(({ positions }, k) => {
          expect(positions.subarray(0, 27)).toEqual(before);
          expect(Array.from(noise[k], (sigma) => sigma > 0)).toEqual(Array.from({ length: 11 }, (_, i) => i >= 9));
        });
      });
      for (const answer of infillStructure(denoiser, structure, { missing: 2 }, options)) {
        expect(answer.structure.positions.subarray(0, 27)).toEqual(before);
      }
      expect(structure.positions).toEqual(before);
    }, 5);
  });

  it('tells of each step, with all answers on their way, and stops where it is told to', () => {
    const heard: number[][] = [];
    const options = { samples: 3, steps: 4, noise: [2, 0.25] as [number, number] };
    const onStep = (step: number, structures: readonly Structure[], sigma: number): boolean => {
      heard.push([step, structures.length, sigma]);
      return step < 2;
    };
    expect(infillStructure(still, vacancy().structure, { missing: 1 }, { ...options, onStep })).toHaveLength(3);
    expect(heard.map(([step, count]) => [step, count])).toEqual([0, 1, 2].map((step) => [step, 3]));
    [1, 0.5, 0.25].forEach((sigma, k) => {
      expect(heard[k][2]).toBeCloseTo(sigma, 12);
    });
  });

  it('gives the same answers from the same seed; those of few samples are among those of many', () => {
    const structure = cube(createRng(1), 9);
    const run = (samples: number, seed: number): string[] =>
      infillStructure(network(1), structure, { missing: 2 }, { samples, steps: 3, seed }).map((a) => a.placed.join());
    expect(run(6, 2)).toEqual(run(6, 2));
    expect(new Set(run(6, 2)).size).toBe(6);
    expect(run(6, 2)).toEqual(expect.arrayContaining(run(3, 2)));
    expect(run(6, 3)).not.toEqual(expect.arrayContaining(run(1, 2)));
  });

  it('says nothing of what was known of the structure before, except its name', () => {
    const { structure } = vacancy();
    const forces = { kind: 'real', columns: 3, values: new Float64Array(3 * 63) } as const;
    const known = { ...structure, info: { name: 'a', energy: -3 }, arrays: { forces } };
    const [answer] = infillStructure(still, known, { missing: 1 }, { samples: 1, steps: 1 });
    expect([answer.structure.info, answer.structure.arrays]).toEqual([{ name: 'a' }, {}]);
  });

  it('fills a structure without atoms', () => {
    const empty = cube(createRng(1), 0, 5);
    const [answer] = infillStructure(oracle([1, 2, 3]), empty, { missing: 1 }, { ...atOnce, samples: 1 });
    expect(largestDifference(answer.structure.positions, [1, 2, 3])).toBeLessThan(1e-5);
  });

  it('takes the species asked for of a model of several', () => {
    const two = ruled(() => 0, { species: ['Si', 'O'] });
    const run = (species?: string) => () =>
      infillStructure(two, cube(createRng(1), 2), { missing: 2, species }, { samples: 1, steps: 1 });
    expect(run('O')()[0].structure.species).toEqual(['Si', 'Si', 'O', 'O']);
    expect(run()).toThrow(/^missing species: found none, expected one of Si, O/);
    expect(run('Ge')).toThrow(/^missing species: found Ge/);
  });
});

describe('the order of the answers', () => {
  const structure = grid(2, 5);

  it('is that of their energies, the sums over atoms, where these are given', () => {
    const places = [4, 1, 3, 2, 0].map((x) => [x, 1, 1]);
    const energies = ({ positions }: Structure): Float64Array => Float64Array.of(positions[24], -10);
    const options = { ...atOnce, samples: 5, potential: { energies } };
    const answers = infillStructure(answering(structure, places), structure, { missing: 1 }, options);
    answers.forEach(({ energy, placed }, k) => {
      expect(placed[0]).toBeCloseTo(k, 4);
      expect(energy).toBe(placed[0] - 10);
    });
  });

  it('is that of their agreement otherwise, the largest first', () => {
    const places = [1, 9, 1.1, 5, 1.2, 5.1].map((x) => [x, 1, 1]);
    const answers = infillStructure(answering(structure, places), structure, { missing: 1 }, { ...atOnce, samples: 6 });
    expect(answers.map(({ agreement }) => agreement)).toEqual([0.4, 0.4, 0.4, 0.2, 0.2, 0]);
    expect(answers.map(({ placed }) => Math.round(placed[0]))).toEqual([1, 1, 1, 5, 5, 9]);
  });
});

describe('agreement', () => {
  const structure = grid(2, 5);
  const [p, q, far] = [
    [1, 1, 1],
    [1, 4, 1],
    [6, 6, 6],
  ];
  const near = ([x, y, z]: number[]): number[] => [x + 0.3, y, z + 0.3];

  it('is the share of the others whose atoms pair with one’s own within the radius', () => {
    expect(agreements(structure, [p, near(p), far])).toEqual([0.5, 0.5, 0]);
    expect(agreements(structure, [p, near(p), far], 0.4)).toEqual([0, 0, 0]);
    expect(agreements(structure, [p, near(p), far], 20)).toEqual([1, 1, 1]);
  });

  it('does not depend on the order of the atoms, nor on which image one is', () => {
    const [there] = [[p[0] - 10, p[1] + 20, p[2]]];
    expect(
      agreements(structure, [
        [...p, ...q],
        [...near(q), ...p],
        [...q, ...near(there)],
      ]),
    ).toEqual([1, 1, 1]);
  });

  it('needs a partner for each atom: two in one place do not agree with two in two places', () => {
    expect(
      agreements(structure, [
        [...p, ...q],
        [...p, ...near(p)],
        [...q, ...near(q)],
      ]),
    ).toEqual([0, 0, 0]);
  });

  it('of a single answer is 1', () => {
    expect(agreements(structure, [p])).toEqual([1]);
  });

  it('is what trying every pairing gives', () => {
    let agreeing = 0;
    holds((rng) => {
      const missing = 1 + rng.integer(3);
      const placed = Array.from({ length: 6 }, () => Array.from({ length: 3 * missing }, () => rng.integer(2) * 9.8));
      const jittered = placed.map((places) => places.map((x) => x + 0.8 * (rng.uniform() - 0.5)));
      const expected = jittered.map((a, k) => {
        const others = jittered.filter((_, j) => j !== k);
        return others.filter((b) => agree(10, a, b, 0.9)).length / 5;
      });
      agreeing += expected.filter((share) => share > 0 && share < 1).length;
      expect(agreements(structure, jittered, 0.9)).toEqual(expected);
    }, 30);
    expect(agreeing).toBeGreaterThan(30);
  });
});

describe('a start', () => {
  it('lies in the region, its atoms where there is room', () => {
    holds((rng) => {
      const structure = { ...cube(rng, 5), pbc: [false, true, false] as Structure['pbc'] };
      const region = { center: [0, 0, 0].map(() => 20 * rng.normal()), radius: 0.1 + 3 * rng.uniform() };
      for (const { placed } of infillStructure(still, structure, { missing: 3, region }, { steps: 1 })) {
        for (let i = 0; i < 9; i += 3) {
          const away = region.center.map((x, c) => placed[i + c] - x);
          expect(Math.hypot(...away)).toBeLessThanOrEqual(region.radius);
        }
      }
    });
  });

  it('needs a region in a structure that is not periodic in all directions', () => {
    const free = { ...cube(createRng(1), 4), pbc: [false, false, false] as Structure['pbc'] };
    expect(() => infillStructure(still, free, { missing: 1 })).toThrow(InputError);
    expect(() => infillStructure(still, free, { missing: 1 })).toThrow(
      /^region: found none, expected a center and rad/,
    );
  });
});

describe('energies of an answer in a region', () => {
  it('are those of the placed atoms and of the known ones less than 4 Å beyond the region', () => {
    const structure = { ...cube(createRng(1), 4, 40), positions: new Float64Array(12) };
    // From the center at x = 1 of radius 2: within, just within reach, just beyond, and beyond through a face.
    [2, 1 + 5.9, 1 + 6.1, 34.9].forEach((x, i) => {
      structure.positions[3 * i] = x;
    });
    const energies = (): Float64Array => Float64Array.of(1, 10, 100, 1000, 10_000, 20_000);
    const energyOf = (region?: Region): number | null =>
      infillStructure(
        answering(structure, [[20, 20, 20, 1, 1, 1]]),
        structure,
        { missing: 2, region },
        {
          ...atOnce,
          samples: 1,
          potential: { energies },
        },
      )[0].energy;
    expect(energyOf({ center: [1, 0, 0], radius: 2 })).toBe(30_011);
    expect(energyOf({ center: [0.8, 0, 0], radius: 2 })).toBe(31_001);
    expect(energyOf()).toBe(31_111);
  });
});

describe('infillSites', () => {
  const { structure, taken } = vacancy();
  const second = [taken[0] + 5, taken[1] + 5, taken[2] + 5].map((x) => x % 10);
  /** The grid without both atoms. */
  const kept = Array.from({ length: 63 }, (_, i) => i).filter((i) =>
    second.some((x, c) => Math.abs(structure.positions[3 * i + c] - x) > 0.1),
  );
  const both: Structure = {
    ...structure,
    positions: Float64Array.from(kept.flatMap((i) => Array.from(structure.positions.subarray(3 * i, 3 * i + 3)))),
    species: kept.map(() => 'Si'),
  };
  const sites = [taken, second].map((center) => ({ missing: 1, region: { center, radius: 2 } }));

  it('fills each site in a structure of its own, all in the same calls', () => {
    let calls = 0;
    const denoiser = watched(oracle([...both.positions, ...taken, ...second]), (structures) => {
      expect(structures.map(({ species }) => species.length)).toEqual([64, 64, 64]);
      calls++;
    });
    const found = infillSites(denoiser, both, sites, { samples: 3, steps: 5 });
    expect([kept.length, calls]).toEqual([62, 5]);
    expect(found.map((answers) => answers.length)).toEqual([3, 3]);
    [taken, second].forEach((place, s) => {
      for (const { placed, structure: filled } of found[s]) {
        expect(largestDifference(placed, place)).toBeLessThan(1e-6);
        expect(filled.positions).toEqual(Float64Array.of(...both.positions, ...placed));
        expect(filled.species).toHaveLength(63);
      }
    });
  });

  it('ranks the answers of each site for themselves', () => {
    const answers = [
      [1, 1, 1, 9, 9, 9],
      [1, 1, 1, 5, 5, 5],
      [7, 7, 7, 5, 5, 5],
    ];
    const denoiser = answering(both, answers);
    const options = { ...atOnce, samples: 3 };
    const [a, b] = infillSites(denoiser, both, sites, options);
    expect(a.map(({ placed, agreement }) => [Math.round(placed[0]), agreement])).toEqual([
      [1, 0.5],
      [1, 0.5],
      [7, 0],
    ]);
    expect(b.map(({ placed, agreement }) => [Math.round(placed[0]), agreement])).toEqual([
      [5, 0.5],
      [5, 0.5],
      [9, 0],
    ]);
    const energies = ({ positions, species }: Structure): Float64Array =>
      new Float64Array(species.length).fill(positions[positions.length - 1], species.length - 1);
    const ordered = infillSites(denoiser, both, sites, { ...options, potential: { energies } });
    expect(ordered.map((site) => site.map(({ energy }) => Math.round(energy!)))).toEqual([
      [1, 1, 7],
      [5, 5, 9],
    ]);
  });

  it('of one site are what infillStructure gives', () => {
    const options = { samples: 2, steps: 2 };
    expect(infillSites(network(1), both, sites.slice(0, 1), options)).toEqual([
      infillStructure(network(1), both, sites[0], options),
    ]);
  });

  it('may be of different sizes and species', () => {
    const two = ruled(() => 0, { species: ['Si', 'O'] });
    const of = [
      { missing: 2, species: 'O' },
      { missing: 1, species: 'Si' },
    ];
    const [[a], [b]] = infillSites(two, both, of, { samples: 1, steps: 1 });
    expect([a.structure.species.slice(62), b.structure.species.slice(62)]).toEqual([['O', 'O'], ['Si']]);
    expect([a.placed.length, b.placed.length]).toEqual([6, 3]);
  });

  it('names the site that is wrong, and that there is none', () => {
    const run = (site: object) => () => infillSites(still, both, [sites[0], site as Missing]);
    expect(run({ missing: 0 })).toThrow(/^site 1, missing: found 0/);
    expect(run({ missing: 1, regoin: 2 })).toThrow(/^site 1, missing regoin: found an unknown name/);
    expect(run({ missing: 1, species: 'Ge' })).toThrow(/^site 1, missing species: found Ge/);
    expect(() => infillSites(still, both, [])).toThrow(InputError);
    expect(() => infillSites(still, both, [])).toThrow(/^sites: found none/);
  });
});

describe('what is wrong is named', () => {
  const structure = cube(createRng(1), 4);
  const center = [0, 0, 0];

  it.each<[string, object]>([
    ['missing', { missing: 0 }],
    ['missing', { missing: 1.5 }],
    ['missing', {}],
    ['missing regoin', { missing: 1, regoin: {} }],
    ['region.radius', { missing: 1, region: { center, radius: 0 } }],
    ['region.center', { missing: 1, region: { center: [0, 0], radius: 1 } }],
    ['region.center', { missing: 1, region: { radius: 1 } }],
    ['region.center[1]', { missing: 1, region: { center: [0, NaN, 0], radius: 1 } }],
    ['region size', { missing: 1, region: { center, radius: 1, size: 3 } }],
    ['region', { missing: 1, region: null }],
  ])('%s in %j', (name, where) => {
    const run = (): unknown => infillStructure(still, structure, where as Missing);
    expect(run).toThrow(InputError);
    expect(run).toThrow(`${name}: found`);
  });

  it.each<[string, object]>([
    ['samples', { samples: 0 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 2 ** 50 }],
    ['agreement', { agreement: 0 }],
    ['steps', { steps: 0 }],
    ['noise', { noise: [1, 2] }],
    ['sampler', { sampler: 'euler' }],
    ['levels', { levels: [1] }],
  ])('option %s in %j', (name, options) => {
    const run = (): unknown => infillStructure(still, structure, { missing: 1 }, options);
    expect(run).toThrow(InputError);
    expect(run).toThrow(new RegExp(`^option ${name}: found`));
  });
});
