/** Price lists in the formats of AWS, made up by hand: the shapes are genuine, the prices are not. */

const COLUMNS = [
  'SKU',
  'OfferTermCode',
  'RateCode',
  'TermType',
  'PriceDescription',
  'EffectiveDate',
  'Unit',
  'PricePerUnit',
  'Currency',
  'LeaseContractLength',
  'PurchaseOption',
  'OfferingClass',
  'Product Family',
  'serviceCode',
  'Location',
  'Location Type',
  'Instance Type',
  'vCPU',
  'Physical Processor',
  'Memory',
  'Tenancy',
  'Operating System',
  'License Model',
  'CapacityStatus',
  'GPU',
  'Pre Installed S/W',
  'Region Code',
  'operation',
] as const; // prettier-ignore

type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

const LINUX: Cells = {
  SKU: '2223B6PCG6QAUYY6',
  TermType: 'OnDemand',
  PriceDescription: '$0.096 per On Demand Linux m5.large Instance Hour, ""shared""',
  Unit: 'Hrs',
  PricePerUnit: '0.0960000000',
  Currency: 'USD',
  'Product Family': 'Compute Instance',
  serviceCode: 'AmazonEC2',
  Location: 'US East (N. Virginia)',
  'Location Type': 'AWS Region',
  'Instance Type': 'm5.large',
  vCPU: '2',
  'Physical Processor': 'Intel Xeon Platinum 8175',
  Memory: '8 GiB',
  Tenancy: 'Shared',
  'Operating System': 'Linux',
  'License Model': 'No License required',
  CapacityStatus: 'Used',
  'Pre Installed S/W': 'NA',
  'Region Code': 'us-east-1',
  operation: 'RunInstances',
};

const RESERVED: Cells = {
  ...LINUX,
  TermType: 'Reserved',
  LeaseContractLength: '1yr',
  OfferingClass: 'standard',
};

/** Every kind of row that the reader must tell apart. */
export const OFFER_ROWS: readonly Cells[] = [
  LINUX,
  { ...RESERVED, PurchaseOption: 'No Upfront', PricePerUnit: '0.0600000000' },
  { ...RESERVED, PurchaseOption: 'Partial Upfront', PricePerUnit: '0.0290000000' },
  { ...RESERVED, PurchaseOption: 'Partial Upfront', Unit: 'Quantity', PricePerUnit: '250' },
  { ...RESERVED, PurchaseOption: 'All Upfront', LeaseContractLength: '3yr', PricePerUnit: '0.0000000000' },
  {
    ...RESERVED,
    PurchaseOption: 'All Upfront',
    LeaseContractLength: '3yr',
    Unit: 'Quantity',
    PricePerUnit: '980',
  },
  { ...LINUX, 'Operating System': 'Windows', PricePerUnit: '0.1880000000' },
  { ...LINUX, Tenancy: 'Dedicated', PricePerUnit: '0.1020000000' },
  {
    ...LINUX,
    'Instance Type': 'x99g.16xlarge',
    vCPU: '64',
    Memory: '1,952 GiB',
    'Physical Processor': 'AWS Graviton5 Processor',
    GPU: '2',
    'Region Code': 'eu-west-1',
    PricePerUnit: '9.8765432101',
  },
  { ...LINUX, Tenancy: 'Host', PricePerUnit: '0.0000000000' },
  { ...LINUX, CapacityStatus: 'UnusedCapacityReservation' },
  { ...LINUX, 'Pre Installed S/W': 'SQL Std' },
  { ...LINUX, 'License Model': 'Bring your own license' },
  { ...LINUX, 'Location Type': 'AWS Local Zone' },
  { ...LINUX, 'Operating System': 'Red Hat Enterprise Linux with HA' },
  { ...LINUX, 'Product Family': 'Storage', 'Instance Type': '' },
  { ...LINUX, PricePerUnit: '0.0000000000', 'Instance Type': 'm5.xlarge' },
];

/** `index.csv`; `rows` in place of the sample's. */
export function offerCsv(rows: readonly Cells[] = OFFER_ROWS): string {
  const line = (cells: readonly string[]) => `${cells.map((cell) => `"${cell}"`).join(',')}\n`;
  return [
    line(['FormatVersion', 'v1.0']),
    line(['Disclaimer', 'This pricing list is for informational purposes only.']),
    line(['Publication Date', '2026-07-20T18:04:22Z']),
    line(['Version', '20260720180422']),
    line(['OfferCode', 'AmazonEC2']),
    line(COLUMNS),
    ...rows.map((cells) => line(COLUMNS.map((name) => cells[name] ?? ''))),
  ].join('');
}

