/** What the kernels of assembly/ are given, laid out in their memory. */
import { requireWithin } from '../../core/errors';
import { Arena } from '../../core/wasm';
import { describeNoise, type GraphConfig } from './config';
import { joinGraphs } from './join';
import { wholeGraph } from './known';
import { type AtomGraph, conditionsAt, type GraphTarget } from './network';
import { type AtomPairs, pairsOf } from './pairs';
import { allWanted, type WantedAtoms, type WantedPart, wantedAround, wantedAtoms, wantedPart } from './wanted';

/** Words of a job that the host writes, as in assembly/layout.ts; those that are not given are 0. */
const JOB_WORDS = [
  ...['nodes', 'edges', 'offsets', 'senders', 'vectors', 'species', 'noise', 'output', 'target', 'weights'],
  ...['gradient', 'scratch', 'counts', 'pairs', 'around', 'keep', 'arrived'],
] as const;
type JobWords = Partial<Record<(typeof JOB_WORDS)[number], number>>;
/** Where the loss lies in a job, and bytes of the structs there. */
export const LOSS_AT = 72;
const JOB_BYTES = 80;
const PAIRS_BYTES = 20;
const AROUND_BYTES = 24;
const KEPT_BYTES = 32;
/** Bytes of a record of couplings, as in assembly/geometry.ts. */
const RECORD_BYTES = 320;
/** Rows of channels of features of all degrees. */
const FEATURE_ROWS = 9;
/** Known atoms whose messages would need more bytes are taken as any others. */
const MOST_KEPT = 2 ** 28;
/** Most bytes of scratch of a job: the kernel returns them with a sign. */
const MOST_BYTES = 2 ** 31 - 1;
/** Most graphs of a task, no more than messages that wait in assembly/layout.ts. */
const MOST_GRAPHS = 16;
/** Edges among known atoms, in all graphs of a task, below which another thread costs more than it gains. */
const WORTH_A_THREAD = 4000;
/**
 * Atoms of small graphs that are one task: products of few rows are slow, and features of more atoms leave the cache.
 */
const ATOMS_AT_ONCE = 256;

