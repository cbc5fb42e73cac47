import { describe, expect, it } from 'vitest';
import { adamStep, copyState, initialState } from '../../../src/model/engines/adam';

describe('adamStep', () => {
  it('first moves every parameter by the learning rate against the sign of its gradient', () => {
    const state = initialState(Float32Array.of(1, 1, 1));
    adamStep(state, Float32Array.of(1e-3, -40, 0), 0.01);
    expect(state.parameters[0]).toBeCloseTo(0.99, 6);
    expect(state.parameters[1]).toBeCloseTo(1.01, 6);
    expect(state.parameters[2]).toBe(1);
    expect(state.step).toBe(1);
  });

  it('under a constant gradient moves at a constant rate: the bias correction is exact', () => {
    const state = initialState(Float32Array.of(0));
    for (let t = 0; t < 10; t++) adamStep(state, Float32Array.of(0.7), 0.01);
    expect(state.parameters[0]).toBeCloseTo(-0.1, 6);
  });

  it('follows its moments: m = 0.1 g, v = 0.001 g² after one step, and their recurrences after two', () => {
    const state = initialState(Float32Array.of(0));
    adamStep(state, Float32Array.of(2), 0.01);
    expect(state.firstMoment[0]).toBeCloseTo(0.2, 7);
    expect(state.secondMoment[0]).toBeCloseTo(0.004, 8);
    adamStep(state, Float32Array.of(-1), 0.01);
    expect(state.firstMoment[0]).toBeCloseTo(0.9 * 0.2 - 0.1, 7);
    expect(state.secondMoment[0]).toBeCloseTo(0.999 * 0.004 + 0.001, 8);
    const step = 0.08 / (1 - 0.81) / Math.sqrt(0.004996 / (1 - 0.999 ** 2));
    expect(state.parameters[0]).toBeCloseTo(-0.01 - 0.01 * step, 7);
  });

  it('clips the norm of the whole gradient, keeping its direction, and leaves smaller ones alone', () => {
    const clipped = initialState(Float32Array.of(0, 0));
    adamStep(clipped, Float32Array.of(30, 40), 0.01, { clipNorm: 5 });
    expect(clipped.firstMoment[0]).toBeCloseTo(0.3, 6);
    expect(clipped.firstMoment[1]).toBeCloseTo(0.4, 6);
    const free = initialState(Float32Array.of(0, 0));
    adamStep(free, Float32Array.of(3, 4), 0.01, { clipNorm: 5 });
    expect(free.firstMoment[1]).toBeCloseTo(0.4, 6);
  });

  it('copies share no memory', () => {
    const state = initialState(Float32Array.of(1));
    const copy = copyState(state);
    adamStep(state, Float32Array.of(1), 0.1);
    expect(copy.parameters[0]).toBe(1);
    expect(copy.step).toBe(0);
  });
});
