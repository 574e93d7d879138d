import type { InputError } from '../../errors.ts';
import { forEachLine, lineBlocks } from '../byte-lines.ts';
import { findColumns } from '../csv-columns.ts';
import { FieldRow } from '../field-row.ts';
import { fileError } from '../gzip.ts';
import { RowProblems } from '../traces/row-problems.ts';
import type { OfferCollector } from './offer-collector.ts';
import { isInstanceFamily, productOf } from './product.ts';
import { splitQuotedRow } from './quoted-row.ts';
import { termOf } from './term.ts';

const REQUIRED = [
  'TermType',
  'Unit',
  'PricePerUnit',
  'Currency',
  'LeaseContractLength',
  'PurchaseOption',
  'OfferingClass',
  'Product Family',
  'Instance Type',
  'vCPU',
  'Memory',
  'Physical Processor',
  'Tenancy',
  'Operating System',
  'License Model',
  'Pre Installed S/W',
  'Region Code',
] as const;
/** Newer lists have them. */
const OPTIONAL = ['Location Type', 'CapacityStatus', 'MarketOption', 'GPU'] as const;

type Columns = Readonly<Record<(typeof REQUIRED)[number] | (typeof OPTIONAL)[number], number>>;

/** Lines before the header: FormatVersion, Disclaimer, Publication Date, Version, OfferCode. */
const METADATA_LINES = 10;

/** Told how many bytes of the file have been read, unpacked. */
export type OnRead = (bytes: number) => void;

/**
 * Reads `index.csv` of the AmazonEC2 offer file (the AWS Price List bulk API): five lines about the file, a header, a
 * line for every price. One pass in flat memory. Errors: those of `lineBlocks`, E3001 for rows (several at once), E3002
 * for columns, E4008 when it is no offer file of AmazonEC2.
 */
export async function readOfferCsv(file: string, collector: OfferCollector, onRead: OnRead): Promise<void> {
  const row = new FieldRow();
  const problems = new RowProblems(file);
  const metadata = new Map<string, string>();
  let columns: Columns | undefined;
  let bytesRead = 0;
  for await (const block of lineBlocks(file)) {
    forEachLine(file, block, Number.POSITIVE_INFINITY, (bytes, start, end, line) => {
      if (start === end) return;
      if (!splitQuotedRow(row, bytes, start, end, line)) {
        problems.row({ bytes, line, start, end }, 'Cannot read the row: its quotes do not match');
      } else if (columns !== undefined) {
        takeRow(row, columns, collector, problems);
      } else if (row.text(0) === 'SKU') {
        columns = findColumns(file, row.texts(), REQUIRED, OPTIONAL, line);
        collector.edition(editionOf(file, metadata));
      } else if (line > METADATA_LINES) {
        throw notAnOffer(file);
      } else {
        metadata.set(row.text(0), row.count > 1 ? row.text(1) : '');
      }
    });
    bytesRead += block.bytes.length;
    onRead(bytesRead);
  }
  problems.throwAny();
  if (columns === undefined) throw notAnOffer(file);
}

function takeRow(row: FieldRow, columns: Columns, collector: OfferCollector, problems: RowProblems): void {
  const text = (name: keyof Columns): string => {
    const column = columns[name];
    return column < 0 || column >= row.count ? '' : row.text(column);
  };
  const productFamily = text('Product Family');
  if (!isInstanceFamily(productFamily)) {
    collector.drop('no instance');
    return;
  }
  const product = productOf({
    productFamily,
    instanceType: text('Instance Type'),
    regionCode: text('Region Code'),
    locationType: text('Location Type') || undefined,
    operatingSystem: text('Operating System'),
    tenancy: text('Tenancy'),
    licenseModel: text('License Model'),
    capacitystatus: text('CapacityStatus') || undefined,
    preInstalledSw: text('Pre Installed S/W'),
    marketoption: text('MarketOption') || undefined,
    vcpu: text('vCPU'),
    memory: text('Memory'),
    physicalProcessor: text('Physical Processor'),
    gpu: text('GPU'),
  });
  if (typeof product === 'string') {
    collector.drop(product);
    return;
  }
  const term = termOf({
    termType: text('TermType'),
    lease: text('LeaseContractLength'),
    purchaseOption: text('PurchaseOption'),
    offeringClass: text('OfferingClass'),
    unit: text('Unit'),
    currency: text('Currency'),
    price: text('PricePerUnit'),
  });
  if (term === undefined) {
    problems.field(row, columns.PricePerUnit, 'PricePerUnit', 'a plain decimal, like 0.0960000000');
  } else if (typeof term === 'string') collector.drop(term);
  else collector.add(product, term);
}

function editionOf(file: string, metadata: ReadonlyMap<string, string>): { id: string; date: string } {
  const offer = metadata.get('OfferCode');
  if (offer !== 'AmazonEC2') throw notAnOffer(file, offer);
  return {
    id: `${offer}-${metadata.get('Version') ?? ''}`,
    date: (metadata.get('Publication Date') ?? '').slice(0, 10),
  };
}

/** The error for a file of another kind. */
export function notAnOffer(file: string, offer?: string): InputError {
  const message =
    offer === undefined
      ? 'This is no price list that stowage knows'
      : `This is the price list of ${offer.slice(0, 40)}, not of AmazonEC2`;
  return fileError(
    'E4008',
    file,
    message,
    'take index.csv or index.json of the AmazonEC2 offer, or what aws ec2 describe-spot-price-history prints',
  );
}
