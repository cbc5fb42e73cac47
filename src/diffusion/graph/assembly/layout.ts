/** What the host writes, word for word in this order, and where a job's intermediate results lie. */

import { RECORD } from './geometry';

/** The network; one for all threads. */
@unmanaged
export class Model {
  channels: i32;
  layers: i32;
  radial: i32;
  /** Numbers that describe an atom's noise level. */
  noise: i32;
  parameterCount: i32;
  parameters: usize;
  /** The same with each matrix transposed, for gradients. */
  transposed: usize;
  /** LAYER_WORDS words a layer: places of its blocks among the parameters, −1 for none; then its number of paths. */
  table: usize;
  embedding: i32;
  noiseEmbedding: i32;
  output: i32;
  cutoff: f32;
  /** Factor of the messages, 1/√(usual number of neighbors). */
  scale: f32;
}

/** Words of Model.table a layer, and the names of the first. */
export const LAYER_WORDS: i32 = 16;
export const RADIAL: i32 = 0;
export const MIX0: i32 = 1;
export const LEFT1: i32 = 4;
export const RIGHT1: i32 = 6;
export const HIDDEN: i32 = 8;
export const NOISE: i32 = 9;
export const HIDDEN_BIAS: i32 = 10;
export const GATES: i32 = 11;
export const GATE_BIAS: i32 = 12;
export const PATHS: i32 = 13;

/** One graph, and what is asked of it. */
@unmanaged
export class Job {
  nodes: i32;
  edges: i32;
  /** nodes + 1 integers: the edges of receiver i are offsets[i] … offsets[i + 1]. */
  offsets: usize;
  senders: usize;
  /** 3 × edges, from receiver to sender. */
  vectors: usize;
  species: usize;
  /** nodes × Model.noise. */
  noise: usize;
  /** 3 × nodes, written. */
  output: usize;
  /** 3 × nodes; 0 if neither loss nor gradient is wanted. */
  target: usize;
  /** Weight of each node's squared error. */
  weights: usize;
  /** As the parameters, written; 0 if no gradient is wanted. */
  gradient: usize;
  scratch: usize;
  /** How many of the first nodes send in the first layer; then an integer a layer: how many have wanted features
   * after it, and send in the next. All nodes with a target. */
  counts: usize;
  /** The edges as {@link Pairs}, for a prediction; 0 if they are given one by one. */
  pairs: usize;
  /** {@link Around} of a prediction among known atoms, whose edges are those of all atoms and not of nodes; else 0. */
  around: usize;
  /** {@link Kept} that is to be written, for a graph of known atoms; else 0. */
  keep: usize;
  /** How often a thread of the team has come to where all of it meet; 0 at first. */
  arrived: i32;
  loss: f64;
}

/** Pairs of atoms that send to each other. */
@unmanaged
export class Pairs {
  atoms: i32;
  /** Those of lower atom i are starts[i] … starts[i + 1]; atoms + 1. */
  starts: usize;
  /** The upper atom of each pair, rising for each lower one. */
  uppers: usize;
  /** 3 × pairs, from the lower to the upper atom. */
  vectors: usize;
  /** Node of each atom, −1 for none. */
  places: usize;
}

/** Several graphs, taken as one, in each of which the first atoms are the same known ones. */
@unmanaged
export class Around {
  graphs: i32;
  /** The atoms of graph g are begins[g] … begins[g + 1]; graphs + 1. */
  begins: usize;
  /** Most atoms of a graph. */
  most: i32;
  /** Node of each atom, −1 for none. */
  places: usize;
  /** Number of each node in its graph. */
  numbers: usize;
  kept: usize;
}

/** What known atoms say among themselves, whatever other atoms are around. */
@unmanaged
export class Kept {
  atoms: i32;
  /** Edges among them, as in {@link Job}. */
  offsets: usize;
  senders: usize;
  /** Couplings and radial functions of these edges, written like all that follows. */
  records: usize;
  radials: usize;
  /** Features with the messages of the first layer, and after it. */
  sums: usize;
  features: usize;
  /** Messages of the second layer along each edge, 9 rows. */
  messages: usize;
}