/** `index.json` with the same prices. */
export function offerJson(): string {
  const products: Record<string, object> = {};
  const terms: Record<string, Record<string, object>> = { OnDemand: {}, Reserved: {} };
  OFFER_ROWS.forEach((cells, index) => {
    const sku = `SKU${index}`;
    const text = (name: (typeof COLUMNS)[number]) => (cells[name] === undefined ? {} : cells[name]);
    products[sku] = {
      sku,
      productFamily: cells['Product Family'],
      attributes: {
        servicecode: 'AmazonEC2',
        location: text('Location'),
        locationType: text('Location Type'),
        instanceType: text('Instance Type'),
        vcpu: text('vCPU'),
        physicalProcessor: text('Physical Processor'),
        memory: text('Memory'),
        tenancy: text('Tenancy'),
        operatingSystem: text('Operating System'),
        licenseModel: text('License Model'),
        capacitystatus: text('CapacityStatus'),
        gpu: text('GPU'),
        preInstalledSw: text('Pre Installed S/W'),
        regionCode: text('Region Code'),
      },
    };
    terms[cells.TermType!]![sku] = {
      [`${sku}.JRTCKXETXF`]: {
        offerTermCode: 'JRTCKXETXF',
        sku,
        priceDimensions: {
          [`${sku}.JRTCKXETXF.6YS6EN2CT7`]: {
            unit: cells.Unit,
            pricePerUnit: { USD: cells.PricePerUnit },
            appliesTo: [],
          },
        },
        termAttributes:
          cells.TermType === 'Reserved'
            ? {
                LeaseContractLength: cells.LeaseContractLength,
                OfferingClass: cells.OfferingClass,
                PurchaseOption: cells.PurchaseOption,
              }
            : {},
      },
    };
  });
  const head = { formatVersion: 'v1.0', disclaimer: 'Informational.', offerCode: 'AmazonEC2' };
  const edition = { version: '20260720180422', publicationDate: '2026-07-20T18:04:22Z' };
  return JSON.stringify({ ...head, ...edition, products, terms, attributesList: {} }, null, 2);
}

/** What `aws ec2 describe-spot-price-history` prints: newest first. */
export const SPOT_HISTORY = JSON.stringify(
  {
    SpotPriceHistory: [
      ['us-east-1a', 'm5.large', 'Linux/UNIX', '0.034100', '2026-03-02T10:15:00+00:00'],
      ['us-east-1a', 'm5.large', 'Linux/UNIX', '0.033900', '2026-03-01T22:00:00+00:00'],
      ['us-east-1b', 'm5.large', 'Linux/UNIX', '0.031200', '2026-03-01T20:00:00+00:00'],
      ['us-east-1a', 'm5.large', 'SUSE Linux', '0.090000', '2026-03-01T20:00:00+00:00'],
      ['us-east-1a', 'm5.large', 'Windows (Amazon VPC)', '0.121000', '2026-03-01T20:00:00+00:00'],
      ['us-east-1a', 'm5.large', 'Plan 9', '0.1', '2026-03-01T20:00:00+00:00'],
    ].map(([AvailabilityZone, InstanceType, ProductDescription, SpotPrice, Timestamp]) => ({
      AvailabilityZone,
      InstanceType,
      ProductDescription,
      SpotPrice,
      Timestamp,
    })),
  },
  null,
  4,
);

/** What `aws savingsplans describe-savings-plans-offering-rates` prints. */
export const PLAN_RATES = JSON.stringify({
  searchResults: ['Compute', 'EC2Instance', 'SageMaker'].map((planType, index) => ({
    savingsPlanOffering: {
      offeringId: `offer-${index}`,
      paymentOption: 'No Upfront',
      planType,
      durationSeconds: 31_536_000,
      currency: 'USD',
    },
    rate: ['0.0700', '0.0605', '1'][index],
    unit: 'Hrs',
    productType: 'EC2',
    serviceCode: 'AmazonEC2',
    usageType: 'BoxUsage:m5.large',
    operation: 'RunInstances',
    properties: [
      { name: 'region', value: 'us-east-1' },
      { name: 'instanceType', value: 'm5.large' },
      { name: 'productDescription', value: 'Linux/UNIX' },
      { name: 'tenancy', value: 'shared' },
    ],
  })),
});
