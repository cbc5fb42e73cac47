import { bondAngles, bondLengths, coordination, density, toDegrees } from '../evaluate';
import { atomCount, type BondOptions, type Structure } from '../structures';
import { moments } from './binning';

/** A cell in one row of text for `showTable`: atoms, density, coordination, bond length and angle (mean ± deviation). */
export function describeCell(cell: Structure, options: BondOptions = {}): Record<string, string> {
  const fold = coordination(cell, options);
  const fourFold = (100 * fold.filter((bonds) => bonds === 4).length) / fold.length;
  const length = moments(bondLengths(cell, options));
  const angle = moments(bondAngles(cell, options).map(toDegrees));
  return {
    cell: String(cell.info.name ?? cell.info.source ?? ''),
    atoms: String(atomCount(cell)),
    'density (g/cm³)': density(cell).toFixed(3),
    coordination: moments(fold).mean.toFixed(3),
    'four-fold (%)': fourFold.toFixed(1),
    'bond (Å)': `${length.mean.toFixed(3)} ± ${length.deviation.toFixed(3)}`,
    'angle (degrees)': `${angle.mean.toFixed(1)} ± ${angle.deviation.toFixed(1)}`,
  };
}
