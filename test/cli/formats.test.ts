import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { formatChemiscope } from '../../src/cli/chemiscope';
import { motifFrames, motifsOfFrames } from '../../src/cli/motifFrames';
import { formatMotifJson, parseMotifJson } from '../../src/cli/motifJson';
import { formatMotifParquet } from '../../src/cli/motifParquet';
import { addCoordination } from '../../src/cli/motifSet';
import { createRng } from '../../src/core/random';
import { extractEnvironments } from '../../src/motifs/environments';
import { indicesOf, madeMotifs, symbolsOf } from '../../src/motifs/select';
import type { Motifs } from '../../src/motifs/types';
import { parseExtxyz } from '../../src/structures/extxyzRead';
import { formatExtxyz } from '../../src/structures/extxyzWrite';
import { toyCell } from './toy';

const cells = [toyCell('a', 1, ['Ga', 'As']), toyCell('12', 2)];
const rng = createRng(3);
const normals = (length: number): Float64Array => Float64Array.from({ length }, () => rng.normal());
const extracted = { ...extractEnvironments(cells, { cutoff: 4, count: 5 }), skipped: [] };
addCoordination(extracted, 2.85);
extracted.properties.latent = { columns: 3, values: normals(3 * extracted.length) };
const made = madeMotifs({ n: 4, length: 7, positions: normals(84) }, 'Si', {
  residual: { columns: 1, values: normals(7) },
});
const sets: [string, Motifs][] = [
  ['extracted', extracted],
  ['made', made],
];

describe.each(sets)('a motif set that was %s', (_name, set) => {
  it('comes back from extended XYZ to the last bit', () => {
    expect(motifsOfFrames(parseExtxyz(formatExtxyz(motifFrames(set))), 'text')).toEqual(set);
  });
  it('comes back from JSON to the last bit', () => {
    expect(parseMotifJson(formatMotifJson(set), 'text')).toEqual(set);
  });
  it('is in Parquet, a row a motif', async () => {
    const bytes = await formatMotifParquet(set);
    const rows = await parquetReadObjects({ file: bytes.buffer.slice(0, bytes.length) as ArrayBuffer });
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

describe('a motif frame', () => {
  const text = formatExtxyz(motifFrames(extracted)).split('\n');
  it('is the central atom, then its neighbors, in free space', () => {
    expect(text[0]).toBe('6');
    expect(text[1]).toMatch(/^Properties=species:S:1:pos:R:3:atom:I:1 motif=0 cell=a .*pbc="F F F"$/);
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

interface Chemiscope {
  structures: { size: number; names: string[]; x: number[]; y: number[]; z: number[]; cell?: number[] }[];
  environments: { structure: number; center: number; cutoff: number }[];
  properties: Record<string, { target: string; values: number[]; units?: string; description?: string }>;
  settings: { map: Record<string, { property: string }> };
}

/** What chemiscope's documentation asks of an input file. */
function requireChemiscope({ structures, environments, properties, settings }: Chemiscope): void {
  for (const { size, names, x, y, z, cell } of structures) {
    expect([names.length, x.length, y.length, z.length]).toEqual([size, size, size, size]);
    if (cell) expect(cell.length).toBe(9);
  }
  for (const { structure, center, cutoff } of environments) {
    expect(center).toBeLessThan(structures[structure].size);
    expect(center).toBeGreaterThanOrEqual(0);
    expect(cutoff).toBeGreaterThan(0);
  }
  for (const { target, values } of Object.values(properties)) {
    expect(target).toBe('atom');
    expect(values.length).toBe(environments.length);
    expect(values.every(Number.isFinite)).toBe(true);
  }
  for (const { property } of Object.values(settings.map)) expect(properties).toHaveProperty([property]);
}

describe('chemiscope input', () => {
  it('of cells shows environments in them', () => {
    const content = JSON.parse(formatChemiscope(extracted, cells, 4, 'x')) as Chemiscope;
    requireChemiscope(content);
    expect(content.structures.length).toBe(2);
    expect(content.structures[0].cell).toEqual(Array.from(cells[0].lattice));
    expect(content.environments[30]).toEqual({ structure: 1, center: 3, cutoff: 4 });
    expect(Object.keys(content.properties)).toEqual(
      expect.arrayContaining(['coordination', 'latent 1', 'latent 3', 'nearest neighbor', 'farthest neighbor']),
    );
    expect(content.settings.map.x.property).toBe('latent 1');
    expect(content.properties['latent 2'].values[5]).toBe(extracted.properties.latent.values[16]);
  });
  it('of made motifs shows each by itself', () => {
    const content = JSON.parse(formatChemiscope(made, [], 4, 'x')) as Chemiscope;
    requireChemiscope(content);
    expect(content.structures.length).toBe(7);
    expect(content.structures[0].cell).toBeUndefined();
    expect(content.environments[6]).toEqual({ structure: 6, center: 0, cutoff: 4 });
    expect(content.properties.residual.units).toBe('Å²');
  });
});
