/** Version of this library, from its package.json. */
export function libraryVersion(): string {
  return (require('../../package.json') as { version: string }).version;
}
