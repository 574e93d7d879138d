import type { CostNode } from '../experiment/result.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatUsd } from './number-format.ts';
import { type Paint, textTable } from './text-layout.ts';

/** The bill as a tree: name, dollars, and for leaves quantity and unit price. */
export function costTreeLines(tree: CostNode, paint: Paint): string[] {
  const rows: string[][] = [];
  const visit = (node: CostNode, prefix: string, childPrefix: string): void => {
    const name = stripControl(node.name);
    const cells = [paint('dim', prefix) + name, formatUsd(node.usd), paint('dim', stripControl(node.detail))];
    rows.push(cells);
    node.children.forEach((child, index) => {
      const last = index === node.children.length - 1;
      visit(child, `${childPrefix}${last ? '└─ ' : '├─ '}`, `${childPrefix}${last ? '   ' : '│  '}`);
    });
  };
  visit(tree, '', '');
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'right' },
    { title: '', align: 'left' },
  ] as const;
  return textTable(columns, rows, paint).map((line) => `  ${line}`);
}
