import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { adamStep, initialState } from '../../../src/model/engines/adam';
import type { NetworkConfig, SessionOptions, VaeNetwork } from '../../../src/model/engines/engine';
import { createEngine } from '../../../src/model/engines/wasm';
import { relabelledRuns } from '../../../src/motifs/permutations';
import { toyEnvironments, toyNetwork } from '../toy';
import { drawBatch } from './streams';
import { createTensorFlowEngine } from './tensorflow';

const engine = createEngine();

function options(changes: Partial<SessionOptions> = {}): SessionOptions {
  return { batchSize: 7, runs: [5], seed: 9, loss: { head: 'gram', beta: 0.1 }, ...changes };
}

function toy(config: Partial<NetworkConfig> = {}, length = 20): { network: VaeNetwork; positions: Float32Array } {
  const { network } = toyNetwork({ atoms: 5, ...config });
  return { network, positions: Float32Array.from(toyEnvironments(length, network.config.atoms, 3).positions) };
}

/** Trains and gives the state; each array of rates is a run of its own. */
async function train(changes: Partial<SessionOptions>, runs: number[][], config: Partial<NetworkConfig> = {}) {
  const { network, positions } = toy(config);
  const session = engine.createSession(network, positions, options(changes));
  const values = [];
  for (const rates of runs) values.push(await session.run(rates));
  const state = session.snapshot();
  session.dispose();
  return { state, values };
}

const rates = Array.from({ length: 12 }, (_, k) => 1e-2 / (k + 1));

/** Source of a process of its own: start(threads) begins a session, after engine and dist/ were required. */
const scriptSession = `
  const positions = Float32Array.from({ length: 150 }, (_, k) => Math.sin(k));
  const parameters = Float32Array.from({ length: ${toy().network.parameters.length} }, (_, k) => 0.3 * Math.sin(7 * k));
  const config = ${JSON.stringify(toy().network.config)};
  const normalization = { meanDiagonal: 1, deviationDiagonal: 1, meanOffDiagonal: 0, deviationOffDiagonal: 1 };
  const options = { loss: { head: 'gram', beta: 1 }, batchSize: 600, runs: [], seed: 1 };
  const engine = createEngine();
  const start = (threads) => engine.createSession({ config, parameters, normalization }, positions, { ...options, threads });
`;

