import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import type { Denoiser } from '../../../src/diffusion';
import { type InfillStructureOptions, infillSites, infillStructure, type Missing } from '../../../src/diffusion';
import { atomCount, distancesTo, type Potential, type Structure } from '../../../src/structures';
import { alwaysHolds, cube, grid, largestDifference, network, oracle, ruled, watched } from './denoisers';

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

/** A potential of the elements that tests use; without forces unless told otherwise. */
function toy(
  energies: Potential['energies'],
  forces: Potential['forces'] = ({ positions }) => new Float64Array(positions.length),
): Potential {
  return { name: 'toy', elements: ['Si', 'O'], energies, forces };
}

/** The denoiser, which leaves structures of another number of atoms as they are. */
function onlyOf(atoms: number, denoiser: Denoiser): Denoiser {
  const estimate = denoiser.estimate.bind(denoiser);
  denoiser.estimate = (structures, noise) =>
    atomCount(structures[0]) === atoms
      ? estimate(structures, noise)
      : structures.map(({ positions }) => new Float32Array(positions.length));
  return denoiser;
}

describe('infillStructure', () => {
  it.each(['chain', 'ancestral', 'flow'] as const)(
    'finds what a denoiser knows, and leaves all else to the bit: %s',
    async (sampler) => {
      const { structure, taken } = vacancy();
      const denoiser = oracle([...structure.positions, ...taken]);
      const region = { center: taken, radius: 2 };
      const answers = await infillStructure(
        denoiser,
        structure,
        { missing: 1, region },
        { sampler, samples: 4, steps: 30 },
      );
      expect(answers).toHaveLength(4);
      for (const { structure: whole, placed, agreement, energy, residual, outside } of answers) {
        expect(largestDifference(placed, taken)).toBeLessThan(1e-6);
        expect([agreement, energy, outside]).toEqual([1, null, 0]);
        expect(residual).toBeLessThan(1e-6);
        expect(whole.positions.subarray(0, 3 * 63)).toEqual(structure.positions);
        expect(whole.positions.subarray(3 * 63)).toEqual(placed);
        expect(whole.species).toEqual(new Array(64).fill('Si'));
        expect([whole.lattice, whole.pbc]).toEqual([structure.lattice, structure.pbc]);
      }
    },
  );

  it('moves no known atom by a bit with any network, nor the structure that it was given', async () => {
    await alwaysHolds(async (rng) => {
      const structure = cube(rng, 9);
      const before = structure.positions.slice();
      const options = { samples: 3, steps: 3, seed: rng.integer(1000) };
      let calls = 0;
      const denoiser = watched(network(rng.next()), (structures, noise) => {
        // First it says which known atoms it expects elsewhere; after three steps it relaxes what is near.
        calls++;
        if (calls === 1) expect(structures[0].positions).toEqual(before);
        if (calls === 1 || calls > 4) return;
        structures.forEach(({ positions }, k) => {
          expect(positions.subarray(0, 27)).toEqual(before);
          expect(Array.from(noise[k], (sigma) => sigma > 0)).toEqual(Array.from({ length: 11 }, (_, i) => i >= 9));
        });
      });
      const answers = await infillStructure(denoiser, structure, { missing: 2 }, options);
      expect(calls).toBeGreaterThan(4);
      for (const answer of answers) {
        expect(answer.structure.positions.subarray(0, 27)).toEqual(before);
      }
      expect(structure.positions).toEqual(before);
    }, 5);
  });

  it('tells of each step, with all answers on their way, and stops where it is told to', async () => {
    const heard: number[][] = [];
    const options = { samples: 3, steps: 4, noise: [2, 0.25] as [number, number] };
    const onProgress: InfillStructureOptions['onProgress'] = ({ step, structures, sigma }) => {
      heard.push([step, structures.length, sigma]);
      return step < 3;
    };
    const answers = await infillStructure(still, vacancy().structure, { missing: 1 }, { ...options, onProgress });
    expect(answers).toHaveLength(3);
    expect(heard.map(([step, count]) => [step, count])).toEqual([1, 2, 3].map((step) => [step, 3]));
    [1, 0.5, 0.25].forEach((sigma, k) => {
      expect(heard[k][2]).toBeCloseTo(sigma, 12);
    });
  });

  it('gives the same answers from the same seed; those of few samples are among those of many', async () => {
    const structure = cube(createRng(1), 9);
    const run = async (samples: number, seed: number): Promise<string[]> => {
      const answers = await infillStructure(network(1), structure, { missing: 2 }, { samples, steps: 3, seed });
      return answers.map(({ placed }) => placed.join());
    };
    const six = await run(6, 2);
    expect(await run(6, 2)).toEqual(six);
    expect(new Set(six).size).toBe(6);
    expect(six).toEqual(expect.arrayContaining(await run(3, 2)));
    expect(await run(6, 3)).not.toEqual(expect.arrayContaining(await run(1, 2)));
  });

  it('says nothing of what was known of the structure before, except its name', async () => {
    const { structure } = vacancy();
    const forces = { kind: 'real', columns: 3, values: new Float64Array(3 * 63) } as const;
    const known = { ...structure, info: { name: 'a', energy: -3 }, arrays: { forces } };
    const [answer] = await infillStructure(still, known, { missing: 1 }, { samples: 1, steps: 1 });
    expect([answer.structure.info, answer.structure.arrays]).toEqual([{ name: 'a' }, {}]);
  });

  it('fills a structure without atoms', async () => {
    const empty = cube(createRng(1), 0, 5);
    const [answer] = await infillStructure(oracle([1, 2, 3]), empty, { missing: 1 }, { ...atOnce, samples: 1 });
    expect(largestDifference(answer.structure.positions, [1, 2, 3])).toBeLessThan(1e-5);
  });

  it('takes the elements asked for of a model of several', async () => {
    const two = ruled(() => 0, { species: ['Si', 'O'] });
    const run = (missing: Missing['missing']) =>
      infillStructure(two, cube(createRng(1), 2), { missing }, { samples: 1, steps: 1 });
    expect((await run({ O: 2, Si: 1 }))[0].structure.species).toEqual(['Si', 'Si', 'O', 'O', 'Si']);
    await expect(run(2)).rejects.toThrow(/^missing: found 2, expected a number for each of the elements Si, O/);
    await expect(run({ Ge: 1 })).rejects.toThrow(/^missing: found Ge, expected elements that the model knows/);
  });
});

