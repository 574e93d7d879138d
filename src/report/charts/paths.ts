/** Values over equal stretches of time, as a chart draws them. */
export interface StepSeries {
  readonly bucketMs: number;
  readonly values: readonly number[];
}

/** The data rectangle of a drawing: `endMs` is its right edge, `largest` its top. */
export interface PlotArea {
  readonly width: number;
  readonly height: number;
  readonly endMs: number;
  readonly largest: number;
}

/**
 * SVG path of a staircase: each value holds for its stretch. Straight lines between means would draw values that the
 * cluster never had. Whole units; equal neighbours share one step.
 */
export function stepLine(series: StepSeries, area: PlotArea): string {
  let path = '';
  let lastY = Number.NaN;
  series.values.forEach((value, index) => {
    const y = yOf(value, area);
    if (index === 0) path = `M${xOf(0, area)} ${y}`;
    else if (y !== lastY) path += `H${xOf(index * series.bucketMs, area)}V${y}`;
    lastY = y;
  });
  return `${path}H${xOf(series.values.length * series.bucketMs, area)}`;
}

/** Closed path between two staircases: `high` from left to right, `low` back. */
export function stepBand(low: StepSeries, high: StepSeries, area: PlotArea): string {
  let path = `${stepLine(high, area)}`;
  for (let index = low.values.length - 1; index >= 0; index--) {
    const right = index === low.values.length - 1;
    const y = yOf(low.values[index] ?? 0, area);
    path += right ? `V${y}` : `H${xOf((index + 1) * low.bucketMs, area)}V${y}`;
  }
  return `${path}H0Z`;
}

/** Closed path between a staircase and zero. */
export function stepArea(series: StepSeries, area: PlotArea): string {
  return `${stepLine(series, area)}V${area.height}H0Z`;
}

function xOf(timeMs: number, area: PlotArea): number {
  return Math.round((Math.min(timeMs, area.endMs) / area.endMs) * area.width);
}

function yOf(value: number, area: PlotArea): number {
  return Math.round(area.height * (1 - Math.max(0, value) / area.largest));
}
