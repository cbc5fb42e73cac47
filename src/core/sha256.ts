/** Words of a block's schedule. */
const ROUNDS = 64;

/** The first 32 bits of the fractional part of the root of a small prime: bisected, exact in integers. */
function fraction(prime: number, power: bigint): number {
  const target = BigInt(prime) << (32n * power);
  let root = 0n;
  for (let bit = 36n; bit >= 0n; bit--) if ((root | (1n << bit)) ** power <= target) root |= 1n << bit;
  return Number(BigInt.asIntN(32, root));
}

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < ROUNDS; n++) if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
const START: Int32Array = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(prime, 2n));
const ADDED: Int32Array = Int32Array.from(PRIMES, (prime) => fraction(prime, 3n));

/** SHA-256 (FIPS 180-4) of text in UTF-8, or of bytes, in hexadecimal. Browsers have it only as a promise. */
export function sha256(data: string | Uint8Array): string {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const padded = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, 8n * BigInt(bytes.length));
  const state = START.slice();
  const words = new Int32Array(ROUNDS);
  for (let at = 0; at < padded.length; at += 64) {
    for (let t = 0; t < 16; t++) words[t] = view.getInt32(at + 4 * t);
    addBlock(state, words);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function addBlock(state: Int32Array, words: Int32Array): void {
  for (let t = 16; t < ROUNDS; t++) {
    const x = words[t - 15];
    const y = words[t - 2];
    const low = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    const high = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    words[t] = ((words[t - 16] + low) | 0) + ((words[t - 7] + high) | 0);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < ROUNDS; t++) {
    const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const mixed = (h + high) | 0;
    const added = (ADDED[t] + words[t]) | 0;
    const first = (((mixed + added) | 0) + ((e & f) ^ (~e & g))) | 0;
    const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let k = 0; k < 8; k++) state[k] += sums[k];
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
