import type { GraphConfig } from './config';
import { FusedGraph } from './fused';
import type { GraphEngine } from './network';

/** The fastest engine that runs here. */
export function createGraphEngine(config: GraphConfig, threads?: number): GraphEngine {
  return new FusedGraph(config, threads);
}
