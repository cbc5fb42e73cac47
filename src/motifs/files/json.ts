import { anything, checked, entries, list, optional } from '../../core/content';
import { InputError } from '../../core/errors';
import type { Motifs } from '../types';
import { type MotifRow, motifsOfRows, rangesOf, rowsOf, unitsOf } from './rows';

const FORMAT = 'glassy-motifs motif set';

type Row = Omit<MotifRow, 'positions' | 'properties'> & { positions: number[][]; [property: string]: unknown };

/** Motifs as JSON in pieces, one motif a line; numbers read back as the same doubles. */
export function* motifJsonBlocks(motifs: Motifs): Generator<string> {
  const head = {
    format: FORMAT,
    version: 1,
    neighbors: motifs.n,
    units: unitsOf(motifs),
    provenance: motifs.provenance,
  };
  const lineOf = ({ positions, properties, ...row }: MotifRow): string =>
    JSON.stringify({
      ...row,
      positions: Array.from({ length: motifs.n }, (_, k) => positions.slice(3 * k, 3 * k + 3)),
      ...properties,
    });
  yield `${JSON.stringify(head).slice(0, -1)},"motifs":[\n`;
  for (const [from, to] of rangesOf(motifs)) {
    yield `${rowsOf(motifs, from, to).map(lineOf).join(',\n')}${to < motifs.length ? ',' : ''}\n`;
  }
  yield ']}\n';
}

/** Reads what {@link motifJsonBlocks} wrote; throws InputError naming the file and motif that is anything else. */
export function parseMotifJson(text: string, source: string): Motifs {
  let content: { format?: unknown; version?: unknown; neighbors?: unknown; motifs?: unknown; provenance?: unknown };
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new InputError(source, (error as Error).message, 'JSON');
  }
  const { neighbors, motifs } = content ?? {};
  if (content?.format !== FORMAT || content.version !== 1 || !Number.isInteger(neighbors) || !Array.isArray(motifs)) {
    throw new InputError(source, 'other JSON', `"format": "${FORMAT}", "version": 1`);
  }
  list(entries(anything))(motifs, `${source}, motifs`);
  const provenance = optional(entries(anything));
  const set = motifsOfRows(neighbors as number, rowsOfJson(motifs as Row[]), source);
  return { ...set, provenance: checked(content.provenance, provenance, `${source}, provenance`) };
}

function* rowsOfJson(motifs: readonly Row[]): Generator<MotifRow> {
  for (const { cell, atoms, species, positions, ...properties } of motifs) {
    const flat = Array.isArray(positions) ? positions.flat() : [];
    yield { ...(cell !== undefined && { cell }), atoms, species, positions: flat, properties };
  }
}
