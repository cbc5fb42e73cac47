import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/random';
import { extractEnvironments } from '../../../src/motifs/environments';
import { formatMotifs, type MotifFormat, motifBlocks, parseMotifs, readMotifs } from '../../../src/motifs/files/files';
import { motifFrames, motifsOfFrames } from '../../../src/motifs/files/frames';
import { parseMotifJson } from '../../../src/motifs/files/json';
import { indicesOf, madeMotifs, selectEnvironments, symbolsOf } from '../../../src/motifs/select';
import type { Motifs } from '../../../src/motifs/types';
import { formatExtxyz } from '../../../src/structures/extxyzWrite';
import { toyCell } from '../../cli/toy';

const cells = [toyCell('a', 1, ['Ga', 'As']), toyCell('12', 2)];
const rng = createRng(3);
const normals = (length: number): Float64Array => Float64Array.from({ length }, () => rng.normal());
const extracted = { ...extractEnvironments(cells, { cutoff: 4, count: 5 }), skipped: [] };
extracted.properties.coordination = { columns: 1, values: Float64Array.from(extracted.atoms, (atom) => atom % 5) };
extracted.properties.latent = { columns: 3, values: normals(3 * extracted.length) };
const made: Motifs = madeMotifs({ n: 4, length: 7, positions: normals(84) }, 'Si', {
  residual: { columns: 1, values: normals(7) },
});
const FORMATS: MotifFormat[] = ['extxyz', 'json', 'parquet'];

it.each(['extxyz', 'json'] as const)('a piece of %s is no longer for more motifs', (format) => {
  const longest = (length: number): number => {
    const set = madeMotifs({ n: 1, length, positions: new Float64Array(3 * length).fill(0.5) }, 'Si');
    return Math.max(...Array.from(motifBlocks(set, format), (piece) => piece.length));
  };
  // The numbers of motifs may be longer, not the pieces' number of them.
  expect(longest(40_000)).toBeLessThan(1.1 * longest(9_000));
});

describe.each<[string, Motifs]>([
  ['extracted', extracted],
  ['made', made],
  ['one motif', selectEnvironments(extracted, [3])],
])('motifs that were %s', (_name, set) => {
  // Elements and names are those that occur, in the order in which they do.
  const expected = motifsOfFrames(motifFrames(set), 'frames');
  it.each(FORMATS)('come back from %s to the last bit, recognized by the content, zipped or not', async (format) => {
    const content = await formatMotifs(set, { format });
    expect(await parseMotifs(content)).toEqual(expected);
    expect(await parseMotifs(gzipSync(content), { format })).toEqual(expected);
  });

  it('are in Parquet a row a motif', async () => {
    const bytes = (await formatMotifs(set, { format: 'parquet' })) as Uint8Array;
    const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
    expect(rows.length).toBe(set.length);
    rows.forEach((row, m) => {
      const own = <T>(values: ArrayLike<T>, size: number): T[] => Array.from(values).slice(m * size, (m + 1) * size);
      expect(row).toEqual({
        motif: m,
        cell: set.structures[m] < 0 ? null : set.names[set.structures[m]],
        atoms: indicesOf(set, m),
        species: symbolsOf(set, m),
        positions: own(set.positions, 3 * set.n),
        ...Object.fromEntries(
          Object.entries(set.properties).map(([name, { columns, values }]) => [
            name,
            columns === 1 ? values[m] : own(values, columns),
          ]),
        ),
      });
    });
  });
});

describe('more motifs than are read at a time', () => {
  const length = 9_000;
  const many = madeMotifs({ n: 1, length, positions: normals(3 * length) }, ['Si', 'O'], {
    rank: { columns: 1, values: Float64Array.from({ length }, (_, m) => m) },
  });
  it.each(FORMATS)('come back from %s', async (format) => {
    const { positions, properties } = many;
    expect(await parseMotifs(await formatMotifs(many, { format }))).toMatchObject({ length, positions, properties });
  });
  it('are counted from the first in messages', async () => {
    const text = (await formatMotifs(many, { format: 'json' })) as string;
    expect(() => parseMotifJson(text.replace('"rank":8000}', '"rank":8000,"atoms":[0]}'), 'a.json')).toThrow(
      'a.json, motif 8000: found other atoms',
    );
  });
});

it('coordination numbers are integers in every format', async () => {
  const bytes = (await formatMotifs(extracted, { format: 'parquet' })) as Uint8Array;
  const schema = parquetSchema(parquetMetadata(Uint8Array.from(bytes).buffer));
  const types = Object.fromEntries(schema.children.map(({ element }) => [element.name, element.type]));
  expect(types).toMatchObject({ coordination: 'INT32', motif: 'INT32' });
  expect(await formatMotifs(extracted)).toContain(' coordination=1 ');
  expect(await formatMotifs(extracted, { format: 'json' })).toContain('"coordination":1,');
});

