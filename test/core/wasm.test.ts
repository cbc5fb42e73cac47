import { describe, expect, it } from 'vitest';
import { moduleLoader } from '../../src/core/wasm';

describe('moduleLoader', () => {
  it('says why kernels that were not built do not load', () => {
    const load = moduleLoader(() => {
      throw new Error("Cannot find module './wasmBinary.js'\nRequire stack: …");
    });
    expect(() => load(false)).toThrow(
      "wasm engine: the kernels do not load (Cannot find module './wasmBinary.js'); npm run build makes them",
    );
  });
});
