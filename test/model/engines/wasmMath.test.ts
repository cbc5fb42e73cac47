import { describe, expect, it } from 'vitest';
import { createMemory, PAGE } from '../../../src/core/wasm';
import { drawBatch, seedHalves } from '../../../src/model/engines/streams';
import { instantiate } from '../../../src/model/engines/wasmModule';

const memory = createMemory(16 * PAGE, false);
const kernels = instantiate(memory, false);
const COUNT = 100_000;
const values = new Float32Array(memory.buffer, 1024, COUNT);
const names = ['tanh', 'exp', 'expm1', 'log', 'cosine', 'sine', 'sigmoid'] as const;

/** Largest error of an elementary function over points that single precision holds exactly. */
function largestError(
  name: (typeof names)[number],
  argument: (t: number) => number,
  exact: (x: number) => number,
  scale: (x: number, y: number) => number,
): number {
  const x = Float32Array.from({ length: COUNT }, (_, k) => argument(k / (COUNT - 1)));
  values.set(x);
  kernels.elementary(names.indexOf(name), 1024, COUNT);
  let largest = 0;
  for (let k = 0; k < COUNT; k++) {
    const y = exact(x[k]);
    const error = Math.abs(values[k] - y) / scale(x[k], y);
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

const relative = (_: number, y: number): number => Math.abs(y);
const absolute = (): number => 1;
const wide = (t: number): number => 24 * t - 12;
const small = (t: number): number => 0.02 * (t - 0.50001);

describe('elementary functions of the kernels', () => {
  it('tanh: 4e-7 relative', () => {
    expect(largestError('tanh', wide, Math.tanh, relative)).toBeLessThan(4e-7);
    expect(largestError('tanh', small, Math.tanh, relative)).toBeLessThan(4e-7);
    expect(largestError('tanh', (t) => 1e30 * (t - 0.5), Math.tanh, absolute)).toBeLessThan(4e-7);
  });

  it('exp and sigmoid: 2e-7 and 3e-7 relative, clamped outside [-87, 88]', () => {
    expect(largestError('exp', (t) => 175 * t - 87, Math.exp, relative)).toBeLessThan(2e-7);
    expect(
      largestError(
        'exp',
        (t) => 1000 * t + 88,
        () => Math.exp(88),
        relative,
      ),
    ).toBeLessThan(2e-7);
    expect(
      largestError(
        'exp',
        (t) => -1000 * t - 87,
        () => Math.exp(-87),
        relative,
      ),
    ).toBeLessThan(2e-7);
    expect(
      largestError(
        'sigmoid',
        (t) => 170 * t - 85,
        (x) => 1 / (1 + Math.exp(-x)),
        relative,
      ),
    ).toBeLessThan(3e-7);
  });

  it('expm1: 2e-7 of the larger of |eˣ − 1| and |x|', () => {
    const scale = (x: number, y: number): number => Math.max(Math.abs(x), Math.abs(y));
    expect(largestError('expm1', wide, Math.expm1, scale)).toBeLessThan(2e-7);
    expect(largestError('expm1', small, Math.expm1, scale)).toBeLessThan(2e-7);
  });

  it('log: 2e-7 relative, also beside 1', () => {
    expect(largestError('log', (t) => 10 ** (70 * t - 36), Math.log, relative)).toBeLessThan(2e-7);
    expect(largestError('log', (t) => 1 + 0.5 * (t - 0.50001), Math.log, relative)).toBeLessThan(2e-7);
  });

  it('sine and cosine of a turn: 2e-7 absolute', () => {
    const angle = (u: number): number => 2 * Math.PI * u;
    expect(
      largestError(
        'cosine',
        (t) => t,
        (u) => Math.cos(angle(u)),
        absolute,
      ),
    ).toBeLessThan(2e-7);
    expect(
      largestError(
        'sine',
        (t) => t,
        (u) => Math.sin(angle(u)),
        absolute,
      ),
    ).toBeLessThan(2e-7);
  });

  it('NaN stays NaN where a loss has to show it', () => {
    for (const name of ['tanh', 'exp', 'expm1', 'sigmoid'] as const) {
      values.fill(NaN, 0, 4);
      kernels.elementary(names.indexOf(name), 1024, 4);
      expect(Array.from(values.subarray(0, 4))).toEqual([NaN, NaN, NaN, NaN]);
    }
  });
});

describe('random streams of the kernels', () => {
  it('standard normals as streams.ts draws them, to 1e-6', () => {
    const latent = 63;
    const line = 64;
    const [words, noise] = [2048, 2048 + 4 * line * 65];
    const seed = -12.5;
    const step = 123_456;
    const { noise: expected } = drawBatch({ seed, length: 1, atoms: 1, runs: [], latent }, step, 192);
    const found = new Float32Array(memory.buffer, noise, line * 63);
    const drawn = new Uint32Array(memory.buffer, words, line * 65);
    const [low, high] = seedHalves(seed);
    let largest = 0;
    for (let first = 0; first < 192; first += 64) {
      kernels.drawBlock(low, high, step, first, 63, words, noise);
      // 4,160 words out of 2³² seldom meet.
      expect(new Set(drawn).size).toBeGreaterThan(drawn.length - 3);
      for (let s = 0; s < 64; s++) {
        for (let k = 0; k < latent; k++) {
          largest = Math.max(largest, Math.abs(found[line * k + s] - expected[latent * (first + s) + k]));
        }
      }
    }
    expect(largest).toBeLessThan(1e-6);
  });
});
