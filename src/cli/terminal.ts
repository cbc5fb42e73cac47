import * as fs from 'node:fs';
import { createProgress, type Progress, type ProgressKind, type ProgressStream } from './progress';

/** `-` as a file name: standard output, or standard input. */
export const STANDARD = '-';

/** What asks a process to end: Ctrl-C, a scheduler, a terminal that closes. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The world of a command: where it writes, and whether it is asked to stop. */
export interface Terminal {
  /** Data, on standard output. */
  write(text: string): void;
  /** One line on what was done: on standard output, on standard error if data go there. */
  say(text: string, out?: string): void;
  /** Progress on standard error. */
  progress(label: string, total: number): Progress;
  /** Of the command that runs: how progress is shown, and what goes into the files that it writes. */
  command: { progress?: ProgressKind; provenance?: Record<string, unknown> };
  /** Aborted by the first Ctrl-C, or signal to end, from this call on; a second one ends the process. */
  interruption(): AbortSignal;
}

/** The process's own terminal. */
export function processTerminal(): Terminal {
  const terminal: Terminal = {
    command: {},
    write: (text) => writeWhole(1, text),
    say: (text, out) => writeWhole(out === STANDARD ? 2 : 1, `${text}\n`),
    progress: (label, total) =>
      createProgress(process.stderr as ProgressStream, label, total, { kind: terminal.command.progress }),
    interruption: () => {
      const controller = new AbortController();
      const stop = (): void => {
        // Without a listener, the next one ends the process.
        for (const signal of SIGNALS) process.removeListener(signal, stop);
        controller.abort();
      };
      for (const signal of SIGNALS) process.on(signal, stop);
      return controller.signal;
    },
  };
  return terminal;
}

/** Writes all of a text to a descriptor before returning, so that leaving the process loses nothing. */
function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0);
      // A full pipe that does not block: its reader is slower than this.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
