import { describe, expect, it } from 'vitest';
import { splitMotifs } from '../../src/cli/split';
import { extractEnvironments } from '../../src/motifs/environments';
import { madeMotifs } from '../../src/motifs/select';
import { toyCell } from './toy';

const names = ['a', 'b', 'c', 'd'];
const set = extractEnvironments(
  names.map((name, k) => toyCell(name, k)),
  { cutoff: 4, count: 8 },
);

describe('splitMotifs', () => {
  it('auto: the last cells for validation and test', () => {
    const { train, validation, cells } = splitMotifs(set, 'auto');
    expect(cells).toEqual({ train: ['a', 'b'], validation: ['c'] });
    expect(new Set(train.structures)).toEqual(new Set([0, 1]));
    expect(new Set(validation.structures)).toEqual(new Set([2]));
    expect(validation.length).toBe(27);
  });
  it('by index, test left out or not', () => {
    expect(splitMotifs(set, '1-3/0').cells).toEqual({ train: ['b', 'c', 'd'], validation: ['a'] });
    expect(splitMotifs(set, '0/3/1').cells).toEqual({ train: ['a'], validation: ['d'] });
  });
  it.each(['', '0-2', '0/1/2/3', 'a/b', '0/'])('refuses %j', (text) => {
    expect(() => splitMotifs(set, text)).toThrow("option --split: found '");
  });
  it('refuses a cell in two parts, or that is not there', () => {
    expect(() => splitMotifs(set, '0-2/2')).toThrow('cell 2 a second time');
    expect(() => splitMotifs(set, '0-2/4')).toThrow('index 4');
  });
  it('refuses motifs of no cell', () => {
    const made = madeMotifs({ n: 1, length: 1, positions: new Float64Array(3) }, 'Si');
    expect(() => splitMotifs(made, 'auto')).toThrow('motifs of no cell');
  });
});
