import { runProgram } from './program';
import { processTerminal } from './terminal';

void runProgram(process.argv.slice(2), processTerminal(), (line) => process.stderr.write(`${line}\n`)).then((code) => {
  process.exitCode = code;
});
