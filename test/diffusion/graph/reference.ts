import type * as Tf from '@tensorflow/tfjs';
import {
  describeNoise,
  type GraphConfig,
  graphLayout,
  noiseWidth,
  type Path,
  pathsOf,
} from '../../../src/diffusion/graph/config';
import { wholeGraph } from '../../../src/diffusion/graph/known';
import type { AtomGraph, GraphEngine, GraphTarget } from '../../../src/diffusion/graph/network';
import { loadTensorFlow } from '../../model/engines/tensorflowRuntime';
import { couplings, harmonics } from './couplings';
import { edgeSlots, type Slots } from './slots';

export { loadTensorFlow };

type TensorFlow = typeof Tf;
type Weights = Record<string, Tf.Tensor2D>;

/**
 * The reference engine: the equations of network.ts in TensorFlow.js operations, gradients by its automatic
 * differentiation. The graphs of a batch are computed as one. Where tfjs-node is missing, `ready` of
 * the runtime must have resolved before the first call.
 */
export function referenceGraphEngine(config: GraphConfig): GraphEngine {
  const runtime = loadTensorFlow();
  const { tf } = runtime;
  return {
    name: 'tensorflow',
    get description() {
      return `TensorFlow.js engine: ${runtime.description}`;
    },
    predict: (parameters, graphs, known) =>
      predict(tf, config, parameters, known ? graphs.map((graph) => wholeGraph(known, graph)) : graphs),
    lossAndGradient: (parameters, batch) => lossAndGradient(tf, config, parameters, batch),
    dispose: () => {},
  };
}

function predict(
  tf: TensorFlow,
  config: GraphConfig,
  parameters: Float32Array,
  graphs: readonly AtomGraph[],
): Float32Array[] {
  if (graphs.every(({ species }) => species.length === 0)) return graphs.map(() => new Float32Array(0));
  const all = tidy(tf, () => {
    const weights = byName(config, weightTensors(tf, config, parameters));
    return network(tf, config, weights, inputTensors(tf, config, graphs)).dataSync() as Float32Array;
  });
  let end = 0;
  return graphs.map(({ species, noise }) => {
    end += 3 * species.length;
    const vectors = all.subarray(end - 3 * species.length, end);
    return vectors.map((v, k) => (noise[Math.floor(k / 3)] === 0 ? 0 : v));
  });
}

function lossAndGradient(
  tf: TensorFlow,
  config: GraphConfig,
  parameters: Float32Array,
  batch: readonly GraphTarget[],
): { loss: number; gradient: Float32Array } {
  const gradient = new Float32Array(parameters.length);
  const weights = joined(batch.map((target) => target.weights));
  if (weights.length === 0) return { loss: 0, gradient };
  const loss = tidy(tf, () => {
    const input = inputTensors(
      tf,
      config,
      batch.map(({ graph }) => graph),
    );
    const targets = tf.tensor2d(joined(batch.map(({ vectors }) => vectors)), [weights.length, 3]);
    const total = (...tensors: Tf.Tensor[]): Tf.Scalar => {
      const errors = network(tf, config, byName(config, tensors), input).sub(targets).square().sum(1);
      return errors.mul(tf.tensor1d(weights)).sum();
    };
    const { value, grads } = tf.valueAndGrads(total)(weightTensors(tf, config, parameters));
    for (const [k, { offset }] of graphLayout(config).entries()) {
      gradient.set(grads[k].dataSync() as Float32Array, offset);
    }
    return value.dataSync()[0];
  });
  return { loss, gradient };
}

/** The blocks of the flat parameters as tensors, in the order of the layout. */
function weightTensors(tf: TensorFlow, config: GraphConfig, parameters: Float32Array): Tf.Tensor2D[] {
  return graphLayout(config).map(({ rows, columns, offset }) =>
    tf.tensor2d(parameters.slice(offset, offset + rows * columns), [rows, columns]),
  );
}

function byName(config: GraphConfig, tensors: Tf.Tensor[]): Weights {
  return Object.fromEntries(graphLayout(config).map((block, k) => [block.name, tensors[k] as Tf.Tensor2D]));
}

