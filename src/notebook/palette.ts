/** A picture by its colors. */
export interface PaletteImage {
  /** 0xAABBGGRR, the most frequent first. */
  palette: number[];
  /** Index of each pixel's color, row by row. */
  indices: Uint8Array;
}

/** Pixels `from` to `to` (in the order that splitting has put them in), which become one color unless they are split. */
interface Cluster {
  from: number;
  to: number;
  /** Sums over the pixels of red, green, blue and their products rr, rg, rb, gg, gb, bb, in units of full intensity. */
  sums: Float64Array;
  mean: number[];
  /** Direction in which the colors lie farthest apart, and the sum of squares along it. */
  axis: number[];
  spread: number;
  halves?: [Cluster, Cluster];
}

/** Spread below which a cluster stays one. */
const NARROW = 1e-3;
const ITERATIONS = 10;

/** Intensities 0 to 255 in units of the full one. */
const UNIT = Float64Array.from({ length: 256 }, (_, k) => k * (1 / 255));

/**
 * An opaque picture in at most `most` colors (up to 256): the colors that spread most are split at their mean, along
 * their principal axis (M. Orchard and C. Bouman, IEEE Trans. Signal Process. 39, 2677 (1991)). All steps and roundings
 * are those of UPNG.js 2.1.0, so that pictures stay what they were, to the byte; only its time is not.
 *
 * @param pixels four bytes a pixel, red first, alpha 255
 */
export function reduceColors(pixels: Uint8Array, most: number): PaletteImage {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
  const root = clusterOf(0, words.length, sumColors(words, 0, words.length));
  const clusters = splitWidest(root, words.slice(), most).sort((a, b) => b.to - b.from - (a.to - a.from));
  const palette = [...new Set(clusters.map(colorOf))];
  const places = new Map(palette.map((color, k) => [color, k]));
  return { palette, indices: indicesOf(words, (color) => places.get(colorOf(leafOf(root, color)))!) };
}

/** Splits the widest cluster until there are `most`; `words` are put into the clusters' order. */
function splitWidest(root: Cluster, words: Uint32Array, most: number): Cluster[] {
  const clusters = [root];
  while (clusters.length < most) {
    let widest = 0;
    for (let k = 1; k < clusters.length; k++) if (clusters[k].spread > clusters[widest].spread) widest = k;
    const cluster = clusters[widest];
    if (cluster.spread < NARROW) break;
    const middle = partition(words, cluster);
    const below = sumColors(words, cluster.from, middle);
    const above = cluster.sums.map((sum, k) => sum - below[k]);
    cluster.halves = [clusterOf(cluster.from, middle, below), clusterOf(middle, cluster.to, above)];
    [clusters[widest]] = cluster.halves;
    clusters.push(cluster.halves[1]);
  }
  return clusters;
}

function sumColors(words: Uint32Array, from: number, to: number): Float64Array {
  let [r, g, b, rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const word = words[i];
    const [red, green, blue] = [UNIT[word & 255], UNIT[(word >> 8) & 255], UNIT[(word >> 16) & 255]];
    r += red;
    g += green;
    b += blue;
    rr += red * red;
    rg += red * green;
    rb += red * blue;
    gg += green * green;
    gb += green * blue;
    bb += blue * blue;
  }
  return Float64Array.of(r, g, b, rr, rg, rb, gg, gb, bb);
}

function clusterOf(from: number, to: number, sums: Float64Array): Cluster {
  const share = 1 / (to - from);
  const [r, g, b, rr, rg, rb, gg, gb, bb] = sums;
  const n = to - from;
  const about = (product: number, x: number, y: number): number => product - x * y * share;
  const covariance = [
    [about(rr, r, r), about(rg, r, g), about(rb, r, b), about(r, r, n)],
    [about(rg, g, r), about(gg, g, g), about(gb, g, b), about(g, g, n)],
    [about(rb, b, r), about(gb, b, g), about(bb, b, b), about(b, b, n)],
    [about(r, n, r), about(g, n, g), about(b, n, b), about(n, n, n)],
  ];
  return { from, to, sums, mean: [r * share, g * share, b * share, n * share], ...principalAxis(covariance) };
}

/** By power iteration, as far as telling colors apart needs it. */
function principalAxis(matrix: number[][]): { axis: number[]; spread: number } {
  let axis = [0.5, 0.5, 0.5, 0.5];
  let spread = 0;
  for (let i = 0; i < ITERATIONS; i++) {
    const image = matrix.map((row) => dot(row, axis));
    const length = Math.sqrt(dot(image, image));
    axis = image.map((x) => (1 / length) * x);
    if (Math.abs(length - spread) < 1e-9) break;
    spread = length;
  }
  return { axis, spread };
}

const dot = (a: number[], b: number[]): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];

/** Puts the pixels below the mean first; gives where those above it begin. */
function partition(words: Uint32Array, { from, to, mean, axis }: Cluster): number {
  const [x, y, z, w] = axis;
  const limit = dot(
    mean.map((value) => 255 * value),
    axis,
  );
  const isBelow = (word: number): boolean =>
    (word & 255) * x + ((word >> 8) & 255) * y + ((word >> 16) & 255) * z + 255 * w <= limit;
  let low = from;
  let high = to - 1;
  while (low < high) {
    while (isBelow(words[low])) low++;
    while (!isBelow(words[high])) high--;
    if (low >= high) break;
    const word = words[low];
    words[low++] = words[high];
    words[high--] = word;
  }
  while (!isBelow(words[low])) low--;
  return low + 1;
}

function leafOf(root: Cluster, color: number): Cluster {
  let at = root;
  while (at.halves !== undefined) {
    const { axis, mean } = at;
    const along =
      UNIT[color & 255] * axis[0] + UNIT[(color >> 8) & 255] * axis[1] + UNIT[(color >> 16) & 255] * axis[2];
    at = along + axis[3] - dot(axis, mean) <= 0 ? at.halves[0] : at.halves[1];
  }
  return at;
}

function colorOf({ mean: [red, green, blue, one] }: Cluster): number {
  const byte = (value: number): number => Math.round(255 * value * (1 / one));
  return ((255 << 24) | (byte(blue) << 16) | (byte(green) << 8) | byte(red)) >>> 0;
}

function indicesOf(words: Uint32Array, indexOf: (color: number) => number): Uint8Array {
  const known = new Map<number, number>();
  const indices = new Uint8Array(words.length);
  let last = -1;
  let index = 0;
  for (let i = 0; i < words.length; i++) {
    // Most pixels have the color of the one before.
    if (words[i] !== last) {
      last = words[i];
      const found = known.get(last);
      index = found ?? indexOf(last);
      if (found === undefined) known.set(last, index);
    }
    indices[i] = index;
  }
  return indices;
}
