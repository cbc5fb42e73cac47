/** A line that shows how far the work is. */
export interface Progress {
  /** `done` of the total; `note` after it. */
  update(done: number, note?: string): void;
  /** Takes the line away. */
  finish(): void;
}

/** What progress is written to: process.stderr is one. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two looks. */
const INTERVAL = 100;

/** A line of progress on a terminal; on anything else, nothing. */
export function createProgress(
  stream: ProgressStream,
  label: string,
  total: number,
  clock: () => number = Date.now,
): Progress {
  if (!stream.isTTY) return { update: () => {}, finish: () => {} };
  const start = clock();
  let last = -Infinity;
  return {
    update(done, note = '') {
      const now = clock();
      if (now - last < INTERVAL && done < total) return;
      last = now;
      const left = done > 0 ? ` ${Math.ceil((((now - start) / done) * (total - done)) / 1000)} s left` : '';
      const text = `${label} ${done}/${total}${left}${note && `  ${note}`}`;
      stream.write(`\r\u001b[K${text.slice(0, (stream.columns || 80) - 1)}`);
    },
    finish() {
      stream.write('\r\u001b[K');
    },
  };
}
