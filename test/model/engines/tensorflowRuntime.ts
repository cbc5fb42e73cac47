import { createRequire } from 'node:module';
import * as path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';

const load = createRequire(__filename);

/** TensorFlow.js, and what the user should know about where it came from. */
export interface TensorFlowRuntime {
  tf: typeof Tf;
  /** Which build and backend, and why. */
  description: string;
  /** Resolves when the fastest backend of this build is set; until then tensors compute on the slow one. */
  ready: Promise<void>;
}

let runtime: TensorFlowRuntime | undefined;

/**
 * TensorFlow.js, loaded on the first call: tfjs-node where its native binding works, else the WebAssembly backend.
 */
export function loadTensorFlow(): TensorFlowRuntime {
  runtime ??= loadNative() ?? loadPortable();
  return runtime;
}

let nativeFailure = '';

function loadNative(): TensorFlowRuntime | undefined {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // The networks here are too small to share one operation among threads: with two a training step takes a third to a
  // half longer, at batches of 256 to 4,096.
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  // tfjs-node 4.22.0 calls this function, which Node 23 removed.
  const util = load('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    const tf = quietly(() => load('@tensorflow/tfjs-node')) as typeof Tf & {
      version: { 'tfjs-node': string };
    };
    return {
      tf,
      description: `tfjs-node ${tf.version['tfjs-node']}, native TensorFlow`,
      ready: Promise.resolve(),
    };
  } catch (error) {
    nativeFailure = firstLine(error);
    return undefined;
  }
}

function loadPortable(): TensorFlowRuntime {
  const tf = load('@tensorflow/tfjs') as typeof Tf;
  const wasm = load('@tensorflow/tfjs-backend-wasm') as {
    setWasmPaths(folder: string): void;
  };
  // Without it tfjs advises, in red, to install the very package that just failed.
  tf.enableProdMode();
  wasm.setWasmPaths(path.dirname(load.resolve('@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.js')) + path.sep);
  tf.setBackend('cpu');
  const loaded: TensorFlowRuntime = {
    tf,
    description: `tfjs ${tf.version.tfjs}, WebAssembly backend, because tfjs-node did not load (${nativeFailure})`,
    ready: startWasm(tf).catch(() => {
      loaded.description = loaded.description.replace('WebAssembly', 'plain JavaScript');
    }),
  };
  return loaded;
}

/** Started apart and registered when it is up: while `setBackend` waits for a backend, no tensor can be made. */
async function startWasm(tf: typeof Tf): Promise<void> {
  const backend = await tf.findBackendFactory('wasm')();
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => backend);
  await tf.setBackend('wasm');
}

/** Runs `task` without what tfjs-node prints when its binding is missing; the error itself is kept. */
function quietly<T>(task: () => T): T {
  const { error, warn } = console;
  console.error = () => {};
  console.warn = () => {};
  try {
    return task();
  } finally {
    console.error = error;
    console.warn = warn;
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0];
}
