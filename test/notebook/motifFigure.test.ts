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

const drawn = (...given: Parameters<typeof motifFigure>) => motifFigure(...given).drawing!;
/** Atoms of each entry of the key in the first scene. */
const byColor = ({ key, scenes }: ReturnType<typeof drawn>): number[] =>
  key.map((_, k) => scenes[0].atoms.filter(({ color, radius }) => color === k && radius > 0).length);

describe('motifFigure', () => {
  it('joins exactly the atoms closer than the bond cutoff', () => {
    // Four bonds to the center; the neighbors are 3.87 Å apart.
    expect(drawn([{ positions: TETRAHEDRON }], { bonds: 2.85 }).scenes[0].bonds).toHaveLength(4);
    expect(drawn([{ positions: TETRAHEDRON }], { bonds: 4 }).scenes[0].bonds).toHaveLength(10);
  });

  it('draws every atom once, and names each neighbor by its distance', () => {
    const figure = motifFigure([{ positions: TETRAHEDRON }], { labels: 'distance', bonds: 2.85 });
    expect(byColor(figure.drawing!)).toEqual([1, 4, 0]);
    // A ball and its veil each, and a ball for each of the three entries of the key.
    expect(figure.static!.match(/<circle/g)).toHaveLength(2 * 5 + 3);
    expect(figure.static!.match(/>2\.37</g)!.length).toBeGreaterThanOrEqual(4);
    expect(figure.static!.match(/<title>neighbor \d, r = 2\.370 Å<\/title>/g)).toHaveLength(4);
  });

  it('is seen from where its atoms cover each other least', () => {
    const positions = randomMotif(3);
    const [view] = drawn([{ positions }]).views;
    const best = Array.from(clearestView([positions]));
    best.forEach((value, k) => void expect(view[k]).toBeCloseTo(value, 5));
  });

  it('escapes what is written into the drawing', () => {
    const figure = motifFigure([{ positions: TETRAHEDRON, title: 'r < 4 & <script>more' }]);
    expect(figure.static).toContain('r &lt; 4 &amp; &lt;script&gt;more');
  });

  it('refuses positions that are not whole points', () => {
    expect(() => motifFigure([{ positions: [1, 2] }])).toThrow('motif.positions: found 2 numbers');
    expect(() => motifFigure([])).toThrow('motifs: found none');
    expect(() => motifFigure([{ positions: [TETRAHEDRON] }], { sets: [] })).toThrow('motif.positions: found 1 sets');
  });
});

describe('several motifs', () => {
  it('share the central atom when laid over each other, without bonds between sets that are apart', () => {
    const positions = [TETRAHEDRON, TETRAHEDRON];
    const sets = [
      { name: 'true', apart: true },
      { name: 'decoded', apart: true },
    ];
    const made = drawn([{ title: 'one', positions }, { positions }], { sets, bonds: 2.85 });
    expect(made.scenes).toHaveLength(2);
    expect(made.scenes[0].bonds).toHaveLength(8);
    expect(byColor(made)).toEqual([1, 4, 4]);
    expect(made.key.map(({ name }) => name)).toEqual(['central atom', 'true', 'decoded']);
  });

  it('show infilled atoms beside the open places of missing ones, never bonded to these', () => {
    const [known, missing] = [TETRAHEDRON.slice(0, 9), TETRAHEDRON.slice(9)];
    const infilled = missing.map((c) => c + 0.3);
    const sets = [{ name: 'known' }, { name: 'missing', open: true, apart: true }, { name: 'infilled', apart: true }];
    const figure = motifFigure([{ title: 'one', positions: [known, missing, infilled] }], { sets, bonds: 2.85 });
    expect(byColor(figure.drawing!)).toEqual([1, 3, 1, 1]);
    expect(figure.drawing!.key.map(({ open }) => open ?? false)).toEqual([false, false, true, false]);
    // To the center only.
    expect(figure.drawing!.scenes[0].bonds.map(([i]) => i)).toEqual([0, 0, 0, 0, 0]);
    // One open ball in the scene and one in the key.
    expect(figure.static!.match(/stroke-dasharray/g)).toHaveLength(2);
  });

  it('are seen from one side about one point when they move', () => {
    const steps = [0, 0.5, 1].map((t) => ({ title: `t = ${t}`, positions: TETRAHEDRON.map((c) => c * (1 + 0.1 * t)) }));
    const { animated, views, middles } = drawn(steps, { animated: true });
    expect(animated).toBe(true);
    for (const list of [views, middles]) expect(new Set(list.map((value) => JSON.stringify(value))).size).toBe(1);
  });
});

describe('sameSide', () => {
  const motifs = [1, 2, 3, 4].map((seed) => ({ positions: randomMotifs(seed, 1, 8) }));
  const sides = (sameSide: boolean | 'all'): string[] =>
    drawn(motifs, { columns: 2, sameSide }).views.map((view) => JSON.stringify(view));

  it('shows each row from one side, and only then', () => {
    const [a, b, c, d] = sides(true);
    expect(a).toBe(b);
    expect(c).toBe(d);
    expect(a).not.toBe(c);
    expect(new Set(sides(false)).size).toBe(4);
    expect(new Set(sides('all')).size).toBe(1);
  });
});
