import { parse } from 'csv-parse/sync';

/** What a plain reader makes of a CSV trace with the columns `start:s`, `end:s`, `cores:vcpu`, `mem:MiB`. */
export interface PlainTrace {
  /** Submit time and run time in ms, millicores, MiB; in order of submission. */
  readonly rows: readonly (readonly [number, number, number, number])[];
  readonly dropped: number;
  /** Lines with a problem, one entry a problem. */
  readonly badLines: readonly number[];
}

/** The largest amounts that are believed: a million vCPUs, a pebibyte. */
const MOST_CORES = 1e6;
const MOST_MIB = 2 ** 30;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;

/** All at once, by text: every field a string, every row an object. `isEpoch`: times count from the earliest one. */
export function plainCsvTrace(text: string, isEpoch: boolean): PlainTrace {
  const records = parse(text, {
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
  }) as unknown as { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  const [header, ...body] = records
    .map(({ record, info }) => ({ fields: record.map((field) => field.trim()), line: info.lines }))
    .filter(({ fields }) => fields.length > 1 || fields[0] !== '');
  const at = (name: string) => header!.fields.indexOf(name);
  const places = [at('start'), at('end'), at('cores'), at('mem')] as const;
  const rows: [number, number, number, number][] = [];
  const badLines: number[] = [];
  let dropped = 0;
  let originMs = Number.POSITIVE_INFINITY;
  for (const { fields, line } of body) {
    if (fields.length !== header!.fields.length) {
      badLines.push(line);
      continue;
    }
    const [start, end, cores, mem] = places.map((place) => fields[place]!) as [
      string,
      string,
      string,
      string,
    ];
    const time = (field: string) => (DECIMAL.test(field) ? Number(field) : Number.NaN);
    const amount = (field: string, most: number) =>
      time(field) >= 0 && time(field) <= most ? time(field) : Number.NaN;
    if (time(start) * 1000 < originMs) originMs = time(start) * 1000;
    if (start === '' || (!Number.isNaN(time(start)) && (cores === '' || mem === ''))) {
      dropped += 1;
      continue;
    }
    if (Number.isNaN(time(start))) {
      badLines.push(line);
      continue;
    }
    const values = [
      amount(cores, MOST_CORES),
      amount(mem, MOST_MIB),
      end === '' ? Number.POSITIVE_INFINITY : time(end),
    ] as const;
    const wrong = values.filter(Number.isNaN).length;
    badLines.push(...Array<number>(wrong).fill(line));
    if (wrong > 0) continue;
    const runtimeMs = Math.max(0, (values[2] - time(start)) * 1000);
    rows.push([time(start) * 1000, Math.round(runtimeMs), Math.ceil(values[0] * 1000), values[1]]);
  }
  for (const row of rows) row[0] = Math.round(Math.max(0, row[0] - (isEpoch ? originMs : 0)));
  return { rows: rows.sort(([a], [b]) => a - b), dropped, badLines };
}
