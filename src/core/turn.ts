/** Resolves in the next turn of the event loop: long work awaits it so that signals, timers and displays get theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
