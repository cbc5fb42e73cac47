import { describe, expect, it } from 'vitest';
import { loadsModels, performPlan, planOf, savesModels } from '../../scripts/lib/schedule.mjs';

/** @param {string} name @param {number} [seconds] @param {'saves' | 'loads'} [does] */
const planned = (name, seconds, does) => ({ name, seconds, saves: does === 'saves', loads: does === 'loads' });
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {string} type @param {string | string[]} source */
const notebook = (type, source) => ({
  cells: [{ cell_type: type, source }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

describe('savesModels', () => {
  it('is true where code names the folder of models, not where it loads one or a text speaks of it', () => {
    expect(savesModels(notebook('code', ['const x = 1;\n', 'vae.save(join(notebook.modelFolder(), "a.json"));']))).toBe(
      true,
    );
    expect(savesModels(notebook('code', 'glass.Vae.load(glass.modelFile("a"))'))).toBe(false);
    expect(savesModels(notebook('markdown', 'see `modelFolder`'))).toBe(false);
  });
});

describe('loadsModels', () => {
  it('is true where code loads an autoencoder, not a denoiser, which no notebook saves', () => {
    expect(loadsModels(notebook('code', 'const vae = glass.Vae.load(glass.modelFile("a"))'))).toBe(true);
    expect(loadsModels(notebook('code', 'await notebook.trainedModel(name, data)'))).toBe(true);
    expect(loadsModels(notebook('code', 'diffusion.Denoiser.load(glass.modelFile("cells"))'))).toBe(false);
    expect(loadsModels(notebook('markdown', '`trainedModel` loads it'))).toBe(false);
  });
});

describe('planOf', () => {
  it('lets those that load models wait for those before them that save some, and the other way round', () => {
    const plan = planOf([
      planned('01', 1, 'loads'),
      planned('02', 2),
      planned('03', 9, 'saves'),
      planned('04', 3, 'loads'),
    ]);
    expect(Object.fromEntries(plan.map(({ name, after }) => [name, after]))).toEqual({
      '01': [],
      '02': [],
      '03': ['01'],
      '04': ['03'],
    });
  });

  it('begins with the one on which the longest work hangs, its own and that of those waiting for it', () => {
    const plan = [
      planned('a', 12),
      planned('b', 9, 'saves'),
      planned('c', 5, 'loads'),
      planned('d', 13),
      planned('e', 6),
    ];
    expect(planOf(plan).map(({ name }) => name)).toEqual(['b', 'd', 'a', 'e', 'c']);
  });

  it('begins with those never timed, the last first, but for one that such wait for', () => {
    const names = (/** @type {ReturnType<typeof planned>[]} */ notebooks) => planOf(notebooks).map(({ name }) => name);
    expect(names([planned('a', 5), planned('b'), planned('c', 7), planned('d')])).toEqual(['d', 'b', 'c', 'a']);
    expect(names([planned('a'), planned('b', undefined, 'saves'), planned('c', undefined, 'loads')])).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  it('takes none', () => {
    expect(planOf([])).toEqual([]);
  });
});

describe('performPlan', () => {
  const plan = (/** @type {string[]} */ names, /** @type {Record<string, string[]>} */ after = {}) =>
    names.map((name) => ({ name, after: after[name] ?? [] }));

  it('performs everything, at most so many at a time, each after what it waits for', async () => {
    let going = 0;
    let most = 0;
    /** @type {string[]} */
    const done = [];
    await performPlan(plan(['b1', 'a1', 'a2', 'a3', 'a4'], { b1: ['a1', 'a3'] }), 2, async (item) => {
      most = Math.max(most, ++going);
      if (item === 'b1') expect(done).toEqual(expect.arrayContaining(['a1', 'a3']));
      await pause(item === 'a1' ? 20 : 2);
      going--;
      done.push(item);
    });
    expect(most).toBe(2);
    expect(done.sort()).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
  });

  it('does not let one that has to wait keep others from beginning', async () => {
    /** @type {string[]} */
    const begun = [];
    await performPlan(plan(['slow', 'waits', 'free'], { waits: ['slow'] }), 2, async (item) => {
      begun.push(item);
      await pause(item === 'slow' ? 20 : 1);
    });
    expect(begun).toEqual(['slow', 'free', 'waits']);
  });

  it('is rejected with the first error, after what was going on, and begins nothing more', async () => {
    /** @type {string[]} */
    const done = [];
    const performed = performPlan(plan(['bad', 'slow', 'never']), 2, async (item) => {
      if (item === 'bad') throw new Error('no');
      await pause(10);
      done.push(item);
    });
    await expect(performed).rejects.toThrow('no');
    expect(done).toEqual(['slow']);
  });
});
