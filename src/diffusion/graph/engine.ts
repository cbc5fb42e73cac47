import { requireInteger, requireOneOf } from '../../core/errors';
import type { GraphConfig } from './config';
import { FusedGraph, whyNotFused } from './fused';
import type { GraphEngine, GraphEngineName } from './network';
import { referenceGraphEngine } from './reference';

const factories: Record<GraphEngineName, (config: GraphConfig, threads?: number) => GraphEngine> = {
  wasm: createFused,
  tensorflow: referenceGraphEngine,
};

/**
 * The engine of that name. Where none is named: `wasm`, or `tensorflow` where WebAssembly or its SIMD is missing, which
 * its description then says.
 *
 * @param threads of `wasm`; by default all there are
 * @throws InputError naming a wrong option; Error if the one that is named cannot run here
 */
export function createGraphEngine(config: GraphConfig, threads?: number, name?: GraphEngineName): GraphEngine {
  if (threads !== undefined) requireInteger(threads, 'option threads', 1);
  if (name !== undefined) {
    return factories[requireOneOf(name, Object.keys(factories) as GraphEngineName[], 'option engine')](config, threads);
  }
  const missing = whyNotFused();
  return missing ? explained(referenceGraphEngine(config), missing) : new FusedGraph(config, threads);
}

function createFused(config: GraphConfig, threads?: number): GraphEngine {
  const missing = whyNotFused();
  if (missing) throw new Error(`wasm engine: ${missing}`);
  return new FusedGraph(config, threads);
}

function explained(engine: GraphEngine, missing: string): GraphEngine {
  return { ...engine, description: `${engine.description}; the WebAssembly engine cannot run: ${missing}` };
}
