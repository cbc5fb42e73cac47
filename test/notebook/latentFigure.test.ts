import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { principalComponents } from '../../src/evaluate';
import { latentFigure, latentPlaneFigure } from '../../src/notebook';

const rng = createRng(1);
const latents = Float64Array.from({ length: 3000 }, (_, k) => [1, 0.2, 0.5][k % 3] * rng.normal());

describe('latentFigure', () => {
  it('has each latent in its panel, with what is known of it', () => {
    const { data, layout } = latentFigure(latents, {
      rms: Float64Array.of(1, 0.2, 0.5),
      kl: Float64Array.of(0, 1.25, 2),
    });
    expect(data).toHaveLength(6);
    const titles = (layout.annotations as { text: string }[]).map(({ text }) => text);
    expect(titles[1]).toBe('<i>z</i><sub>2</sub>: rms 0.20, KL 1.3 nats');
    // The narrowest latent is the one that stands highest.
    const height = data.filter((_, k) => k % 2 === 0).map(({ y }) => Math.max(...(y as number[])));
    expect(height[1]).toBeGreaterThan(height[2]);
    expect(height[2]).toBeGreaterThan(height[0]);
    expect(Math.max(...(data[1].y as number[]))).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 2);
  });

  it('refuses another number of latents', () => {
    const none = { rms: new Float64Array(7), kl: new Float64Array(7) };
    expect(() => latentFigure(latents, none)).toThrow('a multiple of the latent size 7');
  });
});

describe('latentPlaneFigure', () => {
  const plane = principalComponents(latents, 3, 2);
  const groups = [
    { name: 'a', members: [5, 6, 7] },
    { name: 'none', members: [] },
  ];

  it('puts motifs at their coordinates and circles about the prior’s center', () => {
    const { data } = latentPlaneFigure(plane, groups, { parts: [0.5], maxPoints: 2 });
    expect(data.map(({ name }) => name)).toEqual(['a', 'prior, 50 % inside']);
    expect(data[0].x).toEqual([plane.coordinates[10], plane.coordinates[12]]);
    const [x, y] = [data[1].x, data[1].y] as number[][];
    const radii = x.map((at, k) => Math.hypot(at - plane.origin[0], y[k] - plane.origin[1]));
    for (const radius of radii) expect(radius).toBeCloseTo(Math.sqrt(2 * Math.LN2), 12);
  });

  it('refuses three components', () => {
    expect(() => latentPlaneFigure(principalComponents(latents, 3, 3), groups)).toThrow('3 components');
  });
});