/** Kinds of jobs and the function that returns the bytes of one, as in assembly/index.ts. */
const KIND = { inPlace: 0, withoutGradient: 1, withGradient: 2 };
export interface ScratchSizes {
  scratchBytes(model: number, nodes: number, edges: number, kind: number, team: number): number;
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

/** Graphs whose edges are given as pairs. */
interface PairedTask {
  graphs: readonly AtomGraph[];
  /** The graphs as one. */
  whole: AtomGraph;
  pairs: AtomPairs;
  wanted: WantedAtoms;
}

/** Graphs around known atoms. */
interface TaskAround {
  graphs: readonly AtomGraph[];
  kept: Kept;
  wanted: WantedAtoms;
}

/** A graph whose edges are given one by one. */
interface EdgeTask extends WantedPart, Partial<Omit<GraphTarget, 'graph'>> {
  /** That of which `graph` is the part that is wanted. */
  graphs: readonly [AtomGraph];
}

/** What to do for the vectors of the noisy atoms of graphs, or for the loss of one. */
export type Task = PairedTask | TaskAround | EdgeTask;

/** Known atoms of which something is kept, at which address, and the end of it. */
export interface Kept {
  known: AtomGraph;
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
   * @param kept of the known atoms that are the first of every graph, if it is kept
   * @param threads tasks worth having, if they are large enough
   */
  predictions(
    graphs: readonly AtomGraph[],
    known: AtomGraph | undefined,
    kept: Kept | undefined,
    threads: number,
  ): Task[] {
    if (!known) return groupsOf(graphs, threads).flatMap((group) => this.#together(group));
    const first = known.species.length;
    if (!kept || graphs.some(({ noise }) => noise.indexOf(0, first) >= 0)) {
      return graphs.flatMap((graph) => this.#together([wholeGraph(known, graph)]));
    }
    const worth = Math.ceil((graphs.length * known.senders.length) / WORTH_A_THREAD);
    const tasks = Math.max(Math.min(threads, worth), Math.ceil(graphs.length / MOST_GRAPHS));
    const size = Math.ceil(graphs.length / tasks);
    return Array.from({ length: Math.ceil(graphs.length / size) }, (_, k) => {
      const these = graphs.slice(k * size, (k + 1) * size);
      return { graphs: these, kept, wanted: wantedAround(known, these, this.#config.layers) };
    });
  }

  #together(graphs: readonly AtomGraph[]): Task[] {
    const { layers } = this.#config;
    const whole = graphs.length === 1 ? graphs[0] : joinGraphs(graphs);
    const pairs = pairsOf(whole);
    if (pairs) return [{ graphs, whole, pairs, wanted: wantedAtoms(whole, layers) }];
    if (graphs.length > 1) return graphs.flatMap((graph) => this.#together([graph]));
    return [{ graphs: [whole], ...wantedPart(whole, layers) }];
  }

  /** What to do for the loss of a target and its gradient. */
  training(target: GraphTarget): Task {
    return { ...target, graphs: [target.graph], ...allWanted(target.graph, this.#config.layers) };
  }

  /** Where the messages between known atoms will be kept; undefined if they are too many, or never needed. */
  keep(plan: Plan, known: AtomGraph): Kept | undefined {
    const { channels, radial, layers } = this.#config;
    const edges = known.senders.length;
    const features = FEATURE_ROWS * 4 * channels * known.species.length;
    const messages = FEATURE_ROWS * 4 * channels * edges;
    if (layers < 2 || messages > MOST_KEPT) return undefined;
    const at = plan.take(KEPT_BYTES);
    const words = [known.species.length, plan.put(known.offsets), plan.put(known.senders)];
    const written = [RECORD_BYTES * edges, 4 * radial * edges, features, features, messages];
    plan.set(at, [...words, ...written.map((bytes) => plan.take(bytes))]);
    return { known, at, end: plan.size };
  }

  /** The job that computes what is kept. */
  placeKept(plan: Plan, { known, at }: Kept): Place {
    const { wanted } = allWanted(known, this.#config.layers);
    return this.#place(plan, plan.take(JOB_BYTES), {
      ...this.#edges(plan, known),
      ...this.#nodes(plan, known, wanted.atoms, wanted.counts),
      scratch: this.#scratch(plan, known.species.length, known.senders.length, KIND.inPlace, 1),
      keep: at,
    });
  }

  /** Lays out tasks for teams of threads; jobs follow each other from that of the first on. */
  place(
    plan: Plan,
    tasks: readonly Task[],
    { gradients, team = 1 }: { gradients?: readonly number[]; team?: number },
  ): Place[] {
    const jobs = plan.take(JOB_BYTES * tasks.length);
    return tasks.map((task, q) => {
      const job = jobs + JOB_BYTES * q;
      if ('pairs' in task) return this.#placePaired(plan, job, task, team);
      if ('kept' in task) return this.#placeAround(plan, job, task, team);
      return this.#placeEdges(plan, job, task, gradients ? gradients[q] : 0);
    });
  }

  #placePaired(plan: Plan, job: number, { whole, pairs, wanted }: PairedTask, team: number): Place {
    const { atoms, places, counts } = wanted;
    const at = plan.take(PAIRS_BYTES);
    const parts = [pairs.starts, pairs.uppers, pairs.vectors, places];
    plan.set(at, [places.length, ...parts.map((part) => plan.put(part))]);
    return this.#place(plan, job, {
      ...this.#nodes(plan, whole, atoms, counts),
      edges: pairs.uppers.length,
      scratch: this.#scratch(plan, atoms.length, pairs.uppers.length, KIND.inPlace, team),
      pairs: at,
    });
  }

  #placeAround(plan: Plan, job: number, { graphs, kept, wanted }: TaskAround, team: number): Place {
    const { atoms, places, counts } = wanted;
    const whole = joinGraphs(graphs);
    const begins = new Int32Array(graphs.length + 1);
    const numberOf = new Int32Array(places.length);
    graphs.forEach(({ species }, g) => {
      begins[g + 1] = begins[g] + species.length;
      for (let i = 0; i < species.length; i++) numberOf[begins[g] + i] = i;
    });
    const most = Math.max(...graphs.map(({ species }) => species.length));
    const numbers = atoms.map((i) => numberOf[i]);
    const at = plan.take(AROUND_BYTES);
    const words = [graphs.length, plan.put(begins), most, plan.put(places), plan.put(numbers), kept.at];
    plan.set(at, words);
    return this.#place(plan, job, {
      ...this.#edges(plan, whole),
      ...this.#nodes(plan, whole, atoms, counts),
      scratch: this.#scratch(plan, atoms.length, whole.senders.length, KIND.inPlace, team),
      around: at,
    });
  }

