/** WebAssembly modules with 128-bit SIMD that the build embeds into scripts (scripts/wasm.mjs). */
import { fromBase64 } from './bytes';
import { requireWithin } from './errors';

/** A WebAssembly memory, as far as it is used here. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
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

/**
 * Gives an embedded module for shared or unshared memory, each compiled on the first call; that call throws an Error
 * which says why modules cannot run here.
 */
export function moduleLoader(read: () => EmbeddedModule): (shared: boolean) => object {
  const modules = new Map<boolean, object>();
  return (shared) => {
    const module = modules.get(shared) ?? compileModule(read, shared);
    modules.set(shared, module);
    return module;
  };
}

function compileModule(read: () => EmbeddedModule, shared: boolean): object {
  // A function that returns a splatted vector.
  const simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11];
  if (!WebAssembly.validate(Uint8Array.from(simd))) {
    throw new Error('wasm engine: no 128-bit SIMD in this WebAssembly');
  }
  try {
    const { binary, memoryFlagAt } = read();
    const bytes = fromBase64(binary);
    bytes[memoryFlagAt] = shared ? 3 : 1;
    return new WebAssembly.Module(bytes);
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new Error(`wasm engine: the kernels do not load (${why}); npm run build makes them`);
  }
}

/** A memory of at least that many bytes; an unshared one can grow. */
export function createMemory(bytes: number, shared: boolean): KernelMemory {
  const initial = Math.ceil(bytes / PAGE);
  requireWithin(initial, MOST_PAGES, 'pages of memory for atoms and pairs', 'structures');
  return new WebAssembly.Memory(shared ? { initial, maximum: initial, shared } : { initial, maximum: MOST_PAGES });
}

/** What a compiled module exports, working in that memory. */
export function instantiateModule(module: object, memory: KernelMemory): unknown {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

/** Bytes from address 64 on, handed out in cache lines. Nothing lies below: address 0 means "none". */
export class Arena {
  size = 64;

  take(bytes: number): number {
    const address = this.size;
    this.size += Math.ceil(bytes / 64) * 64;
    return address;
  }

  floats(count: number): number {
    return this.take(4 * count);
  }
}
