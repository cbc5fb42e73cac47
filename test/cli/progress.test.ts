import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress';

function recorder(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe('createProgress', () => {
  it('writes nothing where there is no terminal', () => {
    const stream = recorder(false);
    const progress = createProgress(stream, 'epoch', 2, () => 0);
    progress.update(1);
    progress.update(2);
    progress.finish();
    expect(stream.written).toEqual([]);
  });
  it('writes over one line, says how long it takes, and takes the line away', () => {
    const stream = recorder(true);
    let now = 0;
    const progress = createProgress(stream, 'epoch', 4, () => now);
    now = 1000;
    progress.update(1, 'loss 3');
    progress.finish();
    expect(stream.written).toEqual(['\r\u001b[Kepoch 1/4 3 s left  loss 3', '\r\u001b[K']);
  });
  it('writes ten times a second at most, and the last', () => {
    const stream = recorder(true);
    let now = 0;
    const progress = createProgress(stream, 'x', 1000, () => now);
    for (let k = 1; k <= 1000; k++) {
      now++;
      progress.update(k);
    }
    expect(stream.written.length).toBe(11);
    expect(stream.written[10]).toContain('x 1000/1000');
  });
  it('keeps within the terminal', () => {
    const stream = recorder(true, 12);
    createProgress(stream, 'a long label', 10, () => 0).update(10);
    expect(stream.written[0].replace('\r\u001b[K', '').length).toBe(11);
  });
});
