import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { createGraphEngine } from '../../../src/diffusion/graph/engine';
import { toyConfig, toyGraph, toyParameters } from './toy';

const config = toyConfig();

/** Runs `check` where there is no WebAssembly. */
function withoutWebAssembly(check: () => void): void {
  const { WebAssembly } = globalThis as unknown as Record<string, object>;
  try {
    Reflect.deleteProperty(globalThis, 'WebAssembly');
    check();
  } finally {
    Object.assign(globalThis, { WebAssembly });
  }
}

describe('createGraphEngine', () => {
  it('chooses the fused engine where none is named, and says so in one line', () => {
    const engine = createGraphEngine(config, 1);
    expect(engine.name).toBe('wasm');
    expect(engine.description).toBe('WebAssembly engine: fused graph network, 128-bit SIMD');
    const two = createGraphEngine(config, 2);
    expect(two.description).toBe('WebAssembly engine: fused graph network, 128-bit SIMD, 2 threads');
    for (const each of [engine, two]) each.dispose();
  });

  it('makes the one that is named', () => {
    const engine = createGraphEngine(config, undefined, 'tensorflow');
    expect(engine.name).toBe('tensorflow');
    expect(engine.description).toMatch(/^TensorFlow.js engine: tfjs[^\n]*$/);
    const fused = createGraphEngine(config, 1, 'wasm');
    expect(fused.name).toBe('wasm');
    fused.dispose();
  });

  it('falls back on TensorFlow.js without WebAssembly, says why, and computes', async () => {
    await createGraphEngine(config, undefined, 'tensorflow').ready;
    withoutWebAssembly(() => {
      const engine = createGraphEngine(config);
      expect(engine.name).toBe('tensorflow');
      expect(engine.description).toMatch(
        /^TensorFlow.js engine: .*; the WebAssembly engine cannot run: no WebAssembly here$/,
      );
      const rng = createRng(1);
      const graph = toyGraph(config, rng, 5);
      expect(engine.predict(toyParameters(config, rng), [graph])[0]).toHaveLength(15);
    });
  });

  it('says why the fused engine that was asked for cannot run', () => {
    withoutWebAssembly(() => {
      expect(() => createGraphEngine(config, 1, 'wasm')).toThrow('wasm engine: no WebAssembly here');
    });
  });

  it('names a wrong option', () => {
    expect(() => createGraphEngine(config, 0)).toThrow(InputError);
    expect(() => createGraphEngine(config, 0)).toThrow(/^option threads: found 0/);
    expect(() => createGraphEngine(config, 1, 'abacus' as 'wasm')).toThrow(/^option engine: found "abacus"/);
  });
});
