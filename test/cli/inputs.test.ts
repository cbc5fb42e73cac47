import { describe, expect, it } from 'vitest';
import { modelPath } from '../../src/cli/inputs';
import { modelFile } from '../../src/model/models';

describe('modelPath', () => {
  it('leaves paths as they are, of files that there are not, too', () => {
    for (const file of ['none.json', './none', 'folder/none', 'folder\\none', 'package.json']) {
      expect(modelPath(file)).toBe(file);
    }
  });
  it('finds supplied models by their names, and names them where there is none', () => {
    expect(modelPath('matched')).toBe(modelFile('matched'));
    expect(() => modelPath('none')).toThrow(/^model: found "none", expected one of .*\bmatched\b/);
  });
  it('prefers a file, but no folder', () => {
    expect(modelPath('LICENSE')).toBe('LICENSE');
    expect(() => modelPath('data')).toThrow(/^model: found "data"/);
  });
});
