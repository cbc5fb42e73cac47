import { describe, expect, it } from 'vitest';
import { describeCell } from '../../src/notebook';
import { crystal, DIAMOND } from '../evaluate/helpers';

describe('describeCell', () => {
  it('knows diamond', () => {
    const row = describeCell({ ...crystal(DIAMOND, 5.431, 2), info: { name: 'diamond' } });
    expect(row).toEqual({
      cell: 'diamond',
      atoms: '64',
      // 8 × 28.085 u / 5.431³ Å³.
      'density (g/cm³)': '2.329',
      coordination: '4.000',
      'four-fold (%)': '100.0',
      // √3/4 × 5.431 Å.
      'bond (Å)': '2.352 ± 0.000',
      'angle (degrees)': '109.5 ± 0.0',
    });
  });
});
