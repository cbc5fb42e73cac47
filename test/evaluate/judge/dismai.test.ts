import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { amorphousSiliconMetrics } from '../../../src/evaluate';
import { motifFingerprint } from '../../../src/evaluate/judge/dismai';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { crystal, DIAMOND, expectClose, rattle, rotateStructure } from '../helpers';

describe('amorphousSiliconMetrics', () => {
  const cells = [1, 2].map((seed) => rattle(crystal(DIAMOND, 5.431, 2), 0.15, seed));

  it('is zero between a set and itself, turned and reordered', () => {
    const turned = cells.map((cell) => rotateStructure(cell, randomRotation(createRng(3)))).reverse();
    for (const value of Object.values(amorphousSiliconMetrics(turned, cells)))
      expect(Math.abs(value)).toBeLessThan(1e-6);
  });

  it('grows with disorder', () => {
    const little = amorphousSiliconMetrics(cells, crystal(DIAMOND, 5.431, 2));
    const much = amorphousSiliconMetrics(rattle(crystal(DIAMOND, 5.431, 2), 0.4, 1), crystal(DIAMOND, 5.431, 2));
    expect(much.motif).toBeGreaterThan(little.motif);
    expect(much.motifCosine).toBeGreaterThan(little.motifCosine);
    // All of diamond's angles lie in one 0.5° bin; spread out, the distance tends to 1.
    expect(little.bondAngle).toBeGreaterThan(0.8);
    expect(little.bondAngle).toBeLessThan(1);
  });

  it('has a fingerprint whose coordination parts sum to 1', () => {
    const fingerprint = motifFingerprint(cells[0]);
    let sum = 0;
    for (let k = 0; k < fingerprint.length; k += 5) sum += fingerprint[k];
    expect(sum).toBeCloseTo(1, 12);
    const diamond = motifFingerprint(crystal(DIAMOND, 5.431, 1));
    expectClose(diamond.subarray(20, 25), [1, 1, 0, 0.509175, 0.628539], 5);
  });
});
