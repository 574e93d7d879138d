import { resolve } from 'node:path';
import { type Catalogue, catalogueOf, loadCatalogue } from '../io/catalogue.ts';
import { didYouMean, listed } from '../io/scenario/did-you-mean.ts';
import { readPriceFile } from '../io/prices/price-file.ts';
import type { InstanceType } from '../model/instance-type.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { usage } from './usage.ts';

const DEFAULT_REGION = 'us-east-1';

/** The catalogue that `--prices` asks for, or the one that comes with stowage. */
export async function catalogueFor(args: Arguments, io: CommandIo): Promise<Catalogue> {
  const file = args['prices'] as string | undefined;
  return file === undefined ? loadCatalogue() : namedCatalogue(file, io);
}

/** `builtin`, or a price list by its file. Errors: those of `readPriceFile`. */
export async function namedCatalogue(name: string, io: CommandIo): Promise<Catalogue> {
  if (name === 'builtin') return loadCatalogue();
  return catalogueOf((await readPriceFile(resolve(io.workingDirectory, name))).list);
}

/** `--region`, or us-east-1, or the first that the list has; it must have prices. Errors: E5001. */
export function regionFor(args: Arguments, { regions }: Catalogue): string {
  const region = args['region'] as string | undefined;
  if (region === undefined)
    return regions.includes(DEFAULT_REGION) ? DEFAULT_REGION : (regions[0] ?? DEFAULT_REGION);
  if (!regions.includes(region)) throw usage(`there is no region '${region}'`, didYouMean(region, regions));
  return region;
}

/** The type at its price in the region; without one the error names the nearest types and regions. Errors: E5001. */
export function typeNamed(catalogue: Catalogue, name: string, region: string): InstanceType {
  const type = catalogue.type(name, region);
  if (!('problem' in type)) return type;
  const elsewhere =
    type.regions.length === 0 ? '' : `; there is one in ${listed(type.regions.slice(0, 5), 'and')}`;
  const why =
    type.problem === 'unknown-type'
      ? `there is no instance type '${name}'`
      : `there is no price for ${name} in ${region}${elsewhere}`;
  throw usage(why, type.nearest.length === 0 ? undefined : `did you mean ${listed(type.nearest, 'or')}?`);
}

/** Where the prices of a list are from: stands below every table that shows one. */
export function priceFooter(catalogue: Catalogue, region: string): string {
  return `On-Demand Linux prices in ${region}, as of ${catalogue.pricesAsOf(region)}; catalogue ${catalogue.id} of ${catalogue.date}.`;
}
