/** The compiled kernels (assembly/), loaded and instantiated. */

import {
  compileModule,
  type EmbeddedModule,
  instantiateModule,
  type KernelMemory,
  whyUnloadable,
} from '../../core/wasm';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
export interface Kernels {
  encode(network: number, scratch: number, count: number, rows: number, mean: number, logVariance: number): void;
  decode(network: number, scratch: number, count: number, latents: number, outputs: number): void;
  lossAndGradient(session: number, scratch: number): void;
  extend(session: number, steps: number): void;
  work(session: number, scratch: number, worker: number): void;
  latentObjective(infill: number, scratch: number): void;
  descend(infill: number, scratch: number): void;
  elementary(which: number, values: number, count: number): void;
  drawBlock(low: number, high: number, step: number, first: number, count: number, words: number, noise: number): void;
  peak(rounds: number): number;
}

const modules = new Map<boolean, object>();

/** The module over shared or unshared memory, compiled on the first call. */
export function kernelModule(shared: boolean): object {
  let module = modules.get(shared);
  if (!module) {
    module = compileModule(require('./wasmBinary.js') as EmbeddedModule, shared);
    modules.set(shared, module);
  }
  return module;
}

/** The kernels working in that memory. */
export function instantiate(memory: KernelMemory, shared: boolean): Kernels {
  return instantiateModule(kernelModule(shared), memory) as Kernels;
}

/** Why the kernels cannot run here, or undefined if they can. */
export function whyUnavailable(): string | undefined {
  return whyUnloadable(() => kernelModule(false));
}
