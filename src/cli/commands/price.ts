import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage price` */
export const priceCommand: Command = {
  name: 'price',
  summary: 'Bill a finished run again: other region, other prices, commitments; nothing is simulated',
  operands: [{ name: 'result', about: 'a result directory, as run --out writes it', count: 'one' }],
  surplusFlag: 'prices',
  flags: {
    set: {
      about: 'region=NAME, or commitments=LIST, of KIND:USD_PER_HOUR and KIND:TYPE:COUNT',
      value: 'WHAT=VALUE',
      repeats: true,
    },
    prices: { about: 'Price list to take, as import prices writes it, or builtin', value: 'FILE' },
    'best-commitment': {
      about:
        'Look for the commitment that saves most: of every kind, or of one, such as compute-1y-no-upfront',
      value: 'KIND',
      valueIsOptional: true,
    },
    ...output(['text', 'json', 'yaml', 'csv']),
  },
  examples: [
    ['price results/shop/ecs/seed=42 --set region=eu-west-1', 'the same run, billed in Ireland'],
    ['price DIR --set commitments=compute-1y-no-upfront:0.5', 'with a Savings Plan of 0.50 USD/h'],
    ['price results/shop/ecs/seed=42 --best-commitment', 'which Savings Plan or reservation would have paid'],
  ],
  load: () => import('../price.ts'),
};
