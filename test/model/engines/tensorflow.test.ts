import { describe, expect, it } from 'vitest';
import { toyEnvironments, toyNetwork } from '../toy';
import { createTensorFlowEngine } from './tensorflow';
import { loadTensorFlow } from './tensorflowRuntime';

const engine = createTensorFlowEngine();

describe('tensorflow engine', () => {
  it('says what it runs on', () => {
    expect(engine.description).toMatch(/tfjs/);
  });

  it('leaves no tensors behind', async () => {
    const { tf } = loadTensorFlow();
    const { network, batch } = toyNetwork({ decoder: 'cartesian', atoms: 5 });
    const positions = Float32Array.from(toyEnvironments(20, 5, 3).positions);
    const loss = { head: 'synchronized', beta: 0.1 } as const;
    const before = tf.memory().numTensors;
    const session = engine.createSession(network, positions, { batchSize: 7, runs: [5], seed: 9, loss });
    await session.run([1e-3, 1e-3, 1e-3]);
    session.dispose();
    engine.evaluate(network, batch, loss);
    const { mean } = engine.encode(network, new Float32Array(30));
    engine.decode(network, mean);
    const options = { steps: 2, learningRate: 0.1, prior: 1 };
    engine.descend(network, mean, new Float32Array(30), new Float32Array(30), options);
    expect(tf.memory().numTensors).toBe(before);
  });
});
