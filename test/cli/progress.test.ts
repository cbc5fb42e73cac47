import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress';

function recorder(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe('createProgress', () => {
  it.each([
    [undefined, false, ['epoch 2/4 60 s left  loss 3\n', 'epoch 4/4 0 s left\n']],
    ['plain', true, ['epoch 2/4 60 s left  loss 3\n', 'epoch 4/4 0 s left\n']],
    ['none', true, []],
    [
      'json',
      false,
      [
        '{"label":"epoch","done":2,"total":4,"seconds":60,"left":60,"note":"loss 3"}\n',
        '{"label":"epoch","done":4,"total":4,"seconds":120,"left":0,"note":""}\n',
      ],
    ],
  ] as const)('as %s, on a terminal: %s, writes a line a minute', (kind, isTTY, lines) => {
    const stream = recorder(isTTY);
    let now = 0;
    const progress = createProgress(stream, 'epoch', 4, { kind, clock: () => now });
    for (const [seconds, done, note] of [
      [30, 1, 'loss 4'],
      [60, 2, 'loss 3'],
      [90, 3, 'loss 2'],
      [120, 4, ''],
    ] as const) {
      now = 1000 * seconds;
      progress.update(done, note);
    }
    progress.finish();
    expect(stream.written).toEqual(lines);
  });
  it('writes over one line, says how long it takes, and takes the line away', () => {
    const stream = recorder(true);
    let now = 0;
    const progress = createProgress(stream, 'epoch', 4, { clock: () => now });
    now = 1000;
    progress.update(1, 'loss 3');
    progress.finish();
    expect(stream.written).toEqual(['\r\u001b[Kepoch 1/4 3 s left  loss 3', '\r\u001b[K']);
  });
  it('writes ten times a second at most, and the last', () => {
    const stream = recorder(true);
    let now = 0;
    const progress = createProgress(stream, 'x', 1000, { clock: () => now });
    for (let k = 1; k <= 1000; k++) {
      now++;
      progress.update(k);
    }
    expect(stream.written.length).toBe(11);
    expect(stream.written[10]).toContain('x 1000/1000');
  });
  it('keeps within the terminal', () => {
    const stream = recorder(true, 12);
    createProgress(stream, 'a long label', 10, { clock: () => 0 }).update(10);
    expect(stream.written[0].replace('\r\u001b[K', '').length).toBe(11);
  });
});
