import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core';
import { type GenerateMotifsOptions, generateMotifs } from '../../../src/diffusion';
import { alwaysHolds, largestDifference, mean, network, oracle, ruled, watched } from './denoisers';

const still = ruled(() => 0);

describe('generateMotifs', () => {
  it('gives as many motifs of as many neighbors as asked for, each sorted by distance', async () => {
    await alwaysHolds(async (rng) => {
      const [count, neighbors] = [1 + rng.integer(4), 1 + rng.integer(12)];
      const options = { count, neighbors, steps: 2, seed: rng.integer(99) };
      const motifs = await generateMotifs(network(rng.next()), options);
      expect(motifs).toHaveLength(3 * count * neighbors);
      for (let m = 0; m < count; m++) {
        const distances = Array.from({ length: neighbors }, (_, i) =>
          Math.hypot(...motifs.subarray(3 * (m * neighbors + i), 3 * (m * neighbors + i + 1))),
        );
        expect(distances).toEqual(distances.slice().sort((a, b) => a - b));
      }
    });
  });

  it('is one motif of eight neighbors unless told otherwise', async () => {
    expect(await generateMotifs(still)).toHaveLength(24);
  });

  it.each(['ancestral', 'flow'] as const)(
    'finds the motif that a denoiser knows, in the order of its distances: %s',
    async (sampler) => {
      const places = [3, 0, 0, 0, -1, 0, 0, 0, 2];
      const denoiser = oracle([0, 0, 0, ...places]);
      const motifs = await generateMotifs(denoiser, { count: 3, neighbors: 3, sampler, noise: [4, 0.03] });
      for (let m = 0; m < 3; m++) {
        expect(largestDifference(motifs.subarray(9 * m, 9 * m + 9), [0, -1, 0, 0, 0, 2, 3, 0, 0])).toBeLessThan(1e-6);
      }
    },
  );

  it('holds the central atom at the origin, known, and nothing periodic around it', async () => {
    let calls = 0;
    const denoiser = watched(
      ruled(() => 1),
      (structures, noise) => {
        structures.forEach(({ positions, pbc, species }, k) => {
          expect(Array.from(positions.subarray(0, 3))).toEqual([0, 0, 0]);
          expect([pbc, species]).toEqual([[false, false, false], new Array(5).fill('Si')]);
          expect(Array.from(noise[k], (sigma) => sigma > 0)).toEqual([false, true, true, true, true]);
        });
        calls++;
      },
    );
    await generateMotifs(denoiser, { count: 2, neighbors: 4, steps: 5 });
    expect(calls).toBe(5);
  });

  it('starts with the spread of neighbors and the noise of the first level', async () => {
    for (const sigma of [0.5, 3]) {
      const places = await generateMotifs(still, { count: 100, neighbors: 20, steps: 1, noise: [sigma, 0.03] });
      const expected = sigma ** 2 + 1.8 ** 2;
      const found = mean(places.map((x) => x * x));
      expect(Math.abs(found / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / places.length));
    }
  });

  it('comes from a well of known width with that width', async () => {
    // E[ε | x] of normal neighbors of deviation 1.8 Å, from which the starts come.
    const well = ruled((x, _, sigma) => (sigma * x) / (1.8 ** 2 + sigma ** 2));
    for (const sampler of ['ancestral', 'flow'] as const) {
      const motifs = await generateMotifs(well, { count: 200, sampler, steps: 150 });
      const variance = mean(motifs.map((x) => x * x)) / 1.8 ** 2;
      // What steps of this size leave, 3 %, above the error of the sample.
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / motifs.length) + 0.03);
    }
  });

  it('gives the same motif k of a seed whatever the count, to the bit; others from others', async () => {
    const run = (count: number, seed: number): Promise<Float64Array> =>
      generateMotifs(network(1), { count, seed, neighbors: 5, steps: 2 });
    const many = await run(70, 1);
    expect(await run(70, 1)).toEqual(many);
    for (const count of [1, 3, 66]) expect(await run(count, 1)).toEqual(many.subarray(0, 15 * count));
    const first = (motifs: Float64Array): number[] => Array.from({ length: 70 }, (_, m) => motifs[15 * m]);
    expect(new Set([...first(many), ...first(await run(70, 2))]).size).toBe(140);
  });

  it('makes motifs of the species asked for by a model of several', async () => {
    const seen: string[][] = [];
    const two = watched(
      ruled(() => 0, { species: ['Si', 'O'] }),
      (structures) => seen.push(...structures.map(({ species }) => species)),
    );
    await generateMotifs(two, { species: 'O', neighbors: 2, steps: 1 });
    expect(seen).toEqual([['O', 'O', 'O']]);
    await expect(generateMotifs(two)).rejects.toThrow(
      /^option species: found 1, expected a number for each of the elements Si, O/,
    );
  });

  it.each<[string, object]>([
    ['count', { count: 0 }],
    ['neighbors', { neighbors: 0 }],
    ['neighbors', { neighbors: 2.5 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 2 ** 50 }],
    ['species', { species: 'Ge' }],
    ['steps', { steps: 0 }],
    ['noise', { noise: [1, 2] }],
    ['noise', { noise: [NaN, 1] }],
    ['noise', { noise: 3 }],
    ['sampler', { sampler: 'euler' }],
    ['levels', { levels: [1] }],
  ])('names the option %s in %j', async (name, options) => {
    const run = (): Promise<unknown> => generateMotifs(still, options as GenerateMotifsOptions);
    await expect(run()).rejects.toThrow(InputError);
    await expect(run()).rejects.toThrow(new RegExp(`^option ${name}: found`));
  });
});
