import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Children of this process that lead a process group of their own.
 * @type {Set<import('node:child_process').ChildProcess>}
 */
const groups = new Set();
let guarded = false;
/** From the signal that ends this process on: children that end then have not failed, and no more are started. */
let ending = false;

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
export function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // already gone
  }
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Ends every child group: politely, then after `grace` ms for certain.
 * @param {number} [grace]
 */
export async function endChildren(grace = 8000) {
  for (const child of groups) signalGroup(child, 'SIGTERM');
  const deadline = Date.now() + grace;
  while (groups.size && Date.now() < deadline) await pause(50);
  for (const child of groups) signalGroup(child, 'SIGKILL');
}

/** From now on Ctrl-C, a kill, or the death of the process that started this one also ends the children. */
function guard() {
  if (guarded) return;
  guarded = true;
  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    if (ending) return;
    ending = true;
    await endChildren();
    process.exit(128 + (constants.signals[signal] ?? 1));
  };
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => void end(signal));
  }
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void end('SIGTERM'), 1000).unref();
  process.on('exit', () => {
    for (const child of groups) signalGroup(child, 'SIGKILL');
  });
}

/**
 * Starts a child in a process group of its own that does not outlive this process.
 * @param {string} command @param {string[]} args @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  guard();
  const child = spawn(command, args, { detached: process.platform !== 'win32', ...options });
  groups.add(child);
  child.once('close', () => groups.delete(child));
  child.once('error', () => groups.delete(child));
  return child;
}

/**
 * Calls back with each line of a text that comes in pieces, but for blank ones.
 * @param {(line: string) => void} onLine
 */
export function lineReader(onLine) {
  let rest = '';
  return {
    /** @param {string} text */
    take(text) {
      const lines = (rest + text).split(/[\r\n]+/);
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim()) onLine(line.trimEnd());
    },
    end() {
      if (rest.trim()) onLine(rest.trimEnd());
      rest = '';
    },
  };
}

/** What a finished child left. @typedef {{ code: number, output: string, stdout: string }} Finished */

/**
 * Runs a command to its end and collects what it prints; never rejects for a failing command. Stays pending while this
 * process is being ended.
 * @param {string} command @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { onStart?: (child: import('node:child_process').ChildProcess) =>
 * void, onLine?: (line: string) => void, timeout?: number }} [options]
 * @returns {Promise<Finished>}
 */
export function run(command, args, options = {}) {
  const { onStart = () => {}, onLine = () => {}, timeout, ...rest } = options;
  return new Promise((resolve) => {
    if (ending) return;
    const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...rest });
    onStart(child);
    let output = '';
    let stdout = '';
    const timer = timeout ? setTimeout(() => signalGroup(child, 'SIGKILL'), timeout) : undefined;
    const lines = lineReader(onLine);
    /** @param {string} text */
    const take = (text) => {
      output += text;
      lines.take(text);
    };
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      take(text);
    });
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: output + error.message, stdout });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (ending) return;
      lines.end();
      resolve({ code: code ?? (signal ? 128 + (constants.signals[signal] ?? 0) : 1), output, stdout });
    });
  });
}

/**
 * Runs a command with this process's terminal; gives its exit code.
 * @param {string} command @param {string[]} args @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function attach(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    // The terminal's Ctrl-C reaches a child of the same group by itself.
    const child = start(command, args, { stdio: 'inherit', detached: false, ...options });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
}
