import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core';
import { densityRecovery, projectionEffect } from '../../src/evaluate';
import { gramVectors } from '../../src/motifs';
import {
  densityMapsFigure,
  densityRecoveryFigure,
  projectionFigure,
  reconstructedMotifsFigure,
} from '../../src/notebook';
import { randomPoints } from '../motifs/points';

const positions = randomPoints(15, createRng(1));
const grams = gramVectors({ positions, n: 5, length: 3 });
const gram = grams.subarray(0, 15);
const titles = ({ layout }: { layout: Record<string, unknown> }): string[] =>
  (layout.annotations as { text: string }[]).map(({ text }) => text);

describe('projectionFigure', () => {
  it('says how far distances move, and puts those that stay on the diagonal', () => {
    const effect = projectionEffect({ grams, positions, n: 5 });
    const figure = projectionFigure([{ name: 'exact', effect }]);
    expect(titles(figure)).toEqual(['exact<br>changed by 0.00 Å (rms)']);
    const cells = figure.data[0].z as (number | null)[][];
    // Rounding may push a distance that lies on the edge of a bin over it, but no farther.
    cells.forEach((row, i) => {
      row.forEach((count, j) => {
        if (count !== null) expect(Math.abs(i - j)).toBeLessThan(2);
      });
    });
  });
});

describe('densityMapsFigure', () => {
  it('counts the peaks of each motif in its title', () => {
    const apart = gramVectors({ positions: Float64Array.of(2, 0, 0, 0, 2.5, 0, 0, 0, 3), n: 3, length: 1 });
    const figure = densityMapsFigure([{ name: 'held out', gram: apart, width: 0.4 }], 3);
    expect(titles(figure)).toEqual(['held out, <i>w</i> = 0.4 Å:<br>3 peaks']);
  });
});

describe('densityRecoveryFigure', () => {
  it('draws shares in percent and displacements against the widths', () => {
    const widths = [0.2, 0.4];
    const recoveries = widths.map((width) => densityRecovery(gram, 5, { width }));
    const { data } = densityRecoveryFigure([{ name: 'exact', recoveries }], 5, widths);
    expect(data.map(({ x }) => x)).toEqual([widths, widths]);
    expect(data[0].y).toEqual(recoveries.map(({ complete }) => 100 * complete));
    expect(data[1].y).toEqual(recoveries.map(({ displacement }) => displacement));
  });
});

describe('reconstructedMotifsFigure', () => {
  it('gives a decoder one style in all four panels, and the held-out motifs the first', () => {
    const sets = [{ name: 'perfect', positions, rmsd: [0, 0, 0] }];
    const { data } = reconstructedMotifsFigure(sets, positions, 5);
    expect(data.map(({ name }) => name)).toEqual(['perfect', ...Array(3).fill(['held out', 'perfect']).flat()]);
    const colors = data.filter(({ name }) => name === 'perfect').map(({ line }) => (line as { color: string }).color);
    expect(new Set(colors).size).toBe(1);
    // The same motifs make the same histogram.
    expect(data[2].y).toEqual(data[1].y);
  });
});
