import { PassThrough } from 'node:stream';
import { expect, describe as group, it } from 'vitest';
import { formatDuration, liveLine, refusal, takeStep } from '../../scripts/lib/steps.mjs';

/** A terminal of 60 columns, or a file, that keeps what is written. @param {boolean} isTTY */
function sink(isTTY) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream: /** @type {any} */ (stream), text: () => text };
}
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

group('liveLine', () => {
  it('puts several side by side on a terminal, within its width, and takes away the one that ended', async () => {
    const { stream, text } = sink(true);
    const [one, two] = [liveLine(stream, 'notebook one'), liveLine(stream, 'notebook two')];
    one.show('cell 1');
    two.show('cell 2');
    await pause(300);
    const drawn = text().split('\r\x1b[K').at(-1) ?? '';
    expect(drawn).toMatch(/^ {2}… notebook one .* · notebook two /);
    expect(drawn.length).toBeLessThan(60);
    one.end();
    await pause(300);
    const left = text().split('\r\x1b[K').at(-1) ?? '';
    expect(left).toContain('two (0 s) cell 2');
    expect(left).not.toContain('one');
    two.end();
  });

  it('prints a line for what changed elsewhere', async () => {
    const { stream, text } = sink(false);
    const line = liveLine(stream, 'notebook one', 20);
    line.show('cell 1');
    await pause(90);
    line.end();
    expect(text()).toBe('  … notebook one (0 s) cell 1\n');
  });
});

group('takeStep', () => {
  /** @param {() => void} perform */
  const step = (perform) => ({ name: 'work', isDone: () => false, perform });

  it('says that a step was done, or failed, above the line of another one on a terminal', async () => {
    const { stream, text } = sink(true);
    const other = liveLine(stream, 'other');
    await takeStep(
      step(() => {}),
      stream,
    );
    const failing = step(() => {
      throw new Error('no');
    });
    await expect(takeStep(failing, stream)).rejects.toThrow('no');
    other.end();
    const lines = text().split('\n');
    expect(lines[0]).toMatch(/\[K✓ work \(.* s\)$/);
    expect(lines[1]).toMatch(/\[K✗ work failed \(/);
  });
});

group('formatDuration', () => {
  it('gives seconds up to a minute', () => {
    expect([3210, 12_340, 125_900].map(formatDuration)).toEqual(['3.21 s', '12.3 s', '2 min 05 s']);
  });
});

group('refusal', () => {
  it.each([
    ['ENOSPC', 'no space left on device'],
    ['EROFS', 'read-only file system'],
    ['EACCES', 'permission denied'],
    ['ENOTDIR', 'not a directory'],
  ])('says %s in one line with the file', (code, words) => {
    const error = Object.assign(new Error(`${code}: ${words}, mkdir '/full/report'`), { code, path: '/full/report' });
    expect(refusal(error)).toBe(`\n/full/report cannot be written: ${words}.`);
  });

  it('leaves other errors their stack', () => {
    expect(refusal(new TypeError('x'))).toBeUndefined();
    expect(refusal(Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBeUndefined();
  });
});
