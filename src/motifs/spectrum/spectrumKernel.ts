/** The kernel of assembly/ for the misfit of power spectra, and where its numbers lie. */

import { Arena, createMemory, instantiateModule, moduleLoader, whyUnloadable } from '../../core/wasm';

/** Arrays in the kernel's memory that its caller fills or reads; rows over functions or points have an even length. */
export interface SpectrumKernel {
  /** Length of a row over the K radial functions, and of one over the n points. */
  rowK: number;
  rowN: number;
  /** Distances, n. */
  r: Float64Array;
  /** Directions, x of all points, then y, then z: 3 rows over the points. */
  u: Float64Array;
  /** g_ik and its slope, n rows over the functions, and K rows of g_ik over the points. */
  g: Float64Array;
  slopes: Float64Array;
  transposed: Float64Array;
  /** Wanted entries, and their weights. */
  target: Float64Array;
  weights: Float64Array;
  /** By the coordinates of the points, 3n. */
  gradient: Float64Array;
  /** Gives the misfit and writes the gradient. */
  misfit(): number;
}

const kernelModule = moduleLoader(() => require('./wasmBinary.js'));

const kernels = new Map<string, SpectrumKernel>();

/** The one kernel for n points, K functions and that many degrees; undefined where it cannot run. */
export function spectrumKernel(n: number, functions: number, degrees: number): SpectrumKernel | undefined {
  const key = [n, functions, degrees].join();
  if (!kernels.has(key)) {
    if (whyUnloadable(() => kernelModule(false))) return undefined;
    kernels.set(key, createKernel(n, functions, degrees));
  }
  return kernels.get(key);
}

function createKernel(n: number, functions: number, degrees: number): SpectrumKernel {
  const [rowN, rowK] = [n, functions].map((length) => length + (length % 2));
  const entries = (degrees * functions * (functions + 1)) / 2;
  const arena = new Arena();
  const spectrum = arena.take(84);
  // In the order of assembly/index.ts.
  const lengths = {
    ...{ r: rowN, u: 3 * rowN, g: n * rowK, slopes: n * rowK, transposed: functions * rowN },
    ...{ target: entries, weights: entries, gradient: 3 * n, cosines: n * rowN, byCosine: n * rowN },
    ...{ p: degrees * n * rowN, dp: degrees * n * rowN, a: n * rowK, gd: n * rowK, d: functions * rowK, byR: rowN },
  };
  const places = Object.values(lengths).map((length) => arena.take(8 * length));
  const memory = createMemory(arena.size, false);
  new Int32Array(memory.buffer, spectrum).set([n, functions, degrees, 8 * rowK, 8 * rowN, ...places]);
  const { misfit } = instantiateModule(kernelModule(false), memory) as { misfit(spectrum: number): number };
  const arrays = Object.fromEntries(
    Object.entries(lengths).map(([name, length], k) => [name, new Float64Array(memory.buffer, places[k], length)]),
  ) as Record<keyof typeof lengths, Float64Array>;
  return { ...arrays, rowK, rowN, misfit: () => misfit(spectrum) };
}
