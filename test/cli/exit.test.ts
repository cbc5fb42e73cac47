import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeFailure, InterruptedError } from '../../src/cli/exit';
import { InputError } from '../../src/core/errors';
import { NonFiniteLossError } from '../../src/model/trainer';

describe('describeFailure', () => {
  it('bad input: 1, in the names of the command line', () => {
    const error = new InputError('option batchSize', '0', 'an integer of at least 1');
    expect(describeFailure(error, ['--batch-size'])).toEqual({
      code: 1,
      text: 'option --batch-size: found 0, expected an integer of at least 1',
    });
    expect(describeFailure(error, []).text).toContain('option batchSize');
  });
  it('usage: 1, in one line', () => {
    const error = new CommanderError(
      1,
      'commander.unknownOption',
      "error: unknown option '--sed'\n(Did you mean --seed?)",
    );
    expect(describeFailure(error)).toEqual({ code: 1, text: "unknown option '--sed' (Did you mean --seed?)" });
  });
  it('help asked for: 0, nothing to say', () => {
    expect(describeFailure(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'))).toEqual({
      code: 0,
      text: '',
    });
  });
  it('a training that diverged: 1', () => {
    expect(describeFailure(new NonFiniteLossError(1, 2, 0.1, Number.NaN)).code).toBe(1);
  });
  it('an error of the file system: 1', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(describeFailure(error)).toEqual({ code: 1, text: error.message });
  });
  it('Ctrl-C: 130', () =>
    expect(describeFailure(new InterruptedError('stopped'))).toEqual({ code: 130, text: 'stopped' }));
  it('anything else: 2, with the stack', () => {
    const { code, text } = describeFailure(new TypeError('oops'));
    expect(code).toBe(2);
    expect(text).toMatch(/internal error.*TypeError: oops\n.*exit\.test/s);
  });
});
