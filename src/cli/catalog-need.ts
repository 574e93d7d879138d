import { listed } from '../io/scenario/did-you-mean.ts';
import { MIB, parseBytes, parsePriceE10 } from '../units.ts';
import { usage } from './usage.ts';

/** What `--need` asks of an instance type. A bound that is not asked for is missing. */
export interface Need {
  minVcpus?: number;
  minMemoryMiB?: number;
  minGpus?: number;
  gpuModel?: string;
  noGpus?: true;
  architecture?: 'amd64' | 'arm64';
  maxPriceE10PerHour?: bigint;
  family?: string;
  region?: string;
}

const ARCHITECTURES: Readonly<Record<string, 'amd64' | 'arm64'>> = {
  arm64: 'arm64',
  arm: 'arm64',
  aarch64: 'arm64',
  graviton: 'arm64',
  amd64: 'amd64',
  x86: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
};

/** How each part may be written, and what it asks. The first that matches counts. */
const PARTS: readonly {
  readonly pattern: RegExp;
  /** False: the part looks right, but its amount cannot be read. */
  readonly take: (need: Need, match: RegExpExecArray) => boolean;
}[] = [
  {
    pattern:
      /^(?:(under|below|less than|<)|at most|up to|max|<=|for)? ?\$?(\d[\d.]*) ?(?:usd|\$)?(?: ?(?:\/|per|an) ?h(?:our|r)?)?$/,
    take: (need, [text, strictly, amount]) => {
      // A bare number is no price.
      if (/^[\d.]+$/.test(text!)) return false;
      const priceE10 = parsePriceE10(amount!);
      if (priceE10 === undefined) return false;
      need.maxPriceE10PerHour = strictly === undefined ? priceE10 : priceE10 - 1n;
      return true;
    },
  },
  {
    pattern: /^(?:at least |from |>= ?|min )?(\d{1,5}) ?(?:vcpus?|cpus?|cores?)$/,
    take: (need, [, count]) => {
      need.minVcpus = Number(count);
      return true;
    },
  },
  {
    pattern: /^(?:at least |from |>= ?|min )?(\d[\d.]* ?[kmgt]i?b?)(?: (?:of )?(?:memory|ram))?$/,
    take: (need, [, amount]) => {
      const bytes = parseBytes(amount!);
      if (bytes === undefined) return false;
      need.minMemoryMiB = Math.ceil(bytes / MIB);
      return true;
    },
  },
  {
    pattern: /^(?:no|without|0) gpus?$/,
    take: (need) => {
      need.noGpus = true;
      return true;
    },
  },
  {
    pattern: /^(?:at least )?(?:(\d{1,2}|an?) )?(?:([a-z]\w*) )?gpus?$/,
    take: (need, [, count, model]) => {
      need.minGpus = count === undefined || count.startsWith('a') ? 1 : Number(count);
      if (model !== undefined) need.gpuModel = model;
      return true;
    },
  },
  {
    pattern: /^(arm64|arm|aarch64|graviton|amd64|x86|x86_64|x86-64)$/,
    take: (need, [, name]) => {
      need.architecture = ARCHITECTURES[name!]!;
      return true;
    },
  },
  {
    pattern: /^(?:family ([a-z][\w-]*)|([a-z][\w-]*) family)$/,
    take: (need, [, before, after]) => {
      need.family = (before ?? after)!;
      return true;
    },
  },
  {
    pattern: /^(?:in )?([a-z]{2}(?:-[a-z]+)+-\d)$/,
    take: (need, [, region]) => {
      need.region = region!;
      return true;
    },
  },
];

const EXAMPLE = "--need '4 vCPU, 16 GiB, arm64, under 0.15 USD/h'";

/**
 * Reads what somebody needs in his own words, parts between commas: `4 vCPU, 16 GiB, arm64, under 0.15 USD/h`,
 * `2 GPUs`, `no GPU`, `family m6i`, `in eu-west-1`. `under` leaves the amount itself out, `at most` does not.
 * Errors: E5001 for each part that cannot be read, and for two that say the same.
 */
export function readNeed(text: string): Need {
  const need: Need = {};
  const parts = text
    .split(/,| and /)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '');
  if (parts.length === 0) throw usage('--need says nothing', `write ${EXAMPLE}`);
  const unread = parts.filter((part) => {
    const before = Object.keys(need).length;
    const isRead = PARTS.some(({ pattern, take }) => {
      const match = pattern.exec(part.toLowerCase());
      return match !== null && take(need, match);
    });
    if (isRead && Object.keys(need).length === before)
      throw usage(`--need says '${part}' of something said before`);
    return !isRead;
  });
  if (unread.length > 0) {
    const quoted = unread.map((part) => `'${part}'`);
    throw usage(
      `cannot read ${listed(quoted, 'and')} in --need`,
      `vCPUs, memory, GPUs, arm64 or amd64, a price, a family or a region: ${EXAMPLE}`,
    );
  }
  return need;
}
