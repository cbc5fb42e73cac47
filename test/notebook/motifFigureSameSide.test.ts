import { describe, expect, it } from 'vitest';
import { motifRowFigure } from '../../src/notebook';
import { randomMotifs } from '../evaluate/helpers';

describe('motifRowFigure with sameSide', () => {
  const motifs = [1, 2, 3, 4].map((seed) => ({ positions: randomMotifs(seed, 1, 8) }));
  const cameras = (sameSide: boolean): string[] => {
    const { layout } = motifRowFigure(motifs, { columns: 2, sameSide });
    return ['scene', 'scene2', 'scene3', 'scene4'].map((scene) =>
      JSON.stringify((layout[scene] as { camera: object }).camera),
    );
  };

  it('shows each row from one side, and only then', () => {
    const [a, b, c, d] = cameras(true);
    expect(a).toBe(b);
    expect(c).toBe(d);
    expect(a).not.toBe(c);
    expect(new Set(cameras(false)).size).toBe(4);
  });
});
