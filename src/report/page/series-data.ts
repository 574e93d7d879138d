/** What the static charts say of themselves, see `timeData`. */
export interface SeriesData {
  readonly endMs: number;
  readonly stepMs: number;
  readonly charts: readonly {
    readonly unit: string;
    readonly lines: readonly {
      readonly label: string;
      readonly bucketMs: number;
      readonly mean: string;
      readonly values: readonly number[];
    }[];
  }[];
}

/** The numbers of the charts over time, as they stand in the page. */
export function seriesData(): SeriesData {
  const text = document.getElementById('series')?.textContent ?? '{"charts":[]}';
  return JSON.parse(text) as SeriesData;
}
