/** Watts of one vCPU, or of one GPU, idle and fully busy. */
export interface PowerRange {
  readonly minWatts: number;
  readonly maxWatts: number;
}

/** What an instance type draws, and what making its server took. Null: no source has it. */
export interface TypeFootprint {
  readonly vcpus: number;
  readonly perVcpu: PowerRange | null;
  readonly gpus: number;
  /** Null where there are no GPUs, or no source has their model. */
  readonly perGpu: PowerRange | null;
  /** Grams of CO2e for the whole server, and its vCPUs: those of the largest type of the family. */
  readonly embodiedGrams: number | null;
  readonly serverVcpus: number;
}

/** Footprints of the instance types of a plan by name, and the grid of its region; null where no source has it. */
export interface Footprints {
  readonly types: ReadonlyMap<string, TypeFootprint>;
  readonly gridGramsPerKwh: number | null;
}

/** Overhead of a data centre: cooling, transformers. Source: Cloud Carbon Footprint, AWS */
export const POWER_USAGE_EFFECTIVENESS = 1.135;
/** How busy CPUs and GPUs are taken to be where nobody knows. Source: Cloud Carbon Footprint */
export const ASSUMED_UTILISATION = 0.5;
/** Four years: the life of a server. Source: Cloud Carbon Footprint; Teads, building an AWS EC2 carbon emissions dataset */
export const SERVER_LIFE_HOURS = 35_040;

/**
 * kWh of `unitHours` (vCPU-hours, GPU-hours): (Wmin + u·(Wmax − Wmin)) · hours · PUE / 1000, u from 0 to 1.
 * Source: Cloud Carbon Footprint, methodology, compute
 */
export function energyKwh(
  unitHours: number,
  { minWatts, maxWatts }: PowerRange,
  utilisation: number,
): number {
  return ((minWatts + utilisation * (maxWatts - minWatts)) * unitHours * POWER_USAGE_EFFECTIVENESS) / 1000;
}

/**
 * Grams of CO2e of making a server that fall to an instance: by its share in the life and in the vCPUs of the server.
 * Source: Cloud Carbon Footprint, embodied emissions
 */
export function embodiedGrams(
  serverGrams: number,
  hours: number,
  vcpus: number,
  serverVcpus: number,
): number {
  return serverGrams * (hours / SERVER_LIFE_HOURS) * (vcpus / serverVcpus);
}
