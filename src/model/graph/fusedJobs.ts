/** What the kernels of assembly/ are given, laid out in their memory. */
import { Arena } from '../engines/wasmLayout';
import { describeNoise, type GraphConfig } from './config';
import { joinGraphs } from './join';
import { wholeGraph } from './known';
import type { AtomGraph, GraphTarget } from './network';
import { type AtomPairs, pairsOf } from './pairs';
import { allWanted, type WantedAtoms, type WantedPart, wantedAround, wantedAtoms, wantedPart } from './wanted';

/** Bytes of the structs in assembly/layout.ts. */
const JOB_BYTES = 72;
const PAIRS_BYTES = 36;
const KEPT_BYTES = 24;
/** Where the loss lies in a job. */
export const LOSS_AT = 64;
/** Bytes of a record of couplings, as in assembly/geometry.ts. */
const RECORD_BYTES = 320;
/** Rows of channels of features of all degrees. */
const FEATURE_ROWS = 9;
/** Known atoms that would need more bytes to keep what they say are taken as any others. */
const MOST_KEPT = 2 ** 28;
/** Most graphs of a task, no more than pairs that wait in assembly/layout.ts. */
const MOST_GRAPHS = 16;
/** Pairs of known atoms in all graphs of a task below which a second one costs more to hand out than it gains. */
const WORTH_A_THREAD = 2000;

/** Functions that give the bytes a job needs, as assembly/index.ts exports them. */
export interface ScratchSizes {
  scratchBytes(model: number, nodes: number, edges: number, gradient: number): number;
  pairScratchBytes(model: number, nodes: number, pairs: number): number;
}

/** An arena that remembers what is to be written where. */
export class Plan extends Arena {
  readonly #parts: { at: number; values: Int32Array | Float32Array }[] = [];

  constructor(start: number) {
    super();
    this.size = start;
  }

  /** Where these numbers will be. */
  put(values: Int32Array | Float32Array): number {
    const at = this.take(4 * values.length);
    this.#parts.push({ at, values });
    return at;
  }

  /** Integers at a place that was taken before. */
  set(at: number, values: readonly number[]): void {
    this.#parts.push({ at, values: Int32Array.from(values) });
  }

  write(buffer: ArrayBufferLike): void {
    for (const { at, values } of this.#parts) {
      if (values instanceof Int32Array) new Int32Array(buffer, at, values.length).set(values);
      else new Float32Array(buffer, at, values.length).set(values);
    }
  }
}

/** Graphs whose edges are given as pairs, and the atoms that are computed, numbered from graph to graph. */
interface PairedTask {
  graphs: readonly AtomGraph[];
  pairs: AtomPairs;
  wanted: WantedAtoms;
  /** Address of what is kept of the known atoms, 0 for nothing. */
  kept: number;
}

/** A graph whose edges are given one by one. */
interface EdgeTask extends WantedPart, Partial<Omit<GraphTarget, 'graph'>> {
  /** That of which `graph` is the part that is wanted. */
  graphs: readonly [AtomGraph];
}

/** What to do for the vectors of the noisy atoms of graphs, or for the loss of one. */
export type Task = PairedTask | EdgeTask;

/** Known atoms of which something is kept, and where. */
export interface Kept {
  known: AtomGraph;
  pairs: AtomPairs;
  at: number;
  end: number;
}

/** Where a job and its result lie. */
export interface Place {
  job: number;
  output: number;
}

/** Lays out jobs in a memory in which parameters and the like are there already. */
export class Jobs {
  readonly #config: GraphConfig;
  readonly #model: number;
  readonly #sizes: ScratchSizes;

  constructor(config: GraphConfig, model: number, sizes: ScratchSizes) {
    this.#config = config;
    this.#model = model;
    this.#sizes = sizes;
  }

  /**
   * What to do for the vectors of graphs, in their order.
   *
   * @param kept of the known atoms that are the first of every graph: filters and messages of those are then shared by the
   *   graphs of a task
   * @param threads tasks worth having, if they are large enough
   */
  predictions(
    graphs: readonly AtomGraph[],
    known: AtomGraph | undefined,
    kept: Kept | undefined,
    threads: number,
  ): Task[] {
    if (!known || !kept) return graphs.map((graph) => this.#alone(known ? wholeGraph(known, graph) : graph));
    const worth = Math.ceil((graphs.length * kept.pairs.uppers.length) / WORTH_A_THREAD);
    const tasks = Math.max(Math.min(threads, worth), Math.ceil(graphs.length / MOST_GRAPHS));
    const size = Math.ceil(graphs.length / tasks);
    return Array.from({ length: Math.ceil(graphs.length / size) }, (_, k) =>
      this.#together(graphs.slice(k * size, (k + 1) * size), known, kept),
    ).flat();
  }

  #alone(graph: AtomGraph): Task {
    const { layers } = this.#config;
    const pairs = pairsOf(graph);
    if (!pairs) return { graphs: [graph], ...wantedPart(graph, layers) };
    return { graphs: [graph], pairs, wanted: wantedAtoms(graph, layers), kept: 0 };
  }

