/** The compiled kernels (assembly/), loaded and instantiated. */

import { instantiateModule, type KernelMemory, moduleLoader } from '../../core/wasm';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
export interface Kernels {
  encode(network: number, scratch: number, count: number, rows: number, mean: number, logVariance: number): void;
  decode(network: number, scratch: number, count: number, latents: number, outputs: number): void;
  lossAndGradient(session: number, scratch: number): void;
  extend(session: number, steps: number): void;
  work(session: number, scratch: number, worker: number): void;
  descend(infill: number, scratch: number): void;
}

/** The module over shared or unshared memory, compiled on the first call. */
export const kernelModule: (shared: boolean) => object = moduleLoader(() => require('./wasmBinary.js'));

/** The kernels working in that memory. */
export function instantiate(memory: KernelMemory, shared: boolean): Kernels {
  return instantiateModule(kernelModule(shared), memory) as Kernels;
}
