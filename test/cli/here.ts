import { runProgram } from '../../src/cli/program';
import { createProgress } from '../../src/cli/progress';
import { STANDARD, type Terminal } from '../../src/cli/terminal';

/** What a command line did, all it wrote apart by where it went. */
export interface Heard {
  code: number;
  stdout: string;
  /** Lines on standard output, and those on standard error. */
  said: string;
  told: string;
  progress: string;
  complaints: string[];
}

/** Runs a command line in this process; progress as on a terminal, if so wished. */
export async function runHere(line: string, isTTY = false): Promise<Heard> {
  const heard = { stdout: '', said: '', told: '', progress: '', complaints: [] as string[] };
  const stream = { isTTY, write: (text: string) => (heard.progress += text) };
  const terminal: Terminal = {
    command: {},
    write: (text) => (heard.stdout += text),
    say: (text, out) => (heard[out === STANDARD ? 'told' : 'said'] += `${text}\n`),
    progress: (label, total) => createProgress(stream, label, total, { kind: terminal.command.progress }),
    interruption: () => new AbortController().signal,
  };
  const code = await runProgram(line === '' ? [] : line.split(' '), terminal, (text) => heard.complaints.push(text));
  return { code, ...heard };
}
