import { InputError } from '../../errors.ts';
import { parsePriceE10 } from '../../units.ts';
import { type FoundRecord, readJsonRecords, type RecordPattern } from './json-stream.ts';
import { notAnOffer, type OnRead } from './offer-csv.ts';
import { NOT_ASKED_FOR, type OfferCollector } from './offer-collector.ts';
import { isInstanceFamily, operatingSystemOf, type Product, productOf } from './product.ts';
import { savingsPlanKeyOf, termOf } from './term.ts';

const PATTERNS: readonly RecordPattern[] = [
  ['offerCode'],
  ['version'],
  ['publicationDate'],
  ['products', '*'],
  ['terms', '*', '*'],
  ['SpotPriceHistory', '[]'],
  ['searchResults', '[]'],
  ['[]'],
];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the JSON that AWS hands out about prices, whichever it is:
 * `index.json` of the AmazonEC2 offer file, what `aws ec2 describe-spot-price-history` prints (or its list alone), and
 * what `aws savingsplans describe-savings-plans-offering-rates` prints. Memory grows with the instances that are kept.
 * Errors: those of `readJsonRecords`, E3001 for records that lack something, E4008 for JSON of another kind.
 */
export async function readPriceJson(file: string, collector: OfferCollector, onRead: OnRead): Promise<void> {
  const reader = new PriceJsonReader(file, collector);
  await readJsonRecords(file, PATTERNS, (record) => reader.take(record), onRead);
  reader.end();
}

class PriceJsonReader {
  readonly #file: string;
  readonly #collector: OfferCollector;
  /** By SKU; of those left out, why. */
  readonly #products = new Map<string, Product | string>();
  readonly #head: Record<string, string> = {};
  #records = 0;

  constructor(file: string, collector: OfferCollector) {
    this.#file = file;
    this.#collector = collector;
  }

  take(record: FoundRecord): void {
    const [root, second, sku] = record.path as [string, string?, string?];
    if (root === 'products') this.#product(second!, record);
    else if (root === 'terms') this.#terms(second!, sku!, record);
    else if (root === 'searchResults') this.#rate(record);
    else if (root === 'SpotPriceHistory' || root === '[]') this.#spotPrice(record);
    else {
      this.#head[root] = String(record.value);
      return;
    }
    this.#records += 1;
  }

