import { type Expression, mentions } from './expression.ts';

/** Does any test of the expression look at the attribute? */
export function mentionsAttribute(expression: Expression, attribute: string): boolean {
  return mentions(expression, (test) => {
    if (test.kind === 'text') return test.subject === `attribute:${attribute}`;
    return (test.kind === 'exists' || test.kind === 'order') && test.attribute === attribute;
  });
}