describe('the order of the answers', () => {
  const structure = grid(2, 5);

  it('is that of the energies of all atoms where there is a potential', async () => {
    const places = [4, 1, 3, 2, 0].map((x) => [x, 1, 1]);
    const potential = toy(({ positions }) => Float64Array.of(positions[24], -10));
    const options = { ...atOnce, samples: 5, potential };
    const answers = await infillStructure(answering(structure, places), structure, { missing: 1 }, options);
    answers.forEach(({ energy, placed }, k) => {
      expect(placed[0]).toBeCloseTo(k, 4);
      expect(energy).toBeCloseTo(k - 10, 4);
    });
  });

  it('is that of the relaxed energies, whatever those of the places were; relaxed answers agree', async () => {
    // Minima of 1 eV at x = 1 and of 0 eV at x = 5.
    const well = (x: number): { depth: number; at: number; stiffness: number } =>
      x < 3 ? { depth: 1, at: 1, stiffness: 1 } : { depth: 0, at: 5, stiffness: 10 };
    const energies = ({ positions }: Structure): Float64Array => {
      const { depth, at, stiffness } = well(positions[24]);
      return new Float64Array(9).fill(depth + (stiffness / 2) * (positions[24] - at) ** 2, 8);
    };
    const forces = ({ positions }: Structure): Float64Array => {
      const { at, stiffness } = well(positions[24]);
      return new Float64Array(27).fill(-stiffness * (positions[24] - at), 24, 25);
    };
    const places = [1, 5.6, 4.4].map((x) => [x, 1, 1]);
    for (const region of [undefined, { center: [3, 1, 1], radius: 3 }]) {
      const found = await infillStructure(
        answering(structure, places),
        structure,
        { missing: 1, region },
        { ...atOnce, samples: 3, potential: toy(energies, forces) },
      );
      const unrelaxed = found.map(({ structure: filled }) => energies(filled)[8]);
      expect(unrelaxed.map((energy) => energy.toFixed(3))).toEqual(expect.arrayContaining(['1.800', '1.800', '1.000']));
      expect(found[2].placed[0]).toBeCloseTo(1, 4);
      [0, 0, 1].forEach((energy, k) => {
        expect(found[k].energy).toBeCloseTo(energy, 4);
      });
      expect(found.map(({ relaxed }) => relaxed.positions[24].toFixed(2))).toEqual(['5.00', '5.00', '1.00']);
      expect(found.map(({ agreement }) => agreement)).toEqual([0.5, 0.5, 0]);
    }
  });

  it('is that of the residual otherwise, the smallest first', async () => {
    // Asked about one structure, this denoiser expects the first answer.
    const places = [1, 9, 1.1, 5, 1.2, 5.1].map((x) => [x, 1, 1]);
    const denoiser = answering(structure, places);
    const answers = await infillStructure(denoiser, structure, { missing: 1 }, { ...atOnce, samples: 6 });
    for (const { placed, residual, structure: filled, relaxed, energy, outside } of answers) {
      const near = distancesTo(filled, placed).filter((distance) => distance < 6).length;
      expect(residual).toBeCloseTo(Math.abs(placed[0] - 1) / Math.sqrt(near), 4);
      expect(largestDifference(relaxed.positions, filled.positions)).toBeLessThan(1e-4);
      expect([energy, outside]).toEqual([null, 0]);
    }
    const residuals = answers.map(({ residual }) => residual);
    expect(residuals).toEqual([...residuals].sort((a, b) => a - b));
    expect(answers[0].placed[0]).toBeCloseTo(1, 4);
  });
});