/** Highest degree of the features. */
export const lMax: i32 = 2;
/** Paths of a layer, at most. */
const MOST_PATHS: usize = 11;
/** Edges whose filters are made at once. */
export const BATCH: i32 = 16;
/** Nodes that are updated at once in predictions: what lies between features stays in the second-level cache. */
export const NODES: i32 = 16;
/** Most messages that wait for their filters, and bytes of one that waits. */
export const WAITING: i32 = 128;
export const WAITING_BYTES: usize = 24;

// Set for the job at hand; a thread has an instance of its own, and so its own of these.
export let channels: i32 = 0;
/** Bytes of one row of channels. */
export let row: usize = 0;
/** Threads that share the job, and the number of this one. */
export let team: i32 = 1;
export let member: i32 = 0;
/** The first nodes, those at work now. */
export let nodes: i32 = 0;
/** Those of this thread: from `mine` on, up to `beyond`. */
export let mine: i32 = 0;
export let beyond: i32 = 0;
/** Bytes of the rows of all nodes of the graph. */
export let all: usize = 0;
export let records: usize = 0;
export let radials: usize = 0;
export let receivers: usize = 0;
export let filters: usize = 0;
/** Four rows of the left factor of a product. */
export let interleaved: usize = 0;
export let filterGradients: usize = 0;
let slots: usize = 0;
let slotBytes: usize = 0;
let slotMask: i32 = -1;
/** Gradients by features before and after a layer, by what is sent and by the two sides of the products. */
export let before: usize = 0;
export let sent: usize = 0;
export let leftBack: usize = 0;
export let rightBack: usize = 0;
export let wideBack: usize = 0;
export let hiddenBack: usize = 0;
export let gatesBack: usize = 0;

/** Rows between the features before and after an update: a, b (8 each), 3 inputs, 2 + 2 hidden, 3 gates. */
const BETWEEN_ROWS: usize = 26;
/** Rows of channels that a node has in a slot: h, u, x (9 each) and those between. */
const SLOT_ROWS: usize = 27 + BETWEEN_ROWS;

/** Whether features are overwritten from layer to layer. */
let inPlace: bool = false;
let workspace: usize = 0;
/** Bytes of a row of each node between features. */
let span: usize = 0;
/** Radial functions of messages that wait, and those messages. */
export let waitingRadials: usize = 0;
export let waiting: usize = 0;

/** This thread becomes one of so many that share a job. */
export function join(threads: i32, number: i32): void {
  team = threads;
  member = number;
}

/** Where the part of a thread of the team begins among so many. */
export function share(count: i32, thread: i32): i32 {
  return (count * thread) / team;
}

/** Lays out the scratch of a job and returns its size in bytes; a job without gradient keeps two layers only. */
export function arrange(model: Model, scratch: usize, nodeCount: i32, edgeCount: i32, gradient: bool): usize {
  slots = arrangeOwn(model, arrangeEdges(model, scratch, nodeCount, edgeCount));
  inPlace = false;
  slotBytes = SLOT_ROWS * all;
  slotMask = gradient ? -1 : 1;
  span = all;
  before = slots + slotBytes * (gradient ? <usize>(model.layers + 1) : 2);
  if (!gradient) return before - scratch;
  sent = before + 9 * all;
  leftBack = sent + 9 * all;
  rightBack = leftBack + 8 * all;
  wideBack = rightBack + 8 * all;
  hiddenBack = wideBack + 3 * all;
  gatesBack = hiddenBack + 2 * all;
  return gatesBack + 3 * all - scratch;
}

