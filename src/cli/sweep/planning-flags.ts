/** Flags that make a plan out of a scenario: a plan that is there has answered them. */
export const PLANNING_FLAGS: readonly string[] = [
  'set',
  'prices',
  'param',
  'design',
  'points',
  'design-seed',
  'platforms',
  'seeds',
  'check',
  'chunk',
];
