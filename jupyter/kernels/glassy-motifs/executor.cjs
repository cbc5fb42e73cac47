const { setImmediate: turn } = require('node:timers/promises');
const { inspect, types } = require('node:util');
const { tslab, takeMaps } = require('./tslab.cjs');
const { calledAt, loopsOverAwaited, originalPosition, sourceLine, writeOut } = require('./source.cjs');

const { createConverter } = tslab('converter');
const { createExecutor } = tslab('executor');

/** What Jupyter shows of a failure. @typedef {{ ename: string, evalue: string, traceback: string[] }} Failure */

const STOPPED = { ename: 'KeyboardInterrupt', evalue: 'stopped by the user' };
/** Frames of the machinery that runs cells. */
const INTERNAL =
  /\bnode:|[\\/]tslab[\\/]dist[\\/]|[\\/]jupyter[\\/]kernels[\\/]|evalmachine\.<anonymous>|at new Script/;
/** The name under which the engine knows the code of a cell. */
const CELL = /\(?\bglassy-cell-(\d+):(\d+):(\d+)\)?/;

/** Thrown to leave tslab between compiling a cell and running it. */
const COMPILED = new Error('compiled');

/** Runs cells with tslab, and says what became of them. */
exports.Executor = class {
  constructor() {
    this.failures = [];
    this.diagnostics = [];
    this.cells = new Map();
    this.count = 0;
    const converter = createConverter({ isJS: false, isBrowser: false });
    // Node drops a signal that came while a cell was compiled, unless the event loop turns before it runs.
    const convert = (before, code) => {
      const { converted } = this;
      this.converted = undefined;
      if (converted !== undefined) return converted;
      this.converted = this.convert(converter, before, code);
      throw COMPILED;
    };
    const node = { ...converter, convert };
    const output = { log: console.log, error: (...given) => this.failures.push(given[0]) };
    this.inner = createExecutor(process.cwd(), { node, browser: node, close: () => converter.close() }, output);
    this.inspectName = (code, position) => this.inner.inspect(code, position);
  }

  convert(converter, before, code) {
    takeMaps();
    const cell = writeOut(code);
    const { diagnostics, ...made } = converter.convert(before, cell.text);
    this.cells.set(this.count, { maps: takeMaps().pop(), lines: code.split('\n') });
    this.diagnostics = diagnostics.map((found) => {
      const before = code.slice(0, originalPosition(cell, found.start.offset)).split('\n');
      return { ...found, line: before.length, column: before[before.length - 1].length + 1 };
    });
    const output = made.output && `${made.output}\n//# sourceURL=glassy-cell-${this.count}`;
    return { ...made, diagnostics, output, hasToplevelAwait: made.hasToplevelAwait || loopsOverAwaited(code) };
  }

  /**
   * Runs a cell, unless it was stopped while it was compiled.
   * @param {string} code @param {number} count its number @param {() => boolean} isStopped
   * @returns {Promise<Failure | null>}
   */
  async execute(code, count, isStopped) {
    Object.assign(this, { failures: [], diagnostics: [], count, converted: undefined });
    const done = await this.inner.execute(code).catch(async (error) => {
      if (error !== COMPILED) throw error;
      // Only the second is surely after signals were looked for.
      await turn();
      await turn();
      return isStopped() ? undefined : this.inner.execute(code);
    });
    if (done) return null;
    if (done === undefined) return this.stopped();
    if (this.diagnostics.length > 0) return this.mistake(code);
    return this.describe(this.failures[0]);
  }

  /** What the compiler found. @param {string} code @returns {Failure} */
  mistake(code) {
    const lines = code.split('\n');
    const shown = this.diagnostics.map(({ line, column, messageText, fileName }) =>
      fileName ? `${fileName}: ${messageText}` : `${line}:${column} - ${messageText}\n    ${lines[line - 1].trim()}`,
    );
    return failure('TypeScriptError', String(this.diagnostics[0].messageText), shown);
  }

  /** @param {unknown} error @returns {Failure} */
  describe(error) {
    if (error?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' || error?.message === 'Interrupted asynchronously') {
      return this.stopped();
    }
    if (!types.isNativeError(error)) return failure('Thrown', typeof error === 'string' ? error : inspect(error), []);
    const frames = String(error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line) && !INTERNAL.test(line))
      .map((line) => this.frame(line))
      .filter((line, k, all) => line !== undefined && line !== all[k - 1]);
    const cause = error.cause === undefined ? [] : [`caused by ${this.describe(error.cause).traceback.join('\n')}`];
    return failure(error.name, error.message, [...frames, ...cause]);
  }

  /** @returns {Failure} */
  stopped() {
    return failure(STOPPED.ename, STOPPED.evalue, []);
  }

  /** A line of a stack with the line of the cell in place of that of its translation. @param {string} line */
  frame(line) {
    const found = CELL.exec(line);
    if (found === null) return line;
    const [place, count, row, column] = found;
    const cell = this.cells.get(Number(count));
    const at = cell?.maps && sourceLine(cell.maps, Number(row), Number(column));
    if (at === undefined) return undefined;
    const words = `cell ${count}, line ${at}`;
    const named = place.startsWith('(') ? `(${words})` : words;
    return `${line.replace(CELL, () => named)}: ${(cell.lines[at - 1] ?? '').trim()}`;
  }

  inspect(code, position) {
    const called = calledAt(code, position);
    return this.inspectName(code, position) ?? (called === undefined ? undefined : this.inspectName(code, called));
  }

  complete(code, position) {
    return this.inner.complete(code, position);
  }

  interrupt() {
    this.inner.interrupt();
  }

  close() {
    this.inner.close();
  }
};

/** @param {string} ename @param {string} evalue @param {string[]} rest @returns {Failure} */
function failure(ename, evalue, rest) {
  return { ename, evalue, traceback: [`\x1b[1;31m${ename}\x1b[0m: ${evalue}`, ...rest] };
}
