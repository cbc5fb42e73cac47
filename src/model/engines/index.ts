import { requireOneOf } from '../../core/errors';
import type { Engine, EngineName } from './engine';
import { createTensorFlowEngine } from './tensorflow';
import { createWasmEngine } from './wasm';
import { whyUnavailable } from './wasmModule';

const engines = new Map<EngineName, Engine>();

const factories: Record<EngineName, () => Engine> = {
  wasm: createWasmEngine,
  tensorflow: createTensorFlowEngine,
};

/**
 * The compute engine of that name, made on the first call and shared after it. Where none is named: `wasm`, or
 * `tensorflow` where WebAssembly or its SIMD is missing, which its description then says.
 */
export function createEngine(name?: EngineName): Engine {
  if (name !== undefined) return shared(requireOneOf(name, Object.keys(factories) as EngineName[], 'option engine'));
  const missing = whyUnavailable();
  return missing ? explained(shared('tensorflow'), missing) : shared('wasm');
}

function shared(name: EngineName): Engine {
  const engine = engines.get(name) ?? factories[name]();
  engines.set(name, engine);
  return engine;
}

function explained(engine: Engine, missing: string): Engine {
  const description = { value: `${engine.description}; the WebAssembly engine cannot run: ${missing}` };
  return Object.create(engine, { description });
}