  #placeEdges(plan: Plan, job: number, { graph, wanted, vectors, weights }: EdgeTask, gradient: number): Place {
    const nodes = graph.species.length;
    const edges = graph.senders.length;
    const kind = gradient ? KIND.withGradient : KIND.withoutGradient;
    return this.#place(plan, job, {
      ...this.#edges(plan, graph),
      ...this.#nodes(plan, graph, Int32Array.from(graph.species.keys()), wanted.counts),
      target: vectors && plan.put(vectors),
      weights: weights && plan.put(weights),
      gradient,
      scratch: this.#scratch(plan, nodes, edges, kind, 1),
    });
  }

  #place(plan: Plan, job: number, words: JobWords): Place {
    plan.set(
      job,
      JOB_WORDS.map((name) => words[name] ?? 0),
    );
    return { job, output: words.output ?? 0 };
  }

  #edges(plan: Plan, { offsets, senders, vectors }: AtomGraph): JobWords {
    const [at, from, along] = [offsets, senders, vectors].map((part) => plan.put(part));
    return { edges: senders.length, offsets: at, senders: from, vectors: along };
  }

  /** Atoms of a graph as nodes. */
  #nodes(plan: Plan, graph: AtomGraph, atoms: Int32Array, counts: Int32Array): JobWords {
    const { species, noise } = graph;
    const levels = Float32Array.from(atoms, (i) => noise[i]);
    return {
      nodes: atoms.length,
      species: plan.put(atoms.map((i) => species[i])),
      noise: plan.put(describeNoise(this.#config, levels, conditionsAt(graph, atoms).conditions)),
      output: plan.take(12 * atoms.length),
      counts: plan.put(counts),
    };
  }

  #scratch(plan: Plan, nodes: number, edges: number, kind: number, team: number): number {
    const bytes = (part: number): number =>
      this.#sizes.scratchBytes(this.#model, Math.ceil(nodes / part), Math.ceil(edges / part), kind, team);
    // The kernel counts with 32 bits, which a part keeps within.
    requireWithin(1024 * bytes(1024), MOST_BYTES, 'bytes for atoms and pairs', 'structures');
    return plan.take(bytes(1));
  }
}

/** Neighboring graphs, up to so many atoms together that each thread has some. */
function groupsOf(graphs: readonly AtomGraph[], threads: number): AtomGraph[][] {
  const total = graphs.reduce((sum, { species }) => sum + species.length, 0);
  const most = Math.min(ATOMS_AT_ONCE, Math.ceil(total / threads));
  const groups: AtomGraph[][] = [];
  let atoms = Infinity;
  for (const graph of graphs) {
    atoms += graph.species.length;
    if (atoms <= most) groups[groups.length - 1].push(graph);
    else {
      groups.push([graph]);
      atoms = graph.species.length;
    }
  }
  return groups;
}
