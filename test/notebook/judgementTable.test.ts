import { describe, expect, it } from 'vitest';
import { judgementTable } from '../../src/notebook';

describe('judgementTable', () => {
  const estimate = (value: number) => ({ value, low: value - 1, high: value + 1 });
  const metric = (key: string, unit: string, value: number) => ({
    ...{ key, name: `name of ${key}`, unit },
    ...{ estimate: estimate(value), floor: estimate(0) },
  });
  const rows = [
    { name: 'model', metrics: [metric('recall', '', 2), metric('bondAngle', 'degrees', 3), metric('new', 'Å', 4)] },
    { name: 'baseline', metrics: [{ ...metric('bondAngle', 'degrees', 5), estimate: null }, metric('new', 'Å', 6)] },
  ];

  it('has the floor first, then a row a set, a column a metric in the order asked for', () => {
    expect(judgementTable(rows, ['new', 'bondAngle'])).toEqual([
      { set: 'training motifs (floor)', 'name of new (Å)': estimate(0), 'W₁ bond angle (°)': estimate(0) },
      { set: 'model', 'name of new (Å)': estimate(4), 'W₁ bond angle (°)': estimate(3) },
      { set: 'baseline', 'name of new (Å)': estimate(6), 'W₁ bond angle (°)': null },
    ]);
  });

  it('refuses no rows, and metrics that were not judged', () => {
    expect(() => judgementTable([], [])).toThrow(/rows: found none/);
    expect(() => judgementTable(rows, ['recall'])).toThrow(/"recall".*bondAngle, new/);
  });
});
