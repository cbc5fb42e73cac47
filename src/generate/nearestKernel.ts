/** The quick fit of nearest.ts by the kernels of assembly/, for many sets of points at once. */
import { Arena, createMemory, instantiateModule, moduleLoader, PAGE, whyUnloadable } from '../core/wasm';
import type { Motifs } from '../motifs/types';
import { compare, frameOf, pairsToFit, product, REFINED, rankByPairs, toFrame } from './nearest';

/** What assembly/index.ts exports; addresses are byte offsets in the memory. */
interface RankKernels {
  sizeOfRoom(atoms: number): number;
  rank(job: number): void;
}

/** Bytes of the structs in assembly/layout.ts. */
const JOB = 28;
const QUESTION = 32;
const FIT = 44;

const rankModule = moduleLoader(() => require('./wasmBinary.js'));

/** Sets of points that walk through the environments together, with some 6 KB of memory each. */
const TOGETHER = 512;

/** {@link rankByPairs}, by the kernels where they can run. */
export function rankMotifs(environments: Motifs, sets: readonly Float64Array[], wanted: number): number[][] {
  if (whyUnloadable(() => rankModule(false)) !== undefined) return rankByPairs(environments, sets, wanted);
  const ranked: number[][] = [];
  for (let first = 0; first < sets.length; first += TOGETHER) {
    const some = rankTogether(environments, sets.slice(first, first + TOGETHER), Math.max(wanted, REFINED));
    for (const motifs of some) ranked.push(motifs.slice(0, wanted));
  }
  return ranked;
}

function rankTogether(environments: Motifs, sets: readonly Float64Array[], kept: number): number[][] {
  const { n: count, length, positions } = environments;
  const most = Math.min(kept, length);
  const sizes = instantiateModule(rankModule(false), createMemory(PAGE, false)) as RankKernels;
  const arena = new Arena();
  const job = arena.take(JOB);
  const motifs = arena.take(8 * positions.length);
  const room = arena.take(sizes.sizeOfRoom(count));
  const list = arena.take(QUESTION * sets.length);
  const questions = sets.map((points) => new PlacedQuestion(points, most, arena));
  const memory = createMemory(arena.size, false);
  const { buffer } = memory;
  new Int32Array(buffer, job).set([count, length, sets.length, most, motifs, list, room]);
  new Float64Array(buffer, motifs).set(positions);
  questions.forEach((question, q) => {
    question.write(buffer, list + QUESTION * q);
  });
  (instantiateModule(rankModule(false), memory) as RankKernels).rank(job);
  return questions.map((question) => question.read(buffer, length));
}

/** Where one set of points lies in the memory. */
class PlacedQuestion {
  readonly #points: number;
  readonly #misfits: number;
  readonly #indices: number;
  readonly #refined: number;
  readonly #fits: PlacedFit[];

  constructor(
    readonly points: Float64Array,
    readonly kept: number,
    arena: Arena,
  ) {
    this.#points = arena.take(8 * points.length);
    this.#fits = pairsToFit(points).map((pair) => new PlacedFit(points, pair, arena));
    this.#misfits = arena.take(8 * kept);
    this.#indices = arena.take(4 * kept);
    this.#refined = arena.take(8 * kept);
  }

  write(buffer: ArrayBufferLike, address: number): void {
    const [first, second = first] = this.#fits.map((fit) => fit.write(buffer));
    new Float64Array(buffer, this.#points).set(this.points);
    new Int32Array(buffer, address).set([
      ...[this.points.length / 3, this.#fits.length, this.#points, first, second],
      ...[this.#misfits, this.#indices, this.#refined],
    ]);
  }

  read(buffer: ArrayBufferLike, motifs: number): number[] {
    const misfits = new Float64Array(buffer, this.#misfits, this.kept);
    const indices = new Int32Array(buffer, this.#indices, this.kept);
    const refined = new Float64Array(buffer, this.#refined, this.kept);
    const entries = Array.from(indices.keys()).filter((entry) => indices[entry] < motifs);
    entries.sort((a, b) => refined[a] - refined[b] || compare(misfits[a], misfits[b]) || indices[a] - indices[b]);
    return entries.map((entry) => indices[entry]);
  }
}

/** Where two of the points, to be laid on pairs of atoms, lie in the memory. */
class PlacedFit {
  readonly #address: number;
  readonly #screen: number;
  readonly #last: number;
  readonly #slots: number;

  constructor(
    readonly points: Float64Array,
    readonly pair: readonly [number, number],
    arena: Arena,
  ) {
    const k = points.length / 3;
    this.#address = arena.take(FIT);
    this.#screen = arena.take(48 * Math.ceil(k / 2));
    this.#last = arena.take(16);
    this.#slots = arena.take(4 * k);
  }

  /** Gives the address of the struct. */
  write(buffer: ArrayBufferLike): number {
    const { points, pair } = this;
    const [a, b] = pair;
    const k = points.length / 3;
    const frame = new Float64Array(9);
    const framed = new Float64Array(3 * k);
    frameOf(points, a, b, frame);
    toFrame(frame, points, framed, 0);
    const screen = new Float64Array(buffer, this.#screen, 6 * Math.ceil(k / 2));
    const slots = new Int32Array(buffer, this.#slots, k);
    mostTellingFirst(points, pair).forEach((p, at) => {
      slots[p] = at;
      for (let c = 0; c < 3; c++) screen[6 * Math.floor(at / 2) + 2 * c + (at % 2)] = framed[3 * p + c];
    });
    new Int32Array(buffer, this.#last, 4).set(k % 2 === 0 ? [-1, -1, -1, -1] : [-1, -1, 0, 0]);
    new Float64Array(buffer, this.#address, 3).set([
      product(points, a, a),
      product(points, b, b),
      product(points, a, b),
    ]);
    new Int32Array(buffer, this.#address + 24, 5).set([
      ...[Number(a === b), Math.ceil(k / 2), this.#screen, this.#last, this.#slots],
    ]);
    return this.#address;
  }
}

/** Points in the order in which they tell most of a match: those that the fit is not made by, the farthest out first. */
function mostTellingFirst(points: Float64Array, pair: readonly number[]): number[] {
  const order = Array.from({ length: points.length / 3 }, (_, p) => p);
  const rank = (p: number): number => (pair.includes(p) ? 0 : product(points, p, p));
  return order.sort((p, q) => rank(q) - rank(p));
}
