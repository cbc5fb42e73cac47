import * as fs from 'node:fs';
import * as path from 'node:path';
import { SetupError } from './project.mjs';

/**
 * @typedef {{ output_type: string, name?: string, text?: string | string[], data?: Record<string, any>, ename?: string,
 * evalue?: string, traceback?: string[] }} Output
 */
/**
 * @typedef {{ cell_type: string, source: string | string[], outputs?: Output[], execution_count?: number | null,
 * metadata?: Record<string, any> }} Cell
 */
/** @typedef {{ cells: Cell[], metadata: Record<string, any>, nbformat: number, nbformat_minor: number }} Notebook */

/**
 * The project's notebooks, which have a number; others in the folder are somebody's own.
 * @param {string} folder @returns {string[]} names without extension, in order
 */
export function notebookNames(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((file) => /^\d\d-.*\.ipynb$/.test(file))
    .map((file) => path.basename(file, '.ipynb'))
    .sort();
}

/** @param {string} file @returns {Notebook} */
export function readNotebook(file) {
  try {
    const notebook = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (Array.isArray(notebook?.cells)) return notebook;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SetupError(`${file} is empty or damaged: it is no notebook.`);
}

/** Notebook text, which may be stored as one string or as lines. @param {string | string[] | undefined} text */
export function joined(text) {
  return Array.isArray(text) ? text.join('') : (text ?? '');
}

/**
 * What makes a notebook's results: its cells, but neither outputs nor the traces of an earlier run.
 * @param {Notebook} notebook
 */
export function sourceOf(notebook) {
  return JSON.stringify(notebook.cells.map((cell) => [cell.cell_type, joined(cell.source)]));
}

/**
 * Everything in an executed notebook that a reader should not meet: errors, and anything on stderr, which is where
 * the TypeScript kernel reports a failed cell.
 * @param {Notebook} notebook @returns {{ cell: number, text: string }[]} cells counted from 1, code cells only
 */
export function notebookProblems(notebook) {
  /** @type {{ cell: number, text: string }[]} */
  const problems = [];
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
  code.forEach((cell, index) => {
    for (const output of cell.outputs ?? []) {
      const text =
        output.output_type === 'error'
          ? output.traceback?.join('\n') || `${output.ename}: ${output.evalue}`
          : output.output_type === 'stream' && output.name === 'stderr'
            ? joined(output.text)
            : '';
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colors begin with one
      if (text.trim()) problems.push({ cell: index + 1, text: text.replace(/\x1b\[[0-9;]*m/g, '').trim() });
    }
  });
  return problems;
}

/**
 * The static figures, in order, decoded.
 * @param {Notebook} notebook @returns {Buffer[]}
 */
export function figuresOf(notebook) {
  return notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.['image/png'])
    .filter(Boolean)
    .map((png) => Buffer.from(joined(png), 'base64'));
}

/** Markdown's marks taken away, and the dollar signs of mathematics that needs no setting. @param {string} markdown */
function plain(markdown) {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\$([^$\\^_{}]+)\$/g, '$1')
    .replace(/(\*\*|__|`)/g, '')
    .replace(/(^|\W)[*_](\S[^*_]*)[*_]/g, '$1$2')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * A period, but not of "e.g.", "Fig. 3" or "(M. Uhrín, A. Paulish)", then a space and something that begins a sentence.
 */
const SENTENCE_END =
  /(?<!\b(?:e\.g|i\.e|cf|vs|[Ff]igs?|[Ee]qs?|[Rr]efs?|al|approx|Phys|Chem|Lett)|[(,]\s?[A-Z])[.!?](?=\s+[A-Z0-9*$(])/;

/**
 * Title and one line on a notebook, from its first markdown cell: the heading, and the first sentence after it.
 * @param {Notebook} notebook @param {string} fallback title if there is no heading
 */
export function describe(notebook, fallback) {
  const first = joined(notebook.cells.find((cell) => cell.cell_type === 'markdown')?.source);
  const blocks = first.split(/\n\s*\n|\n(?=#)|(?<=^#[^\n]*)\n/m).map((block) => block.trim());
  const heading = blocks.find((block) => block.startsWith('#'));
  const paragraph = plain(blocks.find((block) => block && !block.startsWith('#')) ?? '');
  const end = paragraph.search(SENTENCE_END);
  return {
    title: heading ? plain(heading.replace(/^#+/, '').split('\n')[0]) : fallback,
    line: end < 0 ? paragraph : paragraph.slice(0, end + 1),
  };
}

/**
 * The notebook as stored: without the traces of time and machine that a run leaves in the metadata.
 * @param {Notebook} notebook @returns {string} the file's content
 */
export function formatStored(notebook) {
  const cells = notebook.cells.map((cell) => {
    const { execution: _execution, ...metadata } = cell.metadata ?? {};
    return { ...cell, metadata };
  });
  return `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
}
