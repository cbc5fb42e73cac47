import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from './tensorflowRuntime';

describe('loadTensorFlow', () => {
  it('puts back what tfjs-node calls and Node 23 removed, so that it loads there as well', async () => {
    const util = createRequire(__filename)('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
    delete util.isNullOrUndefined;
    const { tf, description, ready } = loadTensorFlow();
    await ready;
    expect(description).not.toMatch(/isNullOrUndefined/);
    expect([null, undefined, 0].map((value) => util.isNullOrUndefined?.(value))).toEqual([true, true, false]);
    // The call that fails without it: a tensor from a typed array.
    expect(tf.tensor1d(Float32Array.of(1, 2)).sum().dataSync()[0]).toBe(3);
  });
});
