import { InputError, requireKnownOptions } from '../core';
import { type Histogram, histogram, type PrincipalComponents } from '../evaluate';
import { priorRadius } from '../evaluate/judge/latentPlane';
import type { LatentStatistics } from '../model';
import { type Curve, curvesFigure } from './charts';
import type { Figure } from './figure';
import { gridFigure } from './grid';
import { histogramFigure } from './histograms';

/**
 * Samples of the aggregate posterior against the prior N(0, 1), a panel for each latent with its root mean square and
 * mean KL divergence.
 *
 * @param latents M·latent, as `samplePosterior` gives them
 * @throws InputError if the length is no multiple of the number of latents
 */
export function latentFigure(latents: ArrayLike<number>, statistics: Pick<LatentStatistics, 'rms' | 'kl'>): Figure {
  const { rms, kl } = statistics;
  const size = kl.length;
  if (latents.length === 0 || latents.length % size !== 0) {
    throw new InputError('latents length', String(latents.length), `a multiple of the latent size ${size}`);
  }
  const panels = Array.from({ length: size }, (_, d) => {
    const values = Float64Array.from({ length: latents.length / size }, (_, m) => latents[size * m + d]);
    const posterior = histogram(values, { bins: 48, range: [-4, 4] });
    const series = [
      { name: 'aggregate posterior', values: posterior },
      { name: 'prior <i>N</i>(0, 1)', values: normalDensity(posterior) },
    ];
    return {
      title: `<i>z</i><sub>${d + 1}</sub>: rms ${rms[d].toFixed(2)}, KL ${kl[d].toFixed(1)} nats`,
      figure: histogramFigure(series, { xLabel: 'Latent', yLabel: 'Density', xRange: [-4, 4], yRange: [0, 0.65] }),
    };
  });
  return gridFigure(panels, { columns: 4, panelWidth: 185, panelHeight: 170, gapX: 62, gapY: 75 });
}

function normalDensity(bins: Histogram): Histogram {
  return { ...bins, density: bins.centers.map((z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) };
}

/** Motifs of one kind, by their place among the latents. */
export interface LatentGroup {
  name: string;
  members: readonly number[];
}

/** Options of {@link latentPlaneFigure}. */
export interface LatentPlaneOptions {
  /** Circles that hold these parts of the prior; default half and 95 %. */
  parts?: readonly number[];
  /** At most so many motifs of a group are drawn, the first ones (default 600). */
  maxPoints?: number;
}

/**
 * Latents along their first two principal components, group by group, and circles of the prior N(0, 1).
 *
 * @param plane two principal components of the latents
 * @throws InputError if a part is none, or there are not two components
 */
export function latentPlaneFigure(
  plane: PrincipalComponents,
  groups: readonly LatentGroup[],
  options: LatentPlaneOptions = {},
): Figure {
  requireKnownOptions(options, ['parts', 'maxPoints']);
  const { coordinates, explained, origin } = plane;
  if (origin.length !== 2) throw new InputError('plane', `${origin.length} components`, '2');
  const { parts = [0.5, 0.95], maxPoints = 600 } = options;
  const points = groups
    .filter(({ members }) => members.length > 0)
    .map(({ name, members }): Curve => {
      const shown = members.slice(0, maxPoints);
      return {
        name,
        mode: 'markers',
        x: shown.map((m) => coordinates[2 * m]),
        y: shown.map((m) => coordinates[2 * m + 1]),
      };
    });
  const turn = Array.from({ length: 73 }, (_, k) => (2 * Math.PI * k) / 72);
  const circles = parts.map((part): Curve => {
    const radius = priorRadius(part);
    return {
      name: `prior, ${percent(part)} inside`,
      x: turn.map((angle) => origin[0] + radius * Math.cos(angle)),
      y: turn.map((angle) => origin[1] + radius * Math.sin(angle)),
    };
  });
  const { data, layout } = curvesFigure([...points, ...circles], {
    xLabel: `First principal component (${percent(explained[0])} of the variance)`,
    yLabel: `Second principal component (${percent(explained[1])})`,
    xRange: [-4, 4],
    yRange: [-4, 4],
    width: 600,
    height: 640,
  });
  // Circles are to look round.
  const yaxis = { ...(layout.yaxis as object), scaleanchor: 'x', constrain: 'domain' };
  return { data, layout: { ...layout, yaxis } };
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}
