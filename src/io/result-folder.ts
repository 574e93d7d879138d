import { join } from 'node:path';

/** FOLDER/SCENARIO/PLATFORM/seed=N. */
export function resultFolder(folder: string, { scenario, platform, seed }: ResultName): string {
  return join(folder, scenario, platform, `seed=${seed}`);
}

export interface ResultName {
  readonly scenario: string;
  readonly platform: string;
  readonly seed: number;
}
