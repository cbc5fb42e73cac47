import { SetupError } from './project.mjs';

/**
 * What a step may say while it runs.
 * @typedef {{ progress: (text: string) => void, note: (text: string) => void }} Progress
 */
/**
 * @typedef {object} Step
 * @property {string} name shown to the user
 * @property {() => boolean | Promise<boolean>} isDone true if there is nothing to do; must take well under a second
 * @property {(progress: Progress) => void | Promise<void>} perform throws on failure
 */

/** @param {number} milliseconds */
export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

/**
 * The live lines of each terminal, which share its last line.
 * @type {WeakMap<NodeJS.WriteStream, Set<() => string>>}
 */
const shared = new WeakMap();

/**
 * Writes whole lines above the live ones of a terminal.
 * @param {NodeJS.WriteStream} stream @param {string} text
 */
function writeAbove(stream, text) {
  stream.write(`${stream.isTTY ? '\r\x1b[K' : ''}${text}\n`);
}

/**
 * A line that shows what goes on: rewritten in place on a terminal, every `every` ms otherwise. Several at once stand
 * side by side.
 * @param {NodeJS.WriteStream} stream @param {string} name @param {number} [every]
 */
export function liveLine(stream, name, every = 15_000) {
  const begun = Date.now();
  let latest = '';
  let shown = '';
  const elapsed = () => formatDuration(Math.floor((Date.now() - begun) / 1000) * 1000).replace(/\.\d+/, '');
  const line = () => `${name} (${elapsed()}) ${latest}`.trim();
  const lines = shared.get(stream) ?? new Set();
  shared.set(stream, lines.add(line));
  const draw = () => {
    if (stream.isTTY) {
      const width = (stream.columns ?? 80) - 1;
      const part = Math.floor((width - 4) / lines.size);
      const parts = [...lines].map((other) => (lines.size > 1 ? other().slice(0, part - 3) : other()));
      stream.write(`\r\x1b[K${`  … ${parts.join(' · ')}`.slice(0, width)}`);
    } else if (latest !== shown) {
      shown = latest;
      stream.write(`  … ${name} (${elapsed()}) ${latest.slice(0, 140)}\n`);
    }
  };
  const timer = setInterval(draw, stream.isTTY ? 250 : every);
  timer.unref();
  return {
    /** @param {string} text */
    show(text) {
      latest = text.trim();
    },
    /** @param {string} text */
    print(text) {
      writeAbove(stream, `  ${text}`);
    },
    end() {
      clearInterval(timer);
      lines.delete(line);
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}

/**
 * Runs the step unless it is done already; prints its name and time either way.
 * @param {Step} step @param {NodeJS.WriteStream} [stream] @returns {Promise<boolean>} true if it was run
 */
export async function takeStep(step, stream = process.stdout) {
  const begun = Date.now();
  const spent = () => formatDuration(Date.now() - begun);
  if (await step.isDone()) {
    writeAbove(stream, `✓ ${step.name}: already done (${spent()})`);
    return false;
  }
  const line = liveLine(stream, step.name);
  try {
    await step.perform({ progress: line.show, note: line.print });
  } catch (error) {
    line.end();
    stream.write(`✗ ${step.name} failed (${spent()})\n`);
    throw error;
  }
  line.end();
  stream.write(`✓ ${step.name} (${spent()})\n`);
  return true;
}

/** What the file system refused, in one line; undefined for any other error. @param {unknown} error */
export function refusal(error) {
  const { code, path: place, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (!/^E(ACCES|ROFS|PERM|NOSPC|DQUOT|NOTDIR|ISDIR|EXIST|MFILE|IO)$/.test(code ?? '')) return undefined;
  return `\n${place ?? 'A file'} cannot be written: ${message.replace(/^\w+: /, '').replace(/, \w+( '.*')?$/, '')}.`;
}

/**
 * Runs a script's main function: a {@link SetupError} and what the file system refuses are shown as one message,
 * anything else with its stack.
 * @param {() => Promise<number | void>} main giving the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : (refusal(error) ?? error));
    process.exitCode = 1;
  }
}
