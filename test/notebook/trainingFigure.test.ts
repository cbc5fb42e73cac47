import { describe, expect, it } from 'vitest';
import type { EpochReport } from '../../src/model';
import { trainingFigure } from '../../src/notebook';

const report = (epoch: number, changes: Partial<EpochReport> = {}): EpochReport => ({
  epoch,
  step: 50 * epoch,
  train: 20 / epoch,
  reconstruction: 18 / epoch,
  kl: 4 * epoch,
  validation: 22 / epoch,
  validationReconstruction: 20 / epoch,
  validationKl: 3 * epoch,
  learningRate: 1e-3,
  seconds: epoch,
  ...changes,
});
const axes = (layout: Record<string, unknown>, axis: string) =>
  layout[axis] as { title: { text: string }; range: number[]; type: string };

describe('trainingFigure', () => {
  it('has three panels of two curves on one log axis', () => {
    const { data, layout } = trainingFigure([report(1), report(2)]);
    expect(data.map(({ y }) => y)).toEqual([
      [20, 10],
      [22, 11],
      [18, 9],
      [20, 10],
      [4, 8],
      [3, 6],
    ]);
    expect(axes(layout, 'xaxis').title.text).toBe('Epoch (50 steps)');
    for (const axis of ['yaxis', 'yaxis2', 'yaxis3']) {
      expect(axes(layout, axis).type).toBe('log');
      expect(axes(layout, axis).range.map((power) => 10 ** power)).toEqual([expect.closeTo(3), expect.closeTo(30)]);
    }
  });

  it('rounds the range outwards', () => {
    const { layout } = trainingFigure([report(1, { train: 0.051, validation: 51, kl: 1, validationKl: 1 })]);
    expect(axes(layout, 'yaxis').range.map((power) => 10 ** power)).toEqual([
      expect.closeTo(0.05),
      expect.closeTo(100),
    ]);
  });

  it('leaves the KL divergence of an autoencoder out, and validation where there is none', () => {
    const plain = { kl: 0, validationKl: 0 };
    expect(trainingFigure([report(1, plain)]).data).toHaveLength(4);
    const alone = { ...plain, validation: null, validationReconstruction: null, validationKl: null };
    expect(trainingFigure([report(1, alone)]).data).toHaveLength(2);
    expect(() => trainingFigure([])).toThrow('reports: found none');
  });
});