describe('wasm training session', () => {
  for (const order of ['none', 'shells', 'all', 'species'] as const) {
    for (const changes of [{}, { variational: false, decoder: 'cartesian' }, { atoms: 3, latent: 3 }] as const) {
      it(`draws its batches from the streams: ${order}, ${JSON.stringify(changes)}`, async () => {
        const { network, positions } = toy(changes);
        const { atoms, latent, variational } = network.config;
        const elements = ['O', 'Si', 'Si', 'O', 'O'].slice(0, atoms);
        const runs = order === 'species' ? relabelledRuns('all', atoms, elements) : relabelledRuns(order, atoms);
        const session = engine.createSession(network, positions, options({ runs, batchSize: 21 }));
        session.restore({ ...session.snapshot(), step: 5 });
        const { loss } = await session.run([1e-3]);
        const size = variational ? latent : 0;
        const draws = drawBatch({ seed: 9, length: 20, atoms, runs, latent: size }, 5, 21);
        const batch = new Float32Array(21 * 3 * atoms);
        draws.permutations.forEach((old, k) => {
          const from = 3 * atoms * draws.rows[Math.floor(k / atoms)] + 3 * old;
          batch.set(positions.subarray(from, from + 3), 3 * k);
        });
        const noise = variational ? draws.noise : undefined;
        const expected = engine.evaluate(network, { size: 21, positions: batch, noise }, options().loss);
        expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(2e-6);
      });
    }
  }

  it('Adam: as the plain one in double precision', async () => {
    const { network, positions } = toy();
    const session = engine.createSession(network, positions, options({ runs: [] }));
    const state = initialState(network.parameters);
    for (let step = 0; step < 5; step++) {
      const draws = drawBatch({ seed: 9, length: 20, atoms: 5, runs: [], latent: 2 }, step, 7);
      const batch = new Float32Array(7 * 15);
      draws.rows.forEach((row, s) => {
        batch.set(positions.subarray(15 * row, 15 * row + 15), 15 * s);
      });
      const now = { ...network, parameters: state.parameters };
      const drawn = { size: 7, positions: batch, noise: draws.noise };
      adamStep(state, engine.lossAndGradient(now, drawn, options().loss).gradient, 0.01);
      await session.run([0.01]);
      const found = session.snapshot();
      expect(found.step).toBe(step + 1);
      found.parameters.forEach((p, i) => {
        expect(Math.abs(p - state.parameters[i])).toBeLessThan(1e-5);
      });
    }
  });

  it('trains as the TensorFlow engine does, to the same validation loss', async () => {
    const { network, positions } = toy();
    const session = createTensorFlowEngine().createSession(network, positions, options());
    const first = await session.run(rates);
    const { values, state } = await train({}, [rates]);
    expect(Math.abs(values[0].loss / first.loss - 1)).toBeLessThan(1e-4);
    expect(Math.abs(values[0].kl / first.kl - 1)).toBeLessThan(1e-3);
    const early = session.snapshot().parameters;
    state.parameters.forEach((p, i) => {
      expect(Math.abs(p - early[i])).toBeLessThan(1e-3);
    });

    const more = Array.from({ length: 100 }, () => 5e-3);
    await session.run(more);
    const held = Float32Array.from(toyEnvironments(50, 5, 77).positions);
    const validate = (parameters: Float32Array): number =>
      engine.evaluate({ ...network, parameters }, { size: 50, positions: held }, options().loss).loss;
    const expected = validate(session.snapshot().parameters);
    const { parameters } = (await train({}, [rates, more])).state;
    expect(Math.abs(validate(parameters) / expected - 1)).toBeLessThan(0.02);
    expect(expected).toBeLessThan(0.95 * validate(network.parameters));
  });

  it('the number of threads changes no bit, nor does where runs are cut', async () => {
    const changes = { batchSize: 1001 };
    const one = await train({ ...changes, threads: 1 }, [rates]);
    const cut = await train({ ...changes, threads: 1 }, [rates.slice(0, 5), rates.slice(5)]);
    expect(cut.state).toEqual(one.state);
    for (const threads of [2, 3, 5]) {
      // Enough steps for the workers to come up and take part.
      const many = Array.from({ length: 200 }, () => 1e-3);
      const single = await train({ ...changes, threads: 1 }, [rates, many, many]);
      const several = await train({ ...changes, threads }, [rates, many, many]);
      expect(several).toEqual(single);
    }
  });

  it('the same seed gives the same bytes, another seed others', async () => {
    const [a, b, c] = [await train({}, [rates]), await train({}, [rates]), await train({ seed: 10 }, [rates])];
    expect(b).toEqual(a);
    expect(c.state.parameters).not.toEqual(a.state.parameters);
  });

  it('goes on from a snapshot as if it had never stopped', async () => {
    const { network, positions } = toy();
    const whole = await train({}, [rates]);
    const first = await train({}, [rates.slice(0, 4)]);
    const session = engine.createSession(network, positions, options());
    await session.run([1, 1]);
    session.restore(first.state);
    await session.run(rates.slice(4));
    expect(session.snapshot()).toEqual(whole.state);
  });

  for (const threads of [1, 2]) {
    it(`stops before the step whose loss is not finite, and can go on from there, ${threads} threads`, async () => {
      const { network, positions } = toy();
      const session = engine.createSession(network, positions, options({ threads, batchSize: 300 }));
      await session.run([1e-3]);
      const good = session.snapshot();
      const result = await session.run([1e-3, 1e20, 1e-3, 1e-3]);
      expect(result.failedAt).toBe(2);
      expect(Number.isFinite(result.loss)).toBe(false);
      expect(session.snapshot().step).toBe(3);
      session.restore(good);
      const again = await session.run([1e-3, 1e-3]);
      const fresh = engine.createSession(network, positions, options({ threads: 1, batchSize: 300 }));
      await fresh.run([1e-3]);
      expect(await fresh.run([1e-3, 1e-3])).toEqual(again);
      expect(session.snapshot()).toEqual(fresh.snapshot());
      session.dispose();
      session.dispose();
    });
  }

  it('learns: the loss of a plain autoencoder falls far below that of the mean', async () => {
    const { values } = await train(
      { batchSize: 64, loss: { head: 'gram', beta: 0 }, runs: [] },
      [[1e-3], Array.from({ length: 3000 }, () => 1e-2)],
      { variational: false, atoms: 3, hidden: [24, 12], latent: 6 },
    );
    expect(values[1].loss).toBeLessThan(values[0].loss / 10);
  });

  for (const compiler of ['--liftoff-only', '--no-liftoff']) {
    // V8 runs a function's first calls, and a worker's loop for good, as its baseline compiler translates them.
    it(`threads share the work, each item done once, as compiled with ${compiler}`, () => {
      const script = `
        const { createEngine } = require('./dist/model/engines/wasm.js');
        ${scriptSession}
        const run = async (threads) => {
          const session = start(threads);
          for (let k = 0; k < 10; k++) await session.run(new Float64Array(40).fill(1e-3));
          session.dispose();
          return Buffer.from(session.snapshot().parameters.buffer).toString('base64');
        };
        (async () => console.log((await run(1)) === (await run(2)) && (await run(1)) === (await run(3))))();
      `;
      const output = execFileSync(process.execPath, [compiler, '-e', script], { timeout: 60_000, encoding: 'utf8' });
      expect(output).toBe('true\n');
    });
  }

  it('an abandoned threaded session keeps no process alive', () => {
    const script = `
      const { createEngine } = require('./dist/model/engines/wasm.js');
      ${scriptSession}
      start(2).run(new Float64Array(50).fill(1e-3)).then(() => setTimeout(() => console.log('over'), 300));
    `;
    expect(execFileSync(process.execPath, ['-e', script], { timeout: 20_000, encoding: 'utf8' })).toBe('over\n');
  });
});