  end(): void {
    if (this.#records === 0) throw notAnOffer(this.#file, this.#head['offerCode']);
    if (this.#products.size === 0) return;
    const { offerCode, version, publicationDate } = this.#head;
    if (offerCode !== 'AmazonEC2') throw notAnOffer(this.#file, offerCode);
    this.#collector.edition({
      id: `${offerCode}-${version ?? ''}`,
      date: (publicationDate ?? '').slice(0, 10),
    });
  }

  #product(sku: string, record: FoundRecord): void {
    const { offerCode } = this.#head;
    if (offerCode !== undefined && offerCode !== 'AmazonEC2') throw notAnOffer(this.#file, offerCode);
    const product = this.#fields(record.value, record);
    const productFamily = String(product['productFamily'] ?? '');
    if (!isInstanceFamily(productFamily)) {
      this.#products.set(sku, 'no instance');
      return;
    }
    const attributes = this.#fields(product['attributes'], record);
    const text = (name: string): string | undefined =>
      typeof attributes[name] === 'string' ? attributes[name] : undefined;
    const read = productOf({
      productFamily,
      instanceType: text('instanceType'),
      regionCode: text('regionCode'),
      locationType: text('locationType'),
      operatingSystem: text('operatingSystem'),
      tenancy: text('tenancy'),
      licenseModel: text('licenseModel'),
      capacitystatus: text('capacitystatus'),
      preInstalledSw: text('preInstalledSw'),
      marketoption: text('marketoption'),
      vcpu: text('vcpu'),
      memory: text('memory'),
      physicalProcessor: text('physicalProcessor'),
      gpu: text('gpu'),
    });
    // Most products of a file are of regions that were not asked for: the reason is all there is to keep of them.
    const isUnwanted = typeof read !== 'string' && !this.#collector.isWanted(read.region, read.os);
    this.#products.set(sku, isUnwanted ? NOT_ASKED_FOR : read);
  }

  /** `terms.OnDemand.SKU` holds offers by code, each of them prices by rate code. */
  #terms(termType: string, sku: string, record: FoundRecord): void {
    const product = this.#products.get(sku);
    if (product === undefined) {
      throw this.#fault(record, `The terms of ${sku} come before its product`);
    }
    for (const offer of Object.values(this.#fields(record.value, record))) {
      const { priceDimensions, termAttributes = {} } = this.#fields(offer, record);
      const attributes = this.#fields(termAttributes, record);
      for (const dimension of Object.values(this.#fields(priceDimensions, record))) {
        if (typeof product === 'string') {
          this.#collector.drop(product);
          continue;
        }
        const { unit, pricePerUnit } = this.#fields(dimension, record);
        const [currency = '', price = ''] = Object.entries(this.#fields(pricePerUnit, record))[0] ?? [];
        const term = termOf({
          termType,
          lease: String(attributes['LeaseContractLength'] ?? ''),
          purchaseOption: String(attributes['PurchaseOption'] ?? ''),
          offeringClass: String(attributes['OfferingClass'] ?? ''),
          unit: String(unit),
          currency,
          price: String(price),
        });
        if (term === undefined)
          throw this.#fault(record, `Cannot read the price '${String(price)}' of ${sku}`);
        if (typeof term === 'string') this.#collector.drop(term);
        else this.#collector.add(product, term);
      }
    }
  }

  #spotPrice(record: FoundRecord): void {
    const { AvailabilityZone, InstanceType, ProductDescription, SpotPrice, Timestamp } = this.#fields(
      record.value,
      record,
    );
    const texts = [AvailabilityZone, InstanceType, ProductDescription, SpotPrice, Timestamp];
    if (!texts.every((text) => typeof text === 'string')) {
      const names = 'AvailabilityZone, InstanceType, ProductDescription, SpotPrice and Timestamp';
      throw this.#fault(record, `The record is no Spot price: it needs ${names}`);
    }
    const [zone, type, description, price, time] = texts as string[];
    const os = operatingSystemOf(description!);
    if (os === undefined) {
      this.#collector.drop('another operating system');
      return;
    }
    const priceE10 = parsePriceE10(price!);
    if (priceE10 === undefined || priceE10 === 0n) {
      throw this.#fault(record, `Cannot read the SpotPrice '${price}': expected a plain decimal above 0`);
    }
    const epochMs = instantMs(time!);
    if (epochMs === undefined) throw this.#fault(record, `Cannot read the Timestamp '${time}'`);
    this.#collector.addSpot(zone!, type!, os, { epochMs, priceE10 });
  }

  #rate(record: FoundRecord): void {
    const result = this.#fields(record.value, record);
    const offering = this.#fields(result['savingsPlanOffering'], record);
    const properties = new Map(
      (Array.isArray(result['properties']) ? result['properties'] : []).map((property) => {
        const { name, value } = this.#fields(property, record);
        return [String(name), String(value)];
      }),
    );
    const key = savingsPlanKeyOf(
      String(offering['planType']),
      Number(offering['durationSeconds']),
      String(offering['paymentOption']),
    );
    const region = properties.get('region');
    const type = properties.get('instanceType');
    const os = operatingSystemOf(properties.get('productDescription') ?? '');
    const tenancy = properties.get('tenancy');
    if (key === undefined) this.#collector.drop('another kind of Savings Plan');
    else if (result['serviceCode'] !== 'AmazonEC2' || region === undefined || type === undefined) {
      this.#collector.drop('no instance');
    } else if (os === undefined) this.#collector.drop('another operating system');
    else if (tenancy !== 'shared' && tenancy !== 'dedicated') this.#collector.drop('dedicated host');
    else if (offering['currency'] !== 'USD') this.#collector.drop('not in USD');
    else {
      const rateE10 = parsePriceE10(String(result['rate']));
      if (rateE10 === undefined)
        throw this.#fault(record, `Cannot read the rate '${String(result['rate'])}'`);
      this.#collector.addRate({ region, type, os, tenancy }, key, rateE10);
    }
  }

  #fields(value: unknown, place: FoundRecord): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    throw this.#fault(place, 'Cannot read the record: something in it is no object');
  }

  #fault({ line, column }: FoundRecord, message: string): InputError {
    const position = { file: this.#file, line, column, length: 1 };
    return new InputError([{ severity: 'error', code: 'E3001', message, position }]);
  }
}

/** `2026-03-01T04:05:06.000Z`, `2026-03-01T04:05:06+00:00`; undefined for other text. */
function instantMs(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
