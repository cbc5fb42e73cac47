import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { loadTensorFlow } from '../../model/engines/tensorflowRuntime';
import { describeGraphEngine } from './laws';
import { referenceGraphEngine } from './reference';
import { toyConfig, toyParameters, toyTarget } from './toy';

beforeAll(() => loadTensorFlow().ready);

describe('reference engine', () => {
  describeGraphEngine(referenceGraphEngine);

  it('leaves no tensors behind', () => {
    const { tf } = loadTensorFlow();
    const config = toyConfig();
    const rng = createRng(1);
    const parameters = toyParameters(config, rng);
    const batch = [toyTarget(config, rng, 5), toyTarget(config, rng, 0)];
    const before = tf.memory().numTensors;
    const engine = referenceGraphEngine(config);
    engine.predict(
      parameters,
      batch.map(({ graph }) => graph),
    );
    engine.lossAndGradient(parameters, batch);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