describe('an uncertain number of atoms', () => {
  const structure = grid(2, 5);
  const options = { ...atOnce, samples: 2 };
  const fill = (denoiser: Denoiser, potential?: Potential) =>
    infillStructure(denoiser, structure, { missing: 3, uncertain: true }, { ...options, potential });

  it.each([2, 3, 4])('is chosen by energy, by what each atom costs over the usual: %i', async (right) => {
    // An atom has −2 eV; a wrong number costs less than an atom brings.
    const potential = toy(({ species }) => {
      const energies = new Float64Array(species.length).fill(-2);
      if (species.length !== 8 + right) energies[species.length - 1] += 1;
      return energies;
    });
    const answers = await fill(still, potential);
    expect(answers.map(({ placed }) => placed.length / 3).sort()).toEqual([2, 2, 3, 3, 4, 4]);
    for (const { placed } of answers.slice(0, 2)) expect(placed).toHaveLength(3 * right);
  });

  it.each([2, 3, 4])('is chosen by the residual without a potential: %i', async (right) => {
    const unsure = ruled(() => 0);
    unsure.estimate = (structures, noise) =>
      structures.map(({ positions }, k) =>
        new Float32Array(positions.length).map((_, c) =>
          positions.length === 24 + 3 * right || noise[k][Math.floor(c / 3)] === 0 ? 0 : 0.5,
        ),
      );
    const answers = await fill(unsure);
    for (const { placed, residual } of answers.slice(0, 2)) {
      expect([placed.length, residual]).toEqual([3 * right, 0]);
    }
    for (const { residual } of answers.slice(2)) expect(residual).toBeCloseTo(0.05 * Math.sqrt(3), 6);
  });

  it('is at least one, of one element, at one site', async () => {
    const one = await infillStructure(still, structure, { missing: 1, uncertain: true }, { samples: 1, steps: 1 });
    expect(one.map(({ placed }) => placed.length).sort()).toEqual([3, 6]);
    const where = { missing: { Si: 1 }, uncertain: true };
    await expect(infillStructure(still, structure, where)).rejects.toThrow(
      'uncertain: found numbers by element, expected one number of atoms',
    );
    await expect(infillSites(still, structure, [{ missing: 1, uncertain: true }])).rejects.toThrow(
      'site 0, uncertain: found several sites, expected one site',
    );
  });
});

