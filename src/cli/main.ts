import { runProgram } from './program';
import { processTerminal } from './terminal';

// A terminal that has closed must not end what is being saved.
process.stderr.on('error', () => {});

void runProgram(process.argv.slice(2), processTerminal(), (line) => process.stderr.write(`${line}\n`)).then((code) => {
  process.exitCode = code;
});