/** What parameters do not change. S = N × width slots of edges. */
interface Input {
  slots: Slots;
  /** One-hot, N × species. */
  species: Tf.Tensor2D;
  /** N × noiseWidth. */
  noise: Tf.Tensor2D;
  /** b_k(d), S × radial. */
  radial: Tf.Tensor2D;
  /** Σ_b C_cab Y_b(r̂) of each path, S × (2l_c + 1) × (2l_a + 1). */
  couplings: Map<Path, Tf.Tensor3D>;
  /** Sender of each slot, S. */
  senders: Tf.Tensor1D;
  /** The slots to which each atom sends, N × most sent. */
  sent: Tf.Tensor2D;
}

function inputTensors(tf: TensorFlow, config: GraphConfig, graphs: readonly AtomGraph[]): Input {
  const slots = edgeSlots(graphs);
  const { atoms, vectors, senders, sent } = slots;
  const species = new Float32Array(atoms * config.species.length);
  const noise = describeNoise(
    config,
    joined(graphs.map((graph) => graph.noise)),
    joined(graphs.map(({ conditions }) => conditions ?? new Float32Array(0))),
  );
  graphs
    .flatMap((graph) => Array.from(graph.species))
    .forEach((s, i) => {
      species[i * config.species.length + s] = 1;
    });
  const paths = pathsOf(1);
  return {
    slots,
    species: tf.tensor2d(species, [atoms, config.species.length]),
    noise: tf.tensor2d(noise, [atoms, noiseWidth(config)]),
    radial: tf.tensor2d(radialFunctions(config, vectors), [senders.length, config.radial]),
    couplings: new Map(paths.map((path) => [path, edgeCouplings(tf, path, vectors)])),
    senders: tf.tensor1d(senders, 'int32'),
    sent: tf.tensor2d(sent, [atoms, sent.length / atoms], 'int32'),
  };
}

function radialFunctions({ radial, cutoff }: GraphConfig, vectors: Float32Array): Float32Array {
  const values = new Float32Array((vectors.length / 3) * radial);
  for (let e = 0; 3 * e < vectors.length; e++) {
    const u = Math.hypot(vectors[3 * e], vectors[3 * e + 1], vectors[3 * e + 2]) / cutoff;
    const envelope = 1 - 28 * u ** 6 + 48 * u ** 7 - 21 * u ** 8;
    for (let k = 0; k < radial; k++) {
      values[e * radial + k] = Math.SQRT2 * Math.sin((k + 1) * Math.PI * u) * envelope;
    }
  }
  return values;
}

function edgeCouplings(tf: TensorFlow, path: Path, vectors: Float32Array): Tf.Tensor3D {
  const [columns, depth, rows] = path.map((l) => 2 * l + 1);
  const tensor = couplings(path);
  const edges = vectors.length / 3;
  const values = new Float32Array(edges * rows * columns);
  for (let e = 0; e < edges; e++) {
    const [x, y, z] = vectors.subarray(3 * e, 3 * e + 3);
    // Any finite direction will do at length 0: all radial functions vanish there.
    const length = Math.hypot(x, y, z) || 1;
    const Y = harmonics(path[1], x / length, y / length, z / length);
    for (let k = 0; k < rows * columns; k++) {
      let sum = 0;
      for (let b = 0; b < depth; b++) sum += tensor[k * depth + b] * Y[b];
      values[e * rows * columns + k] = sum;
    }
  }
  return tf.tensor3d(values, [edges, rows, columns]);
}

