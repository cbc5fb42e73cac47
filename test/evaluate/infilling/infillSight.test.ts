import { describe, expect, it } from 'vitest';
import { Denoiser } from '../../../src/diffusion';
import { infillBySight, infillTests } from '../../../src/evaluate';
import { extractEnvironments } from '../../../src/motifs';
import { distancesTo, readCells, type Structure } from '../../../src/structures';

const cells = readCells().slice(30);
const environments = extractEnvironments(cells, { cutoff: 4, count: 8 });
const config = { species: ['Si'], channels: 8, layers: 1, cutoff: 3 };

/** Calls of the model while atoms are placed. */
const STEPS = 3;

/**
 * A denoiser that knows the answer: free atoms belong to the nearest place where `truth` has an atom and no known one
 * is.
 */
function oracle(truth: (structure: Structure) => Structure, seen: Structure[] = []): Denoiser {
  const denoiser = Denoiser.create(config);
  let asked = 0;
  denoiser.estimate = (structures, noise) => {
    // Only sampling begins far above where answers are relaxed and judged, of which this leaves them as they are.
    if (Math.max(...noise[0]) > 1) asked = STEPS;
    if (--asked < 0) return structures.map(({ positions }) => new Float32Array(positions.length));
    return structures.map((structure, k) => {
      seen.push(structure);
      const whole = truth(structure);
      const free = Array.from(noise[k].keys()).filter((i) => noise[k][i] > 0);
      const place = (of: Structure, i: number): string => of.positions.subarray(3 * i, 3 * i + 3).join(' ');
      const indices = new Map(whole.species.map((_, i) => [place(whole, i), i]));
      const taken = new Set<number | undefined>();
      for (const i of noise[k].keys()) if (noise[k][i] === 0) taken.add(indices.get(place(structure, i)));
      const estimate = new Float32Array(structure.positions.length);
      for (const i of free) {
        const at = structure.positions.subarray(3 * i, 3 * i + 3);
        const distances = distancesTo(whole, at);
        const open = Array.from(distances.keys()).filter((j) => !taken.has(j));
        const [nearest] = open.sort((a, b) => distances[a] - distances[b]);
        taken.add(nearest);
        for (let c = 0; c < 3; c++) {
          const edge = structure.pbc[c] ? structure.lattice[4 * c] : Infinity;
          let gap = at[c] - whole.positions[3 * nearest + c];
          if (Number.isFinite(edge)) gap -= edge * Math.round(gap / edge);
          estimate[3 * i + c] = gap / noise[k][i];
        }
      }
      return estimate;
    });
  };
  return denoiser;
}

describe('infillBySight', () => {
  const tests = infillTests(environments, { missing: 2, count: 8, seed: 3 });
  const settings = { samples: 2, steps: STEPS, seed: 5, sampler: 'flow' as const };

  it('finds every atom in the whole cell if the model knows it, several questions at a time', async () => {
    const seen: Structure[] = [];
    const many = infillTests(environments, { missing: 2, count: 24, seed: 3 });
    const model = oracle((structure) => cells.find(({ info }) => info.name === structure.info.name) as Structure, seen);
    const found = await infillBySight(model, cells, environments, many, { ...settings, sight: 'cell', samples: 1 });
    for (const errors of found.errors) expect(Math.max(...errors)).toBeLessThan(1e-4);
    // Fewer calls than questions, and all atoms there, found or not.
    expect(seen.length).toBeLessThan(many.length * settings.steps);
    for (const structure of seen) expect(structure.species.length).toBe(512);
  });

  it('asks one question a call where centers may not be near each other', async () => {
    const seen: Structure[] = [];
    const model = oracle((structure) => cells.find(({ info }) => info.name === structure.info.name) as Structure, seen);
    await infillBySight(model, cells, environments, tests, { sight: 'cell', ...settings, apart: 100 });
    expect(seen.length).toBe(tests.length * settings.samples * settings.steps);
  });

  it.each([8, 16, 32])('shows the model %i neighbors about the center, the missing ones counted', async (sight) => {
    const seen: Structure[] = [];
    const model = oracle((structure) => structure, seen);
    await infillBySight(model, cells, environments, tests.slice(0, 3), { sight, ...settings });
    for (const { species, positions, pbc } of seen) {
      expect(species.length).toBe(sight + 1);
      expect(Array.from(positions.subarray(0, 3))).toEqual([0, 0, 0]);
      expect(pbc).toEqual([false, false, false]);
    }
  });

  it('reports progress over all questions and leaves out those after it was stopped', async () => {
    const model = oracle((structure) => structure);
    const steps: [number, number][] = [];
    const onProgress = ({ step, steps: all }: { step: number; steps: number }): boolean => {
      steps.push([step, all]);
      return step < 2 * STEPS;
    };
    const found = await infillBySight(model, cells, environments, tests, { sight: 8, ...settings, onProgress });
    expect(steps).toEqual(Array.from({ length: 2 * STEPS }, (_, k) => [k + 1, tests.length * STEPS]));
    expect(found.answers.map(({ length }) => length)).toEqual([2, ...new Array(7).fill(0)]);
    expect(found.errors.map(({ length }) => length)).toEqual([2, ...new Array(7).fill(0)]);
    const signal = { aborted: true };
    const none = await infillBySight(model, cells, environments, tests, { sight: 8, ...settings, signal });
    expect(none.answers.flat()).toEqual([]);
  });

  it('holds known atoms in their rows, whatever the labels', async () => {
    const relabelled = infillTests(environments, { missing: 3, permutations: 'all', count: 5, seed: 1 });
    const model = Denoiser.create({ ...config, cutoff: 3 });
    const { answers } = await infillBySight(model, cells, environments, relabelled, {
      sight: 16,
      samples: 2,
      steps: 2,
    });
    model.dispose();
    relabelled.forEach(({ positions, missing }, k) => {
      for (const answer of answers[k]) {
        for (let row = 0; row < 8; row++) {
          const same = [0, 1, 2].every((c) => answer.positions[3 * row + c] === positions[3 * row + c]);
          expect(same).toBe(!missing.includes(row));
        }
      }
    });
  });

  it.each([
    ['sight of fewer than the environment', { sight: 7 }, tests, 'option sight'],
    ['an unknown option', { sight: 8, range: 3 } as object, tests, 'option range'],
    ['cells that are not those of the environments', { sight: 'cell' as const }, tests, 'cells'],
    ['no tests', { sight: 8 }, [], 'tests'],
  ])('refuses %s', async (name, options, asked, place) => {
    const model = oracle((structure) => structure);
    const given = name.startsWith('cells') ? readCells().slice(0, 2) : cells;
    const call = infillBySight(model, given, environments, asked, options as Parameters<typeof infillBySight>[4]);
    await expect(call).rejects.toThrow(place);
  });
});
