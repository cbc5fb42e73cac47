/**
 * The decoder cut down to the atoms that a block of infilling asks about. Of 8 atoms with 5 known, 15 of the 36 Gram
 * entries have weights, and the last layer is the larger part of the network: descents take a fifth less time.
 */

import { LAYER_BYTES, LINE, layerAt, Network } from './network';

/**
 * The network of those atoms alone, written to `room`, which holds a network, its layers, a number for each atom, two for
 * each Gram entry and a last layer; or the network itself, if all atoms are asked about. What is left out had gradients of zero: no digit
 * changes.
 *
 * @param targets, weights neuron-major lines of each Gram entry; those left are moved together
 */
export function narrow(network: Network, room: usize, targets: usize, weights: usize, width: usize): Network {
  const layers = room + offsetof<Network>();
  const count = layerCount(network);
  const atoms = layers + <usize>count * LAYER_BYTES;
  const asked = listAsked(network.atoms, weights, atoms, width);
  if (asked === network.atoms) return network;
  moveTogether(network.atoms, atoms, asked, targets, weights);
  memory.copy(room, changetype<usize>(network), offsetof<Network>());
  memory.copy(layers, network.layers, <usize>count * LAYER_BYTES);
  const narrowed = changetype<Network>(room);
  narrowed.atoms = asked;
  narrowed.gramSize = (asked * (asked + 1)) / 2;
  narrowed.outputs = network.cartesian ? 3 * asked : narrowed.gramSize;
  narrowed.layers = layers;
  const last = layerAt(narrowed, count - 1);
  narrowed.scales = atoms + 4 * <usize>network.atoms;
  keepEntries(network.atoms, atoms, asked, network.scales, narrowed.scales, 8);
  const kept = narrowed.scales + 8 * <usize>network.gramSize;
  for (let row = 0; row <= last.rows; row++) {
    // The bias comes as a last row.
    const from = network.parameters + 4 * <usize>(row < last.rows ? last.weights + row * last.columns : last.bias);
    const to = kept + 4 * <usize>(row * narrowed.outputs);
    if (network.cartesian) keepCoordinates(atoms, asked, from, to);
    else keepEntries(network.atoms, atoms, asked, from, to, 4);
  }
  last.weights = <i32>((kept - network.parameters) >> 2);
  last.bias = last.weights + last.rows * narrowed.outputs;
  last.columns = narrowed.outputs;
  return narrowed;
}

function layerCount(network: Network): i32 {
  return 2 * network.hidden + (network.variational ? 3 : 2);
}

/** Lists the atoms that have an entry of some weight, ascending, and gives their number. */
function listAsked(n: i32, weights: usize, atoms: usize, width: usize): i32 {
  memory.fill(atoms, 0, 4 * <usize>n);
  let line = weights;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++, line += LINE) {
      if (!hasWeight(line, width)) continue;
      store<i32>(atoms + 4 * <usize>i, 1);
      store<i32>(atoms + 4 * <usize>j, 1);
    }
  }
  let asked = 0;
  for (let i = 0; i < n; i++) {
    if (!load<i32>(atoms + 4 * <usize>i)) continue;
    store<i32>(atoms + 4 * <usize>asked, i);
    asked++;
  }
  return asked;
}

function hasWeight(line: usize, width: usize): bool {
  for (let p = line; p < line + width; p += 16) {
    if (v128.any_true(f32x4.ne(v128.load(p), f32x4.splat(0)))) return true;
  }
  return false;
}

function moveTogether(n: i32, atoms: usize, asked: i32, targets: usize, weights: usize): void {
  keepEntries(n, atoms, asked, targets, targets, LINE);
  // The kernels look for the weights right behind the targets.
  keepEntries(n, atoms, asked, weights, targets + <usize>((asked * (asked + 1)) / 2) * LINE, LINE);
}

/** Gram entries of the listed atoms, `bytes` each; source and target may overlap, for no entry moves up. */
function keepEntries(n: i32, atoms: usize, asked: i32, from: usize, to: usize, bytes: usize): void {
  for (let a = 0; a < asked; a++) {
    const i = load<i32>(atoms + 4 * <usize>a);
    for (let b = a; b < asked; b++, to += bytes) {
      const j = load<i32>(atoms + 4 * <usize>b);
      memory.copy(to, from + <usize>(i * n - (i * (i - 1)) / 2 + j - i) * bytes, bytes);
    }
  }
}

function keepCoordinates(atoms: usize, asked: i32, from: usize, to: usize): void {
  for (let a = 0; a < asked; a++, to += 12) memory.copy(to, from + 12 * <usize>load<i32>(atoms + 4 * <usize>a), 12);
}
