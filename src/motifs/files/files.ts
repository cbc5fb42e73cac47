import { latin1, utf8 } from '../../core/bytes';
import { requireKnownOptions, requireOneOf } from '../../core/errors';
import { readBytes } from '../../core/files';
import { joined } from '../../core/rows';
import { bytesOf, parseExtxyz } from '../../structures/extxyzRead';
import { formatExtxyz } from '../../structures/extxyzWrite';
import type { Motifs } from '../types';
import { motifFrames, motifsOfFrames } from './frames';
import { motifJsonBlocks, parseMotifJson } from './json';
import { motifParquetBlocks, parseMotifParquet } from './parquet';
import { rangesOf } from './rows';

/** How files hold motifs. */
export type MotifFormat = 'extxyz' | 'json' | 'parquet';

const FORMATS: readonly MotifFormat[] = ['extxyz', 'json', 'parquet'];

/** Options of {@link parseMotifs}. */
export interface ParseMotifsOptions {
  /** By default recognized by the content. */
  format?: MotifFormat;
  /** Name of the text in messages, usually the file's. */
  source?: string;
}

/**
 * Motifs of a text or bytes as {@link formatMotifs} writes them: extended XYZ, JSON or Parquet.
 *
 * @param content text, or bytes (UTF-8), gzipped or not
 * @throws InputError naming source and motif (or frame) of bad input, and for frames that are no motifs
 */
export async function parseMotifs(content: string | Uint8Array, options: ParseMotifsOptions = {}): Promise<Motifs> {
  requireKnownOptions(options, ['format', 'source']);
  const { source = 'text' } = options;
  const bytes = bytesOf(content, source);
  const format = requireOneOf(options.format ?? recognize(bytes), FORMATS, 'option format');
  if (format === 'parquet') return parseMotifParquet(bytes, source);
  if (format === 'json') return parseMotifJson(utf8(bytes, source), source);
  return motifsOfFrames(parseExtxyz(bytes, { source }), source);
}

function recognize(bytes: Uint8Array): MotifFormat {
  const head = latin1(bytes.subarray(0, 64)).trimStart();
  if (head.startsWith('PAR1')) return 'parquet';
  return head.startsWith('{') ? 'json' : 'extxyz';
}

/** Motifs of a file, as {@link parseMotifs} reads them. Throws InputError as that does, or if it cannot be read. */
export async function readMotifs(file: string): Promise<Motifs> {
  return parseMotifs(readBytes(file), { source: file });
}

/**
 * Motifs as extended XYZ (a frame a motif), JSON (a line a motif) or Parquet (a row a motif); numbers read back as the
 * same doubles.
 *
 * @param options.format extended XYZ if absent
 * @returns text; of Parquet, bytes
 * @throws InputError if there is no such format
 */
export async function formatMotifs(
  motifs: Motifs,
  options: { format?: MotifFormat } = {},
): Promise<string | Uint8Array> {
  requireKnownOptions(options, ['format']);
  const format = requireOneOf(options.format ?? 'extxyz', FORMATS, 'option format');
  if (format === 'parquet') return joined(Uint8Array, [...(await motifParquetBlocks(motifs))]);
  return Array.from(motifBlocks(motifs, format)).join('');
}

/** The text of {@link formatMotifs} in pieces, for sets that no string holds. */
export function* motifBlocks(motifs: Motifs, format: 'extxyz' | 'json'): Generator<string> {
  if (format === 'json') yield* motifJsonBlocks(motifs);
  else for (const [from, to] of rangesOf(motifs)) yield formatExtxyz(motifFrames(motifs, from, to));
}
