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

/** How progress is shown: lines of text, lines of JSON, or not at all. */
export type ProgressKind = 'plain' | 'json' | 'none';

/** Milliseconds between two looks at a line that is written over, and between two lines. */
const [LOOK, MINUTE] = [100, 60_000];

/**
 * Progress on a terminal, as a line that is written over; elsewhere, or where a kind is asked for, as a line a minute.
 */
export function createProgress(
  stream: ProgressStream,
  label: string,
  total: number,
  { kind, clock = Date.now }: { kind?: ProgressKind; clock?: () => number } = {},
): Progress {
  if (kind === 'none') return { update: () => {}, finish: () => {} };
  const start = clock();
  const over = stream.isTTY && kind === undefined;
  let last = over ? -Infinity : start;
  return {
    update(done, note = '') {
      const now = clock();
      if (now - last < (over ? LOOK : MINUTE) && !(over && done >= total)) return;
      last = now;
      const left = done > 0 ? Math.ceil((((now - start) / done) * (total - done)) / 1000) : null;
      const text = `${label} ${done}/${total}${left === null ? '' : ` ${left} s left`}${note && `  ${note}`}`;
      if (over) stream.write(`\r\u001b[K${text.slice(0, (stream.columns || 80) - 1)}`);
      else if (kind !== 'json') stream.write(`${text}\n`);
      else {
        const seconds = Math.round((now - start) / 1000);
        stream.write(`${JSON.stringify({ label, done, total, seconds, left, note })}\n`);
      }
    },
    finish() {
      if (over) stream.write('\r\u001b[K');
    },
  };
}
