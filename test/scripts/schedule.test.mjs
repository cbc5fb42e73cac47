import { describe, expect, it } from 'vitest';
import { groupsOf, performGroups, savesModels } from '../../scripts/lib/schedule.mjs';

/** @param {string} name @param {number} [seconds] @param {boolean} [saves] */
const planned = (name, seconds, saves = false) => ({ name, saves, seconds });
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe('savesModels', () => {
  /** @param {string} type @param {string | string[]} source */
  const notebook = (type, source) => ({
    cells: [{ cell_type: type, source }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });

  it('is true where code names the folder of models, not where it loads one or a text speaks of it', () => {
    expect(savesModels(notebook('code', ['const x = 1;\n', 'vae.save(join(glass.modelFolder(), "a.json"));']))).toBe(
      true,
    );
    expect(savesModels(notebook('code', 'glass.Vae.load(glass.modelFile("a"))'))).toBe(false);
    expect(savesModels(notebook('markdown', 'see `modelFolder`'))).toBe(false);
  });
});

describe('groupsOf', () => {
  it('puts whoever saves models alone between those before and those after it', () => {
    const plan = [planned('01', 1), planned('02', 2), planned('03', 9, true), planned('04', 3), planned('05', 4)];
    expect(groupsOf(plan)).toEqual([['02', '01'], ['03'], ['05', '04']]);
  });

  it('begins with those never timed, the last first, then the longest', () => {
    const plan = [planned('a', 5), planned('b'), planned('c', 7), planned('d')];
    expect(groupsOf(plan)).toEqual([['d', 'b', 'c', 'a']]);
  });

  it('takes none, and one that saves models at either end', () => {
    expect(groupsOf([])).toEqual([]);
    expect(groupsOf([planned('a', 1, true), planned('b', 1), planned('c', 1, true)])).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('performGroups', () => {
  it('performs everything, at most so many at a time, a group only after the one before', async () => {
    let going = 0;
    let most = 0;
    /** @type {string[]} */
    const done = [];
    await performGroups([['a1', 'a2', 'a3', 'a4', 'a5'], ['b1']], 2, async (item) => {
      most = Math.max(most, ++going);
      if (item === 'b1') expect(done).toHaveLength(5);
      await pause(item === 'a1' ? 20 : 2);
      going--;
      done.push(item);
    });
    expect(most).toBe(2);
    expect(done.sort()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1']);
  });

  it('is rejected with the first error, after what was going on, and begins nothing more', async () => {
    /** @type {string[]} */
    const done = [];
    const performed = performGroups([['bad', 'slow', 'never'], ['later']], 2, async (item) => {
      if (item === 'bad') throw new Error('no');
      await pause(10);
      done.push(item);
    });
    await expect(performed).rejects.toThrow('no');
    expect(done).toEqual(['slow']);
  });
});