/** v, N × 3. Features of degree l are N × (2l + 1) × F; those that are still 0 are missing. */
function network(tf: TensorFlow, config: GraphConfig, weights: Weights, input: Input): Tf.Tensor2D {
  const { channels: F, lMax } = config;
  const start = input.species.matMul(weights.embedding).add(input.noise.matMul(weights.noise));
  let h = [start.reshape<Tf.Tensor3D>([-1, 1, F])];
  for (let t = 0; t < config.layers; t++) {
    const m = messages(tf, config, weights, input, h, t);
    const x = m.map((message, l) => (h[l] ? h[l].add<Tf.Tensor3D>(message) : message));
    const A = x.map((features, l) => (l > 0 ? linear(features, weights[`${t}.left${l}`]) : features));
    const scalars = x.map((features, l) =>
      l === 0
        ? features.reshape<Tf.Tensor2D>([-1, F])
        : squash(
            A[l]
              .mul(linear(features, weights[`${t}.right${l}`]))
              .sum<Tf.Tensor2D>(1)
              .div<Tf.Tensor2D>(Math.sqrt(2 * l + 1)),
          ),
    );
    const hidden = tf
      .matMul(tf.concat(scalars, 1), weights[`${t}.hidden`])
      .add(input.noise.matMul(weights[`${t}.hiddenNoise`]))
      .add<Tf.Tensor2D>(weights[`${t}.hiddenBias`]);
    const silu = hidden.mul<Tf.Tensor2D>(hidden.sigmoid());
    const o = silu.matMul(weights[`${t}.gates`]).add<Tf.Tensor2D>(weights[`${t}.gateBias`]);
    const gates = tf.split(o.reshape<Tf.Tensor3D>([-1, 1 + lMax, F]), 1 + lMax, 1);
    h = x.map((features, l) => features.add(l === 0 ? gates[0] : squash(gates[l]).mul(A[l])));
  }
  return linear(h[1], weights.output.reshape([F, 1])).reshape([-1, 3]);
}

/** m of each degree in layer t, N × (2l + 1) × F. */
function messages(
  tf: TensorFlow,
  config: GraphConfig,
  weights: Weights,
  input: Input,
  h: Tf.Tensor3D[],
  t: number,
): Tf.Tensor3D[] {
  const { channels: F, lMax } = config;
  const { atoms, width } = input.slots;
  const paths = pathsOf(t);
  const filters = tf.split(input.radial.matMul(weights[`${t}.radial`]), paths.length, 1);
  const sent = h.map((features, l) => fromSenders(tf, linear(features, weights[`${t}.mix${l}`]), input));
  const sums: Tf.Tensor3D[] = [];
  for (const [p, path] of paths.entries()) {
    const [a, , c] = path;
    const coupled = tf.matMul(input.couplings.get(path)!, sent[a]);
    const message = coupled.mul<Tf.Tensor3D>(filters[p].reshape([-1, 1, F]));
    sums[c] = sums[c] ? sums[c].add(message) : message;
  }
  return Array.from({ length: 1 + lMax }, (_, l) =>
    sums[l]
      .reshape([atoms, width, 2 * l + 1, F])
      .sum<Tf.Tensor3D>(1)
      .div(Math.sqrt(config.neighbors)),
  );
}

/** Features of the sender of each slot; the gradient of a sender is the sum over the slots to which it sends. */
function fromSenders(tf: TensorFlow, features: Tf.Tensor3D, { senders, sent }: Input): Tf.Tensor3D {
  // TensorFlow.js differentiates `gather` by an operation that its WebAssembly backend lacks.
  const gather = tf.customGrad((x) => ({
    value: tf.gather(x as Tf.Tensor, senders),
    gradFunc: (dy: Tf.Tensor) => tf.gather(dy, sent).sum(1),
  }));
  return gather(features) as Tf.Tensor3D;
}

/** x/√(1 + x²/64). */
function squash<T extends Tf.Tensor>(x: T): T {
  return x.div(x.square().div(64).add(1).sqrt());
}

/** Features of every order times a matrix of channels. */
function linear(features: Tf.Tensor3D, matrix: Tf.Tensor2D): Tf.Tensor3D {
  const [atoms, orders, F] = features.shape;
  return features
    .reshape<Tf.Tensor2D>([atoms * orders, F])
    .matMul<Tf.Tensor2D>(matrix)
    .reshape([atoms, orders, -1]);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

/** `tf.tidy` for results that are plain numbers and arrays. */
function tidy<T>(tf: TensorFlow, compute: () => T): T {
  return tf.tidy(compute as () => Tf.TensorContainer) as T;
}
