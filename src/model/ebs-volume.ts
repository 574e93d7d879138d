/**
 * What can be asked of an EBS volume: size, IOPS, throughput by type.
 * Source: AWS EC2 user guide of 2023-06, "Amazon EBS volume types" (general-purpose.md, provisioned-iops.md,
 * ebs-volume-types.md).
 */

export const VOLUME_TYPES = ['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard'] as const;
export type VolumeType = (typeof VOLUME_TYPES)[number];

/** IOPS and throughput in the price of every gp3 volume. */
export const GP3_INCLUDED_IOPS = 3000;
export const GP3_INCLUDED_MIBPS = 125;

export interface VolumeRequest {
  readonly type: VolumeType;
  readonly sizeGiB: number;
  /** Provisioned; absent where the type has none, or for the included amount of gp3. */
  readonly iops?: number | undefined;
  readonly throughputMiBps?: number | undefined;
}

interface VolumeLimits {
  readonly sizeGiB: readonly [number, number];
  /** Provisioned IOPS: range, and how many each GiB allows. Null: cannot be provisioned. */
  readonly iops: { readonly range: readonly [number, number]; readonly perGiB: number } | null;
}

const LIMITS: Readonly<Record<VolumeType, VolumeLimits>> = {
  gp2: { sizeGiB: [1, 16_384], iops: null },
  gp3: { sizeGiB: [1, 16_384], iops: { range: [GP3_INCLUDED_IOPS, 16_000], perGiB: 500 } },
  io1: { sizeGiB: [4, 16_384], iops: { range: [100, 64_000], perGiB: 50 } },
  io2: { sizeGiB: [4, 65_536], iops: { range: [100, 256_000], perGiB: 500 } },
  st1: { sizeGiB: [125, 16_384], iops: null },
  sc1: { sizeGiB: [125, 16_384], iops: null },
  standard: { sizeGiB: [1, 1024], iops: null },
};
const GP3_MAX_MIBPS = 1000;
/** A gp3 volume gives at most a quarter MiB/s per IOPS. */
const GP3_IOPS_PER_MIBPS = 4;

/**
 * Why EC2 would refuse the volume, as a sentence without full stop, or undefined when it is legal. The
 * included 3,000 IOPS and 125 MiB/s of gp3 are free of the per-GiB rule.
 */
export function volumeProblem({ type, sizeGiB, iops, throughputMiBps }: VolumeRequest): string | undefined {
  const { sizeGiB: size, iops: limit } = LIMITS[type];
  if (!inside(sizeGiB, size)) return `a ${type} volume has ${size[0]} to ${size[1]} GiB, not ${sizeGiB}`;
  if (iops !== undefined) {
    if (!limit) return `IOPS of a ${type} volume cannot be chosen`;
    if (!inside(iops, limit.range)) {
      return `a ${type} volume has ${limit.range[0]} to ${limit.range[1]} IOPS, not ${iops}`;
    }
    const isIncluded = type === 'gp3' && iops === GP3_INCLUDED_IOPS;
    if (!isIncluded && iops > limit.perGiB * sizeGiB) {
      return `a ${type} volume of ${sizeGiB} GiB has at most ${limit.perGiB * sizeGiB} IOPS, not ${iops}`;
    }
  } else if (type === 'io1' || type === 'io2') {
    return `a ${type} volume needs a number of IOPS`;
  }
  if (throughputMiBps !== undefined) {
    if (type !== 'gp3') return `throughput of a ${type} volume cannot be chosen`;
    const range = [GP3_INCLUDED_MIBPS, GP3_MAX_MIBPS] as const;
    if (!inside(throughputMiBps, range)) {
      return `a gp3 volume has ${range[0]} to ${range[1]} MiB/s, not ${throughputMiBps}`;
    }
    const volumeIops = iops ?? GP3_INCLUDED_IOPS;
    const mostMiBps = volumeIops / GP3_IOPS_PER_MIBPS;
    if (throughputMiBps > mostMiBps) {
      return `a gp3 volume with ${volumeIops} IOPS has at most ${mostMiBps} MiB/s, not ${throughputMiBps}`;
    }
  }
  return undefined;
}

/**
 * What a gp2 volume gives by its size. Source: AWS EC2 user guide, "Amazon EBS volume types", general purpose SSD (gp2);
 * throughput with full burst credits.
 */
export function gp2Performance(sizeGiB: number): {
  readonly iops: number;
  readonly throughputMiBps: number;
} {
  return { iops: Math.min(16_000, Math.max(100, 3 * sizeGiB)), throughputMiBps: sizeGiB <= 170 ? 128 : 250 };
}

function inside(value: number, [low, high]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
