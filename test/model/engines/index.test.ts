import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/model/engines';

describe('createEngine', () => {
  it('chooses the WebAssembly engine where none is named, and makes each engine once', () => {
    expect(createEngine().name).toBe('wasm');
    expect(createEngine()).toBe(createEngine('wasm'));
    expect(createEngine('tensorflow').name).toBe('tensorflow');
  });

  it('says in one line which engine runs', () => {
    expect(createEngine().description).toMatch(/^WebAssembly engine: .*SIMD/);
    expect(createEngine().description).not.toContain('\n');
  });

  it('falls back on TensorFlow.js without WebAssembly, and says why', () => {
    const { WebAssembly } = globalThis as unknown as Record<string, object>;
    try {
      Reflect.deleteProperty(globalThis, 'WebAssembly');
      const engine = createEngine();
      expect(engine.name).toBe('tensorflow');
      expect(engine.description).toMatch(
        /^TensorFlow.js engine: .*; the WebAssembly engine cannot run: no WebAssembly here$/,
      );
    } finally {
      Object.assign(globalThis, { WebAssembly });
    }
  });
});