/** Lays out the scratch of a prediction in place and returns its size in bytes: only h and u of all nodes. */
export function arrangeInPlace(model: Model, scratch: usize, nodeCount: i32, edgeCount: i32): usize {
  slots = arrangeEdges(model, scratch, nodeCount, edgeCount);
  inPlace = true;
  slotBytes = 0;
  span = row * <usize>NODES;
  const own = slots + 18 * all;
  const bytes = arrangeOwn(model, own) - own;
  arrangeOwn(model, own + bytes * <usize>member);
  return own + bytes * <usize>team - scratch;
}

function arrangeEdges(model: Model, scratch: usize, nodeCount: i32, edgeCount: i32): usize {
  channels = model.channels;
  row = (<usize>channels) << 2;
  employ(nodeCount);
  all = row * <usize>nodes;
  records = scratch;
  radials = records + RECORD * <usize>edgeCount;
  receivers = radials + ((<usize>(model.radial * edgeCount)) << 2);
  return align(receivers + ((<usize>edgeCount) << 2));
}

/** What each thread has for itself; returns its end. */
function arrangeOwn(model: Model, start: usize): usize {
  const bytes = <usize>BATCH * MOST_PATHS * row;
  filters = start;
  filterGradients = filters + bytes;
  interleaved = filterGradients + bytes;
  waitingRadials = interleaved + 16 * <usize>max(max((1 + lMax) * channels, model.noise), model.radial);
  waiting = waitingRadials + ((<usize>(model.radial * BATCH)) << 2);
  workspace = align(waiting + WAITING_BYTES * <usize>WAITING);
  return workspace + BETWEEN_ROWS * row * <usize>NODES;
}

/** From now on only the nodes that send in layer t, which are those wanted after the layer before it, are at work. */
export function narrow(job: Job, t: i32): void {
  employ(load<i32>(job.counts + ((<usize>t) << 2)));
}

function employ(count: i32): void {
  nodes = count;
  mine = share(count, member);
  beyond = share(count, member + 1);
}

function align(p: usize): usize {
  return (p + 63) & ~63;
}

/** Start of degree l among rows that hold l = 0, 1, 2 one after the other. */
export function degree(base: usize, l: i32): usize {
  return base + (l === 0 ? 0 : l === 1 ? all : 4 * all);
}

/** Features before layer t. */
export function features(t: i32): usize {
  return slots + slotBytes * <usize>(t & slotMask);
}

/** Features as they are sent. */
export function outgoing(t: i32): usize {
  return features(t) + 9 * all;
}

/** Features with the messages. */
export function received(t: i32): usize {
  return inPlace ? features(t) : features(t) + 18 * all;
}

function between(t: i32): usize {
  return inPlace ? workspace : features(t) + 27 * all;
}

/** Left and right sides of the products, degree l from 1 on. */
export function left(t: i32, l: i32): usize {
  return between(t) + (l === 1 ? 0 : 3 * span);
}

export function right(t: i32, l: i32): usize {
  return between(t) + (l === 1 ? 8 : 11) * span;
}

/** Inputs of the update, its hidden layer before and after the activation, and the gates. */
export function wide(t: i32): usize {
  return between(t) + 16 * span;
}

export function beforeActivation(t: i32): usize {
  return between(t) + 19 * span;
}

export function activated(t: i32): usize {
  return between(t) + 21 * span;
}

export function gates(t: i32): usize {
  return between(t) + 23 * span;
}

/** Number k of the integers at p. */
export function integer(p: usize, k: i32): i32 {
  return load<i32>(p + ((<usize>k) << 2));
}

/** Place of a block of parameters of layer t in `base`, or 0 if there is none. */
export function block(model: Model, base: usize, t: i32, which: i32): usize {
  const offset = load<i32>(model.table + ((<usize>(LAYER_WORDS * t + which)) << 2));
  return offset < 0 ? 0 : base + ((<usize>offset) << 2);
}

export function pathsOf(model: Model, t: i32): i32 {
  return load<i32>(model.table + ((<usize>(LAYER_WORDS * t + PATHS)) << 2));
}
