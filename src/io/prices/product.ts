import type { OfferedShape, OperatingSystem, Tenancy } from '../../model/offer.ts';

/** The instance that an offer is for. */
export interface Product {
  readonly region: string;
  readonly os: OperatingSystem;
  readonly tenancy: Tenancy;
  readonly shape: OfferedShape;
}

/** Attributes of a product in the AmazonEC2 offer file, in the words of `index.json`; absent ones are undefined. */
export interface ProductAttributes {
  readonly productFamily: string;
  readonly instanceType: string | undefined;
  readonly regionCode: string | undefined;
  readonly locationType: string | undefined;
  readonly operatingSystem: string | undefined;
  readonly tenancy: string | undefined;
  readonly licenseModel: string | undefined;
  readonly capacitystatus: string | undefined;
  readonly preInstalledSw: string | undefined;
  readonly marketoption: string | undefined;
  readonly vcpu: string | undefined;
  readonly memory: string | undefined;
  readonly physicalProcessor: string | undefined;
  readonly gpu: string | undefined;
}

/** Why a product is left out; the words of the table of losses. */
export type Dropped = string;

const OS_NAMES: Readonly<Record<string, OperatingSystem>> = {
  Linux: 'linux',
  RHEL: 'rhel',
  SUSE: 'suse',
  'Ubuntu Pro': 'ubuntu-pro',
  Windows: 'windows',
};

/** The operating system that the Spot history and the rates of Savings Plans call so; undefined: not one of ours. */
export function operatingSystemOf(description: string): OperatingSystem | undefined {
  const plain = description.replace(/ \((?:Amazon VPC)\)$/, '');
  return {
    'Linux/UNIX': 'linux' as const,
    'Red Hat Enterprise Linux': 'rhel' as const,
    'SUSE Linux': 'suse' as const,
    'Ubuntu Pro': 'ubuntu-pro' as const,
    'Ubuntu Pro Linux': 'ubuntu-pro' as const,
    Windows: 'windows' as const,
  }[plain];
}

/** Is it an instance at all? Storage, transfer, addresses and fees fill most of the file. */
export function isInstanceFamily(productFamily: string): boolean {
  return productFamily === 'Compute Instance' || productFamily === 'Compute Instance (bare metal)';
}

/**
 * The instance that a product offers, or why it is none of ours: software that comes with it, own licences, unused
 * reservations, dedicated hosts (priced by host), places that are no region.
 */
export function productOf(attributes: ProductAttributes): Product | Dropped {
  const { instanceType, regionCode, vcpu, memory } = attributes;
  if (!isInstanceFamily(attributes.productFamily)) return 'no instance';
  if (attributes.locationType !== undefined && attributes.locationType !== 'AWS Region') {
    return 'in a Local Zone, Wavelength Zone or Outpost';
  }
  if (attributes.capacitystatus !== undefined && attributes.capacitystatus !== 'Used') {
    return 'capacity reservation without an instance';
  }
  if (attributes.marketoption !== undefined && !/^(?:OnDemand)?$/.test(attributes.marketoption)) {
    return 'capacity block';
  }
  const tenancy = attributes.tenancy?.toLowerCase();
  if (tenancy !== 'shared' && tenancy !== 'dedicated') return 'dedicated host';
  const os = OS_NAMES[attributes.operatingSystem ?? ''];
  if (os === undefined) return 'another operating system';
  if (!/^(?:NA)?$/.test(attributes.preInstalledSw ?? '')) return 'with software installed';
  if (attributes.licenseModel === 'Bring your own license') return 'own licence';
  if (instanceType === undefined || !instanceType.includes('.')) return 'without an instance type';
  if (regionCode === undefined || regionCode === '') return 'without a region';
  const vcpus = wholeNumber(vcpu);
  const memoryMiB = mebibytes(memory);
  if (vcpus === undefined || memoryMiB === undefined) return 'without vCPUs or memory';
  return {
    region: regionCode,
    os,
    tenancy,
    shape: {
      name: instanceType,
      vcpus,
      memoryMiB,
      architecture: /graviton/i.test(attributes.physicalProcessor ?? '') ? 'arm64' : 'amd64',
      gpus: wholeNumber(attributes.gpu) ?? 0,
    },
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** `1,952 GiB` → 1998848; `0.5 GiB` → 512. */
function mebibytes(text: string | undefined): number | undefined {
  const match = /^([\d,]{1,12}(?:\.\d{1,4})?) GiB$/.exec(text ?? '');
  if (match === null) return undefined;
  const memoryMiB = Number(match[1]!.replaceAll(',', '')) * 1024;
  return Number.isInteger(memoryMiB) && memoryMiB > 0 ? memoryMiB : undefined;
}
