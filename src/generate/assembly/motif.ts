/** The motif in hand, with the products of its atoms' positions, and these in the axes of pairs, once asked for. */

export let n: i32 = 0;
/** Its square is in the range of numbers. */
const NEVER: f64 = 1e150;

/** n×3, Å. */
export let positions: usize = 0;
/** n×n, Å², without the squares; in their place, and behind lines of odd length, stand numbers that nothing is like. */
export let products: usize = 0;
/** Bytes of such a line. */
export let line: usize = 0;
/** The squared distances, as another such line. */
export let squares: usize = 0;
let turned: usize = 0;
let known: usize = 0;
let frame: usize = 0;

/** Motifs have so many atoms from now on; gives where the room goes on behind what they take of it. */
export function shape(atoms: i32, room: usize): usize {
  n = atoms;
  line = (<usize>(n + 1) & ~1) << 3;
  products = room;
  squares = products + <usize>n * line;
  turned = squares + line;
  frame = turned + <usize>(n * n * n) * 24;
  known = frame + 72;
  for (let p = products; p < turned; p += 8) store<f64>(p, NEVER);
  return known + (((<usize>(n * n) + 15) >> 4) << 4);
}

/** Takes the motif at that address in hand. */
export function take(motif: usize): void {
  positions = motif;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = product(motif, i, j);
      if (i === j) {
        store<f64>(squares + ((<usize>i) << 3), value);
        continue;
      }
      store<f64>(products + <usize>i * line + ((<usize>j) << 3), value);
      store<f64>(products + <usize>j * line + ((<usize>i) << 3), value);
    }
  }
  memory.fill(known, 0, <usize>(n * n));
}

/** Where the motif lies in the axes of atoms i and j, n×3. */
export function turn(i: i32, j: i32): usize {
  const pair = n * i + j;
  const to = turned + <usize>(n * pair) * 24;
  if (load<u8>(known + <usize>pair)) return to;
  store<u8>(known + <usize>pair, 1);
  setFrame(i, j);
  for (let at: usize = 0; at < 24 * <usize>n; at += 24) {
    const x = load<f64>(positions + at);
    const y = load<f64>(positions + at, 8);
    const z = load<f64>(positions + at, 16);
    for (let row: usize = 0; row < 3; row++) {
      const axis = frame + 24 * row;
      store<f64>(to + at + 8 * row, load<f64>(axis) * x + load<f64>(axis, 8) * y + load<f64>(axis, 16) * z);
    }
  }
  return to;
}

export function product(x: usize, i: i32, j: i32): f64 {
  const p = x + 24 * <usize>i;
  const q = x + 24 * <usize>j;
  return load<f64>(p) * load<f64>(q) + load<f64>(p, 8) * load<f64>(q, 8) + load<f64>(p, 16) * load<f64>(q, 16);
}

/** The axes of two atoms, as `frameOf` in ../nearest.ts has them. */
function setFrame(i: i32, j: i32): void {
  const p = positions + 24 * <usize>i;
  const q = positions + 24 * <usize>j;
  const ri = distance(i);
  const rj = distance(j);
  for (let c: usize = 0; c < 24; c += 8) {
    const u = load<f64>(p + c) / ri;
    const v = load<f64>(q + c) / rj;
    store<f64>(frame + c, u + v);
    store<f64>(frame + c, u - v, 24);
  }
  if (normalize(frame) < 1e-6 || normalize(frame + 24) < 1e-6) setFrameOfLine(p);
  const a = load<f64>(frame);
  const b = load<f64>(frame, 8);
  const c = load<f64>(frame, 16);
  const d = load<f64>(frame, 24);
  const e = load<f64>(frame, 32);
  const f = load<f64>(frame, 40);
  store<f64>(frame, b * f - c * e, 48);
  store<f64>(frame, c * d - a * f, 56);
  store<f64>(frame, a * e - b * d, 64);
}

/** The first two axes where both atoms lie on one line with the origin. */
function setFrameOfLine(point: usize): void {
  memory.copy(frame, point, 24);
  normalize(frame);
  let least: usize = 0;
  for (let c: usize = 8; c < 24; c += 8) {
    if (Math.abs(load<f64>(frame + c)) < Math.abs(load<f64>(frame + least))) least = c;
  }
  const along = load<f64>(frame + least);
  for (let c: usize = 0; c < 24; c += 8) {
    store<f64>(frame + c, (c === least ? 1.0 : 0.0) - along * load<f64>(frame + c), 24);
  }
  normalize(frame + 24);
}

function distance(i: i32): f64 {
  const r = Math.sqrt(load<f64>(squares + ((<usize>i) << 3)));
  return r === 0 ? 1 : r;
}

/** Scales a row of three to length 1, unless it is 0, and gives the length it had. */
function normalize(row: usize): f64 {
  const a = load<f64>(row);
  const b = load<f64>(row, 8);
  const c = load<f64>(row, 16);
  const length = Math.sqrt(a * a + b * b + c * c);
  const scale = 1 / (length === 0 ? 1 : length);
  store<f64>(row, a * scale);
  store<f64>(row, b * scale, 8);
  store<f64>(row, c * scale, 16);
  return length;
}
