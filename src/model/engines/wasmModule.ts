/** The compiled kernels (assembly/), loaded and instantiated. */

/** A WebAssembly memory, as far as it is used here. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
}

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

// Neither lib es2022 nor @types/node declares it, and lib dom would bring the rest of a browser.
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => KernelMemory;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** Bytes of a page of memory. */
export const PAGE = 65536;

/** The most pages that 32-bit addresses reach. */
const MOST_PAGES = 65536;

/** What scripts/wasm.mjs writes into a wasmBinary.js. */
export interface EmbeddedModule {
  /** Base 64. */
  binary: string;
  memoryFlagAt: number;
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

/** Compiles an embedded module for shared or unshared memory. */
export function compileModule({ binary, memoryFlagAt }: EmbeddedModule, shared: boolean): object {
  const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
  bytes[memoryFlagAt] = shared ? 3 : 1;
  return new WebAssembly.Module(bytes);
}

/** A memory of at least that many bytes; an unshared one can grow. */
export function createMemory(bytes: number, shared: boolean): KernelMemory {
  const initial = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory(shared ? { initial, maximum: initial, shared } : { initial, maximum: MOST_PAGES });
}

/** The kernels working in that memory. */
export function instantiate(memory: KernelMemory, shared: boolean): Kernels {
  return instantiateModule(kernelModule(shared), memory) as Kernels;
}

/** What a compiled module exports, working in that memory. */
export function instantiateModule(module: object, memory: KernelMemory): unknown {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

/** Why the kernels cannot run here, or undefined if they can. */
export function whyUnavailable(): string | undefined {
  return whyUnloadable(() => kernelModule(false));
}

/** Why modules with SIMD, or the one that `load` compiles, cannot run here, or undefined. */
export function whyUnloadable(load: () => unknown): string | undefined {
  if (typeof WebAssembly === 'undefined') return 'no WebAssembly here';
  // A function that gives a splatted vector.
  const simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11];
  if (!WebAssembly.validate(Uint8Array.from(simd))) return 'no 128-bit SIMD in this WebAssembly';
  try {
    load();
  } catch (error) {
    return `the kernels do not load (${(error as Error).message.split('\n')[0]}); npm run build makes them`;
  }
  return undefined;
}