describe('a region', () => {
  const structure = grid(2, 5);
  const region = { center: [2, 2, 2], radius: 1 };

  it('is kept to by the chain as long as bonds change, even if the model would place atoms elsewhere', async () => {
    const denoiser = (): Denoiser => answering(structure, [[6, 2, 2]]);
    const away: Record<string, number[]> = { chain: [], ancestral: [] };
    for (const sampler of ['chain', 'ancestral'] as const) {
      const options: InfillStructureOptions = { sampler, samples: 3, steps: 20, noise: [1.5, 0.12] };
      const onProgress: InfillStructureOptions['onProgress'] = ({ structures, sigma }) => {
        for (const { positions } of structures) {
          const distance = Math.hypot(...positions.slice(24).map((x) => x - 2));
          if (sigma > 0) away[sampler].push(distance - 5 * sigma);
        }
        return true;
      };
      await infillStructure(denoiser(), structure, { missing: 1, region }, { ...options, onProgress });
    }
    expect(away.chain).toHaveLength(57);
    expect(Math.max(...away.chain)).toBeLessThan(1);
    expect(Math.max(...away.ancestral)).toBeGreaterThan(2);
  });

  it('has placed atoms counted that lie more than 0.5 Å outside, wherever their images are', async () => {
    const places = [3, 3.4, 3.6, -8, -6.4, 8.4].map((x) => [x, 2, 2]);
    const denoiser = answering(structure, places);
    const found = await infillStructure(denoiser, structure, { missing: 1, region }, { ...atOnce, samples: 6 });
    const outside = places.map(([x]) => found.find(({ placed }) => Math.abs(placed[0] - x) < 1e-3)?.outside);
    expect(outside).toEqual([0, 0, 1, 0, 1, 1]);
  });
});

