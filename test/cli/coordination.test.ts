import { describe, expect, it } from 'vitest';
import { addCoordination, ambiguousMotifs, isOf } from '../../src/cli/coordination';
import { extractEnvironments } from '../../src/motifs';
import { readCells } from '../../src/structures';
import { crystal, DIAMOND, FCC, rattle } from '../evaluate/helpers';

describe('addCoordination', () => {
  const copper = crystal(FCC, 3.61, 3, 'Cu');

  it('counts in the cell, not among the neighbors kept: twelve in copper', () => {
    const set = extractEnvironments([copper], { count: 8 });
    expect(addCoordination(set, undefined, [copper])).toMatch(/^bonds, from the first minimum/);
    expect([...set.properties.coordination.values]).toEqual(Array(108).fill(12));
    const four = extractEnvironments(readCells().slice(31), { count: 4 });
    addCoordination(four, 2.85, readCells().slice(31));
    expect([...new Set(four.properties.coordination.values)].sort()).toEqual([3, 4, 5]);
  });

  it('counts within the motif where that shows all bonds, and not where it may lack some', () => {
    const set = extractEnvironments([copper], { count: 8 });
    expect(addCoordination(set, 3)).toMatch('no coordination: 100.0 % of the motifs have all neighbors');
    expect(set.properties.coordination).toBeUndefined();
    const enough = extractEnvironments([copper], { count: 13, cutoff: 5 });
    expect(addCoordination(enough, 3)).toBe('bonds: 3 Å');
    expect([...enough.properties.coordination.values]).toEqual(Array(108).fill(12));
    expect(isOf(set, [])).toBe(false);
    expect(isOf({ ...set, structures: set.structures.map(() => -1) }, [copper])).toBe(false);
  });

  it('keeps what was counted in the cell when the set is read again', () => {
    const set = extractEnvironments([copper], { count: 8 });
    addCoordination(set, 3, [copper]);
    expect(addCoordination(set)).toBe('coordination as in the input');
    expect([...set.properties.coordination.values]).toEqual(Array(108).fill(12));
    addCoordination(set, 3);
    expect(set.properties.coordination).toBeUndefined();
  });
});

describe('ambiguousMotifs', () => {
  it('are all of a perfect crystal cut within a shell, and none at its end or in a shaken one', () => {
    const diamond = crystal(DIAMOND, 5.431, 2);
    const ambiguous = (cell: typeof diamond, count: number) =>
      ambiguousMotifs(extractEnvironments([cell], { count }), [cell]);
    expect(ambiguous(diamond, 8)).toBe(64);
    expect(ambiguous(diamond, 4)).toBe(0);
    expect(ambiguous(rattle(diamond, 0.05, 1), 8)).toBe(0);
  });
});
