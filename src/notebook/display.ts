import { requireKnownOptions, writeFileAtomic } from '../core';
import type { Figure } from './figure';
import { figureJson, renderCompactPng, renderPng } from './render';
import { viewerHtml } from './viewer';

/** One output for Jupyter: the same content in several MIME types. */
interface DisplayData {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

type WriteDisplay = (data: DisplayData, update: boolean) => void;

/** The kernel's output channel, or undefined outside a notebook. */
function kernelDisplay(): WriteDisplay | undefined {
  // tslab's public display sends one MIME type a call; this internal of tslab 1.0.22 sends a bundle. It has to be read
  // afresh every time, because tslab replaces it with every cell, and from the copy of tslab that is the kernel.
  const kernel = Object.keys(require.cache).find((file) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file));
  if (kernel === undefined) return undefined;
  return (
    (require.cache[kernel]!.exports as { lastWriteDisplayData: WriteDisplay | null }).lastWriteDisplayData ?? undefined
  );
}

/** True in a Jupyter kernel. */
export function inNotebook(): boolean {
  return kernelDisplay() !== undefined;
}

/** Sends one output to the notebook, in place of the one with the same id if `update`; nothing happens elsewhere. */
export function sendDisplay(
  data: Record<string, unknown>,
  options: { metadata?: Record<string, unknown>; id?: string; update?: boolean } = {},
): void {
  const transient = options.id === undefined ? {} : { display_id: options.id };
  kernelDisplay()?.({ data, metadata: options.metadata ?? {}, transient }, options.update ?? false);
}

/** Options of {@link show}. */
export interface ShowOptions {
  /** What the reader sees, below the figure: Markdown, LaTeX between dollars. */
  caption: string;
  /** The figure in words for who cannot see it; default the caption. */
  alt?: string;
  /** Also writes the static picture to this file (PNG). */
  file?: string;
  /** Pixels of that file to a figure pixel (default 2; 4 prints at 300 dpi and more). */
  scale?: number;
}

/**
 * Shows a figure in the notebook, interactive where scripts run and a picture elsewhere, and its caption below. Outside
 * a notebook it only writes `file`, if given.
 */
export async function show(figure: Figure, options: ShowOptions): Promise<void> {
  requireKnownOptions(options, ['caption', 'alt', 'file', 'scale']);
  if (options.file !== undefined) writeFileAtomic(options.file, await renderPng(figure, options.scale));
  if (!inNotebook()) return;
  // One pixel to one: JupyterLab's plotly renderer shows the PNG at its own size until the pointer comes.
  const bytes = Buffer.from(await renderCompactPng(figure));
  const png = bytes.toString('base64');
  // A PNG states its size at bytes 16 and 20.
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const alt = options.alt ?? options.caption;
  const config = { responsive: false, displaylogo: false, scrollZoom: false };
  const interactive = figure.drawing
    ? {}
    : { 'application/vnd.plotly.v1+json': { ...JSON.parse(figureJson(figure)), config } };
  const metadata = { 'image/png': { width, height, alt } };
  sendDisplay({ ...interactive, 'image/png': png, 'text/plain': options.caption }, { metadata });
  if (figure.drawing) sendDisplay({ 'text/html': viewerHtml(figure.drawing) });
  sendDisplay({ 'text/markdown': emphasized(options.caption), 'text/plain': options.caption });
}

/**
 * Shows rows as a table (Markdown in a notebook, printed elsewhere): the keys of the first row are the columns; give
 * numbers as text with the decimals they deserve.
 */
export function showTable(rows: readonly Record<string, string | number>[], options: { caption?: string } = {}): void {
  requireKnownOptions(options, ['caption']);
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  const plain = cells.map((row) => row.map((cell, k) => cell.padStart(widths[k])).join('  ')).join('\n');
  const [head, ...body] = cells.map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`);
  const caption = options.caption === undefined ? '' : `\n\n${emphasized(options.caption)}`;
  const markdown = [head, `|${columns.map(() => ' ---: |').join('')}`, ...body].join('\n') + caption;
  if (inNotebook()) sendDisplay({ 'text/markdown': markdown, 'text/plain': plain });
  else process.stdout.write(`${plain}\n`);
}

/** A caption, in which Markdown works and HTML does not. */
function emphasized(caption: string): string {
  return `*${caption.replace(/<(?=[a-z/!?])/gi, '&lt;')}*`;
}

/** Text as it may stand in a cell of a Markdown table: no mark, mathematics, link or HTML in it works. */
function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[&<>|$*_`\\~]|(?<=\])\(/g, (mark) => `&#${mark.codePointAt(0)};`);
}
