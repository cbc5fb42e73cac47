import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { motifFigure } from '../../src/notebook';
import { clearestView } from '../../src/notebook/projection';
import { randomMotifs } from '../evaluate/helpers';

const TETRAHEDRON = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1].map((c) => (c * 2.37) / Math.sqrt(3));

function randomMotif(seed: number, n = 8): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: 3 * n }, () => 2 * rng.normal());
}

describe('motifFigure', () => {
  it('joins exactly the atoms closer than the bond cutoff', () => {
    const line = motifFigure([{ positions: TETRAHEDRON }], { bonds: 2.85 }).data[0] as { x: (number | null)[] };
    // Four bonds to the center; the neighbors are 3.87 Å apart. Each bond is two points and a gap.
    expect(line.x).toHaveLength(12);
    const wide = motifFigure([{ positions: TETRAHEDRON }], { bonds: 4 }).data[0] as { x: (number | null)[] };
    expect(wide.x).toHaveLength(30);
  });

  it('draws every atom once, in 3-D and on paper, and names each neighbor by its distance', () => {
    const figure = motifFigure([{ positions: TETRAHEDRON }], { labels: 'distance', bonds: 2.85 });
    const atoms = figure.data.slice(1).reduce((sum, trace) => sum + (trace.x as number[]).length, 0);
    expect(atoms).toBe(5);
    // A ball and its veil each, and a ball for each of the three entries of the key.
    expect(figure.static!.match(/<circle/g)).toHaveLength(2 * 5 + 3);
    expect(figure.static!.match(/>2\.37</g)!.length).toBeGreaterThanOrEqual(4);
  });

  it('shows both pictures from the same side', () => {
    const positions = randomMotif(3);
    const scene = motifFigure([{ positions }]).layout.scene as { camera: { eye: Record<'x' | 'y' | 'z', number> } };
    const view = clearestView([positions]);
    const { x, y, z } = scene.camera.eye;
    expect((x * view[6] + y * view[7] + z * view[8]) / Math.hypot(x, y, z)).toBeCloseTo(1, 6);
  });

  it('escapes what is written into the drawing', () => {
    const figure = motifFigure([{ positions: TETRAHEDRON, title: 'r < 4 & more' }]);
    expect(figure.static).toContain('r &lt; 4 &amp; more');
  });

  it('refuses positions that are not whole points', () => {
    expect(() => motifFigure([{ positions: [1, 2] }])).toThrow('motif.positions: found 2 numbers');
    expect(() => motifFigure([])).toThrow('motifs: found none');
    expect(() => motifFigure([{ positions: [TETRAHEDRON] }], { sets: [] })).toThrow('motif.positions: found 1 sets');
  });
});

describe('several motifs', () => {
  it('have a scene each', () => {
    const figure = motifFigure([{ positions: TETRAHEDRON }, { positions: randomMotif(1) }]);
    expect(new Set(figure.data.map((trace) => trace.scene))).toEqual(new Set(['scene', 'scene2']));
  });

  it('share the central atom when laid over each other, without bonds between sets that are apart', () => {
    const positions = [TETRAHEDRON, TETRAHEDRON];
    const sets = [
      { name: 'true', apart: true },
      { name: 'decoded', apart: true },
    ];
    const figure = motifFigure([{ title: 'one', positions }, { positions }], { sets, bonds: 2.85 });
    expect(figure.data.slice(0, 4).map((trace) => (trace.x as number[]).length)).toEqual([24, 1, 4, 4]);
    expect(figure.data.map((trace) => trace.scene)).toEqual([...Array(4).fill('scene'), ...Array(4).fill('scene2')]);
    const legend = figure.data.filter((trace) => trace.showlegend).map((trace) => trace.name);
    expect(legend).toEqual(['central atom', 'true', 'decoded']);
  });

  it('show infilled atoms beside the open places of missing ones, never bonded to these', () => {
    const [known, missing] = [TETRAHEDRON.slice(0, 9), TETRAHEDRON.slice(9)];
    const infilled = missing.map((c) => c + 0.3);
    const sets = [{ name: 'known' }, { name: 'missing', open: true, apart: true }, { name: 'infilled', apart: true }];
    const figure = motifFigure([{ title: 'one', positions: [known, missing, infilled] }], { sets, bonds: 2.85 });
    const [bonds, ...atoms] = figure.data;
    expect(atoms.map((trace) => trace.name)).toEqual(['central atom', 'known', 'missing', 'infilled']);
    expect(atoms.map((trace) => (trace.x as number[]).length)).toEqual([1, 3, 1, 1]);
    expect(atoms.map((trace) => (trace.marker as { symbol?: string }).symbol === 'circle-open')).toEqual([
      false,
      false,
      true,
      false,
    ]);
    // To the center only: three numbers a bond.
    expect((bonds.x as number[]).length).toBe(3 * 5);
    // One open ball in the scene and one in the key.
    expect(figure.static!.match(/stroke-dasharray/g)).toHaveLength(2);
  });

  it('become frames of one scene when they move', () => {
    const steps = [0, 0.5, 1].map((t) => ({ title: `t = ${t}`, positions: TETRAHEDRON.map((c) => c * (1 + 0.1 * t)) }));
    const figure = motifFigure(steps, { animated: true });
    expect(figure.frames!.map((frame) => frame.name)).toEqual(['t = 0', 't = 0.5', 't = 1']);
    expect(figure.data).toEqual(figure.frames![0].data);
  });
});

describe('sameSide', () => {
  const motifs = [1, 2, 3, 4].map((seed) => ({ positions: randomMotifs(seed, 1, 8) }));
  const cameras = (sameSide: boolean | 'all'): string[] => {
    const { layout } = motifFigure(motifs, { columns: 2, sameSide });
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
    expect(new Set(cameras('all')).size).toBe(1);
  });
});
