import { describe, expect, it } from 'vitest';
import { formatChemiscope } from '../../src/cli/chemiscope';
import { addCoordination } from '../../src/cli/coordination';
import { createRng } from '../../src/core/random';
import { extractEnvironments } from '../../src/motifs/environments';
import { madeMotifs } from '../../src/motifs/select';
import { toyCell } from './toy';

const cells = [toyCell('a', 1, ['Ga', 'As']), toyCell('12', 2)];
const rng = createRng(3);
const normals = (length: number): Float64Array => Float64Array.from({ length }, () => rng.normal());
const extracted = { ...extractEnvironments(cells, { cutoff: 4, count: 5 }), skipped: [] };
addCoordination(extracted, 2.85, cells);
extracted.properties.latent = { columns: 3, values: normals(3 * extracted.length) };
const made = madeMotifs({ n: 4, length: 7, positions: normals(84) }, 'Si', {
  residual: { columns: 1, values: normals(7) },
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