it('motifs without a motif come back from JSON and Parquet', async () => {
  const none = selectEnvironments(made, []);
  for (const format of ['json', 'parquet'] as const) {
    expect(await parseMotifs(await formatMotifs(none, { format }))).toMatchObject({ n: 4, length: 0 });
  }
});

describe('a file of motifs', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'motifs-'));
  it.each(FORMATS)('is read as it was written: %s', async (format) => {
    const file = path.join(folder, `m.${format}`);
    fs.writeFileSync(file, await formatMotifs(made, { format }));
    expect(await readMotifs(file)).toEqual(made);
  });
  it('is named where it is bad or absent', async () => {
    const file = path.join(folder, 'bad.json');
    fs.writeFileSync(file, '{"format":"x"}');
    await expect(readMotifs(file)).rejects.toThrow(`${file}: found other JSON`);
    await expect(readMotifs(path.join(folder, 'none'))).rejects.toThrow('none: found ENOENT');
  });
  it('of cells holds no motifs', async () => {
    await expect(parseMotifs(formatExtxyz(cells))).rejects.toThrow('text, frame 0: found no motif');
  });
  it('has one of three formats', async () => {
    await expect(parseMotifs('', { format: 'csv' as never })).rejects.toThrow('option format');
    await expect(formatMotifs(made, { format: 'csv' as never })).rejects.toThrow('option format');
    const half = String(await formatMotifs(made, { format: 'json' })).replace('"Si"', '"\\ud800"');
    await expect(parseMotifs(half)).rejects.toThrow('motif 0, species: found "\\ud800", expected a chemical symbol');
    await expect(parseMotifs('PAR1', { source: 'f' })).rejects.toThrow('f: found');
    await expect(parseMotifs('7', { format: 'parquet' })).rejects.toThrow('text: found');
  });
});

describe('Parquet that is damaged', () => {
  it('is refused, wherever a byte is another or the file is cut off', { timeout: 60_000 }, async () => {
    const bytes = (await formatMotifs(made, { format: 'parquet' })) as Uint8Array;
    const right = await parseMotifs(bytes);
    const refused = expect.objectContaining({ name: 'InputError' });
    let passed = 0;
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 1 + (at % 255);
      // All else is whole where the name of the checksum is not.
      const read = await parseMotifs(damaged).catch((error) => void expect(error).toEqual(refused));
      if (read) expect(read).toEqual(right);
      passed += Number(read !== undefined);
      if (at % 21 === 0) await expect(parseMotifs(bytes.slice(0, at), { format: 'parquet' })).rejects.toEqual(refused);
    }
    expect(passed).toBeLessThanOrEqual(7);
  });
});

describe('a motif frame', () => {
  const text = formatExtxyz(motifFrames(extracted)).split('\n');
  it('is the central atom, then its neighbors, in free space', () => {
    expect(text[0]).toBe('6');
    expect(text[1]).toMatch(/^pbc="F F F" Properties=species:S:1:pos:R:3:atom:I:1 motif=0 cell=a /);
    expect(text[1]).not.toContain('Lattice');
    expect(text[2]).toMatch(/^Ga 0 0 0 0$/);
  });
  it('may be moved: positions count from its central atom', () => {
    const frames = motifFrames(made);
    frames[2].positions = frames[2].positions.map((x, k) => x + [1, 2, 4][k % 3]);
    const { positions } = motifsOfFrames(frames, 'text');
    positions.forEach((x, k) => {
      expect(x).toBeCloseTo(made.positions[k], 12);
    });
  });
  it('among others must be one, and as large', () => {
    const frames = motifFrames(made);
    expect(() => motifsOfFrames([...frames, cells[0]], 'f.xyz')).toThrow('f.xyz, frame 7: found no motif');
    const large = motifFrames(extracted)[0];
    expect(() => motifsOfFrames([...frames, large], 'f.xyz')).toThrow('f.xyz, frame 7: found 6 atoms, expected 4');
  });
});

describe('JSON of motifs', () => {
  it.each([
    ['{', 'JSON'],
    ['null', 'other JSON'],
    ['{"format":"x"}', 'other JSON'],
    ['{"format":"glassy-motifs motif set","version":2,"neighbors":1,"motifs":[]}', 'other JSON'],
    [
      '{"format":"glassy-motifs motif set","version":1,"neighbors":1,"motifs":[{}]}',
      'f.json, motif 0: found other positions',
    ],
    [
      '{"format":"glassy-motifs motif set","version":1,"neighbors":1,"motifs":[{"positions":[[1,2,null]]}]}',
      'f.json, motif 0: found other positions',
    ],
    [
      '{"format":"glassy-motifs motif set","version":1,"neighbors":1,"motifs":[{"positions":[[1,2,3]],"atoms":[0]}]}',
      'f.json, motif 0: found other atoms',
    ],
  ])('refuses %s', (text, message) => {
    expect(() => parseMotifJson(text, 'f.json')).toThrow(message);
  });
});