describe('a start', () => {
  it('lies in the region, its atoms where there is room', async () => {
    await alwaysHolds(async (rng) => {
      const structure = { ...cube(rng, 5), pbc: [false, true, false] as Structure['pbc'] };
      const region = { center: [0, 0, 0].map(() => 20 * rng.normal()), radius: 0.1 + 3 * rng.uniform() };
      for (const { placed } of await infillStructure(
        still,
        structure,
        { missing: 3, region },
        { sampler: 'flow', steps: 1 },
      )) {
        for (let i = 0; i < 9; i += 3) {
          const away = region.center.map((x, c) => placed[i + c] - x);
          expect(Math.hypot(...away)).toBeLessThanOrEqual(region.radius);
        }
      }
    });
  });

  it('needs a region in a structure that is not periodic in all directions', async () => {
    const free = { ...cube(createRng(1), 4), pbc: [false, false, false] as Structure['pbc'] };
    const run = (): Promise<unknown> => infillStructure(still, free, { missing: 1 });
    await expect(run()).rejects.toThrow(InputError);
    await expect(run()).rejects.toThrow(/^region: found none, expected a center and rad/);
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

  it('fills each site in a structure of its own, all in the same calls', async () => {
    let calls = 0;
    const denoiser = watched(oracle([...both.positions, ...taken, ...second]), (structures) => {
      // Then each site is relaxed by itself.
      if (structures[0].species.length < 64) return;
      expect(structures.map(({ species }) => species.length)).toEqual([64, 64, 64]);
      calls++;
    });
    const found = await infillSites(denoiser, both, sites, { samples: 3, steps: 5 });
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

  it('ranks the answers of each site for themselves', async () => {
    const answers = [
      [1, 1, 1, 9, 9, 9],
      [1, 1, 1, 5, 5, 5],
      [7, 7, 7, 5, 5, 5],
    ];
    const denoiser = onlyOf(64, answering(both, answers));
    const options = { ...atOnce, samples: 3 };
    const [a, b] = await infillSites(denoiser, both, sites, options);
    expect(a.map(({ placed, agreement }) => [Math.round(placed[0]), agreement])).toEqual([
      [1, 0.5],
      [1, 0.5],
      [7, 0],
    ]);
    expect(b.map(({ placed, agreement }) => [Math.round(placed[0]), agreement])).toEqual([
      [9, 0],
      [5, 0.5],
      [5, 0.5],
    ]);
    const energies = ({ positions, species }: Structure): Float64Array =>
      new Float64Array(species.length).fill(positions[positions.length - 1], species.length - 1);
    const ordered = await infillSites(denoiser, both, sites, { ...options, potential: toy(energies) });
    expect(ordered.map((site) => site.map(({ energy }) => Math.round(energy!)))).toEqual([
      [1, 1, 7],
      [5, 5, 9],
    ]);
  });

  it('of one site are what infillStructure gives', async () => {
    const options = { samples: 2, steps: 2 };
    expect(await infillSites(network(1), both, sites.slice(0, 1), options)).toEqual([
      await infillStructure(network(1), both, sites[0], options),
    ]);
  });

  it('may be of different sizes and elements', async () => {
    const two = ruled(() => 0, { species: ['Si', 'O'] });
    const of: Missing[] = [{ missing: { O: 2 } }, { missing: { Si: 1 } }];
    const [[a], [b]] = await infillSites(two, both, of, { samples: 1, steps: 1 });
    expect([a.structure.species.slice(62), b.structure.species.slice(62)]).toEqual([['O', 'O'], ['Si']]);
    expect([a.placed.length, b.placed.length]).toEqual([6, 3]);
  });

  it('names the site that is wrong, and that there is none', async () => {
    const run = (site: object) => infillSites(still, both, [sites[0], site as Missing]);
    await expect(run({ missing: 0 })).rejects.toThrow(/^site 1, missing: found 0/);
    await expect(run({ missing: 1, regoin: 2 })).rejects.toThrow(/^site 1, missing regoin: found an unknown name/);
    await expect(run({ missing: { Ge: 1 } })).rejects.toThrow(/^site 1, missing: found Ge/);
    await expect(infillSites(still, both, [])).rejects.toThrow(InputError);
    await expect(infillSites(still, both, [])).rejects.toThrow(/^sites: found none/);
  });
});

describe('what is wrong is named', () => {
  const structure = cube(createRng(1), 4);
  const center = [0, 0, 0];

  it.each<[string, object]>([
    ['missing', { missing: 0 }],
    ['missing', { missing: 1.5 }],
    ['missing', { missing: 100_000 }],
    ['missing', { missing: 100, region: { center, radius: 1 } }],
    ['missing', {}],
    ['missing regoin', { missing: 1, regoin: {} }],
    ['region.radius', { missing: 1, region: { center, radius: 0 } }],
    ['region.center', { missing: 1, region: { center: [0, 0], radius: 1 } }],
    ['region.center', { missing: 1, region: { radius: 1 } }],
    ['region.center[1]', { missing: 1, region: { center: [0, NaN, 0], radius: 1 } }],
    ['region size', { missing: 1, region: { center, radius: 1, size: 3 } }],
    ['region', { missing: 1, region: null }],
  ])('%s in %j', async (name, where) => {
    const run = (): Promise<unknown> => infillStructure(still, structure, where as Missing);
    await expect(run()).rejects.toThrow(InputError);
    await expect(run()).rejects.toThrow(`${name}: found`);
  });

  it.each<[string, object]>([
    ['samples', { samples: 0 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 2 ** 50 }],
    ['agreement', { agreement: 0 }],
    ['steps', { steps: 0 }],
    ['noise', { noise: [1, 2] }],
    ['window', { window: [0.1, 0.2] }],
    ['guide', { guide: () => [] }],
    ['sampler', { sampler: 'euler' }],
    ['levels', { levels: [1] }],
  ])('option %s in %j', async (name, options) => {
    const run = (): Promise<unknown> => infillStructure(still, structure, { missing: 1 }, options);
    await expect(run()).rejects.toThrow(InputError);
    await expect(run()).rejects.toThrow(new RegExp(`^option ${name}: found`));
  });
});
