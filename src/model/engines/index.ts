import { requireOneOf } from '../../core/errors';
import type { Engine, EngineName } from './engine';
import { createTensorFlowEngine } from './tensorflow';

const engines = new Map<EngineName, Engine>();

const factories: Partial<Record<EngineName, () => Engine>> = {
  tensorflow: createTensorFlowEngine,
};

/** The engine used where none is asked for. */
export const defaultEngine: EngineName = 'tensorflow';

/** The compute engine of that name, made on the first call and shared after it. */
export function createEngine(name: EngineName = defaultEngine): Engine {
  const known = Object.keys(factories) as EngineName[];
  const factory = factories[requireOneOf(name, known, 'option engine')] as () => Engine;
  const engine = engines.get(name) ?? factory();
  engines.set(name, engine);
  return engine;
}