  #together(graphs: readonly AtomGraph[], known: AtomGraph, kept: Kept): Task[] {
    const pairs = pairsOf(joinGraphs(graphs));
    if (!pairs || graphs.some(({ noise }) => noise.indexOf(0, known.species.length) >= 0)) {
      return graphs.map((graph) => this.#alone(wholeGraph(known, graph)));
    }
    return [{ graphs, pairs, wanted: wantedAround(known, graphs, this.#config.layers), kept: kept.at }];
  }

  /** What to do for the loss of a target and its gradient. */
  training(target: GraphTarget): Task {
    return { ...target, graphs: [target.graph], ...allWanted(target.graph, this.#config.layers) };
  }

  /** Where that will be kept which known atoms say among themselves; undefined if they are no pairs, or too many. */
  keep(plan: Plan, known: AtomGraph): Kept | undefined {
    const pairs = pairsOf(known);
    const { channels, radial, layers } = this.#config;
    const atoms = known.species.length;
    if (!pairs || layers < 2) return undefined;
    const count = pairs.uppers.length;
    const features = FEATURE_ROWS * 4 * channels * atoms;
    const messages = 2 * FEATURE_ROWS * 4 * channels * count;
    if (messages > MOST_KEPT) return undefined;
    const places = Int32Array.from({ length: atoms }, (_, i) => i);
    const at = this.#pairs(plan, [known], pairs, { atoms: places, places }, 0);
    const kept = plan.take(KEPT_BYTES);
    const parts = [RECORD_BYTES * count, 4 * radial * count, features, features, messages];
    plan.set(kept, [at, ...parts.map((bytes) => plan.take(bytes))]);
    return { known, pairs, at: kept, end: plan.size };
  }

  /** The job that computes what is kept; `kept` was laid out in the same plan. */
  placeKept(plan: Plan, { known, pairs, at }: Kept): number {
    const atoms = Int32Array.from(known.species.keys());
    const wanted = { atoms, places: atoms, counts: new Int32Array(0) };
    return this.#placePaired(plan, plan.take(JOB_BYTES), { graphs: [known], pairs, wanted, kept: 0 }, at).job;
  }

  /** Lays out tasks; jobs follow each other from that of the first on. */
  place(plan: Plan, tasks: readonly Task[], gradients?: readonly number[]): Place[] {
    const jobs = tasks.length === 0 ? 0 : plan.size;
    plan.take(JOB_BYTES * tasks.length);
    return tasks.map((task, q) => {
      const job = jobs + JOB_BYTES * q;
      return 'pairs' in task
        ? this.#placePaired(plan, job, task, 0)
        : this.#placeEdges(plan, job, task, gradients ? gradients[q] : 0);
    });
  }

  #placePaired(plan: Plan, job: number, task: PairedTask, keep: number): Place {
    const { graphs, pairs, wanted, kept } = task;
    const { atoms, counts } = wanted;
    const count = pairs.uppers.length;
    const whole = graphs.length === 1 ? graphs[0] : joinGraphs(graphs);
    const species = plan.put(atoms.map((i) => whole.species[i]));
    const noise = this.#noise(
      plan,
      Float32Array.from(atoms, (i) => whole.noise[i]),
    );
    const output = plan.take(12 * atoms.length);
    const at = this.#pairs(plan, graphs, pairs, wanted, kept);
    const scratch = plan.take(this.#sizes.pairScratchBytes(this.#model, atoms.length, count));
    const nothing = 0;
    plan.set(job, [
      ...[atoms.length, count, nothing, nothing, nothing, species, noise, output, nothing, nothing, nothing, scratch],
      ...[plan.put(counts), at, keep],
    ]);
    return { job, output };
  }

  #pairs(
    plan: Plan,
    graphs: readonly AtomGraph[],
    pairs: AtomPairs,
    { atoms, places }: Omit<WantedAtoms, 'counts'>,
    kept: number,
  ): number {
    const begins = new Int32Array(graphs.length + 1);
    graphs.forEach(({ species }, g) => {
      begins[g + 1] = begins[g] + species.length;
    });
    const most = Math.max(...graphs.map(({ species }) => species.length));
    const at = plan.take(PAIRS_BYTES);
    const parts = [pairs.starts, pairs.uppers, pairs.vectors, places, atoms].map((part) => plan.put(part));
    plan.set(at, [graphs.length, plan.put(begins), most, ...parts, kept]);
    return at;
  }

  #placeEdges(plan: Plan, job: number, task: EdgeTask, gradient: number): Place {
    const { graph, counts, vectors, weights } = task;
    const nodes = graph.species.length;
    const edges = graph.senders.length;
    const output = plan.take(12 * nodes);
    plan.set(job, [
      ...[nodes, edges, plan.put(graph.offsets), plan.put(graph.senders), plan.put(graph.vectors)],
      ...[plan.put(graph.species), this.#noise(plan, graph.noise), output],
      ...[vectors ? plan.put(vectors) : 0, weights ? plan.put(weights) : 0, gradient],
      plan.take(this.#sizes.scratchBytes(this.#model, nodes, edges, Number(gradient !== 0))),
      ...[plan.put(counts), 0, 0],
    ]);
    return { job, output };
  }

  #noise(plan: Plan, noise: Float32Array): number {
    return plan.put(describeNoise(this.#config, noise));
  }
}
