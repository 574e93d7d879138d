/** How well a value is known: from the vendor's documentation, from source code, from users' reports, or chosen here. */
export type Evidence = 'documented' | 'source' | 'observed' | 'chosen';

/** One default of a platform: its value, where it is from, and where a scenario sets another. */
export interface PlatformDefault {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly unit: 'ms' | 'percent' | 'count' | 'MiB' | 'GiB' | '';
  readonly evidence: Evidence;
  readonly source: string;
  /** Path in a platform of a scenario; empty: it is fixed. */
  readonly setting: string;
}

/** The rows of settings, by setting: everything but their names. */
export type DefaultRows<Settings> = {
  readonly [Key in keyof Settings]: Omit<PlatformDefault, 'name' | 'setting'>;
};

/** The values of rows. */
export function defaultsOf<Settings>(rows: Readonly<Record<string, { readonly value: unknown }>>): Settings {
  return Object.fromEntries(Object.entries(rows).map(([name, { value }]) => [name, value])) as Settings;
}

/** Rows with their names; a setting stands at `section`, under its name without the unit. */
export function namedRows(
  rows: Readonly<Record<string, Omit<PlatformDefault, 'name' | 'setting'>>>,
  section: string,
): PlatformDefault[] {
  return Object.entries(rows).map(([key, row]) => {
    const name = key.replace(/(Ms|GiB)$/, '');
    return { ...row, name, setting: `${section}.${name}` };
  });
}
