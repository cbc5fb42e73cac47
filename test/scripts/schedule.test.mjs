import { describe, expect, it } from 'vitest';
import { loadsModels, performInOrder, savesModels } from '../../scripts/lib/schedule.mjs';

/** @param {string} name @param {'saves' | 'loads'} [does] */
const planned = (name, does) => ({ name, saves: does === 'saves', loads: does === 'loads' });
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

describe('performInOrder', () => {
  it('performs everything, at most so many at a time', async () => {
    let going = 0;
    let most = 0;
    /** @type {string[]} */
    const done = [];
    const names = ['a', 'b', 'c', 'd', 'e'];
    const perform = async (/** @type {string} */ name) => {
      most = Math.max(most, ++going);
      await pause(2);
      going--;
      done.push(name);
    };
    await performInOrder(
      names.map((name) => planned(name)),
      2,
      perform,
    );
    expect(most).toBe(2);
    expect(done.sort()).toEqual(names);
  });

  it('lets those that load models wait for those before them that save some, and the other way round', async () => {
    const notebooks = [planned('1', 'loads'), planned('2', 'saves'), planned('3', 'loads'), planned('4')];
    /** @type {string[]} */
    const begun = [];
    await performInOrder(notebooks, 2, async (name) => {
      begun.push(name);
      await pause(name === '2' ? 20 : 5);
    });
    expect(begun).toEqual(['1', '4', '2', '3']);
  });

  it('is rejected with the first error, after what was going on, and begins nothing more', async () => {
    /** @type {string[]} */
    const done = [];
    const performed = performInOrder([planned('bad'), planned('slow'), planned('never')], 2, async (name) => {
      if (name === 'bad') throw new Error('no');
      await pause(10);
      done.push(name);
    });
    await expect(performed).rejects.toThrow('no');
    expect(done).toEqual(['slow']);
  });
});
