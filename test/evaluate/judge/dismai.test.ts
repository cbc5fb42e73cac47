import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core';
import { angleFractions, motifFingerprint, radialValues } from '../../../src/evaluate/judge/dismai';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { crystal, DIAMOND, expectClose, rattle, rotateStructure } from '../helpers';

const diamond = crystal(DIAMOND, 5.431, 2);
const bonds = { bonds: 2.85 };

describe('distributions of Dismai-Bench', () => {
  const cell = rattle(diamond, 0.15, 1);

  it('are those of the cell turned', () => {
    const turned = rotateStructure(cell, randomRotation(createRng(3)));
    expectClose(angleFractions(turned, bonds), angleFractions(cell, bonds), 6);
    expectClose(radialValues(turned), radialValues(cell), 6);
    expectClose(motifFingerprint(turned, bonds), motifFingerprint(cell, bonds), 6);
  });

  it('put all angles of diamond into one bin of half a degree', () => {
    const fractions = angleFractions(diamond, bonds);
    expect(Array.from(fractions.keys()).filter((bin) => fractions[bin] > 0)).toEqual([218]);
    expect(fractions[218]).toBe(1);
  });

  it('have a fingerprint whose coordination parts sum to 1', () => {
    const fingerprint = motifFingerprint(cell);
    let sum = 0;
    for (let k = 0; k < fingerprint.length; k += 5) sum += fingerprint[k];
    expect(sum).toBeCloseTo(1, 12);
    const ordered = motifFingerprint(crystal(DIAMOND, 5.431, 1));
    expectClose(ordered.subarray(20, 25), [1, 1, 0, 0.509175, 0.628539], 5);
  });
});
