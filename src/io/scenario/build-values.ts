import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { InputError } from '../../errors.ts';
import { formatPath, type Locate, type Located, type Path, Problems, sortDiagnostics } from './locate.ts';
import { numberProblem } from './plain-number.ts';
import type { CheckedDocument } from './read-document.ts';
import { MAX_NESTING } from './scan-nesting.ts';
import type { SourceText } from './source-text.ts';

/** Nodes that a document may have after its aliases are expanded. */
export const MAX_EXPANDED_NODES = 1_000_000;

/** Keys through which a naive merge reaches the prototype of every object. */
const RESERVED_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Size and height count what aliases stand for, so that an expansion is known without being carried out. */
interface Built {
  readonly value: unknown;
  readonly nodes: number;
  readonly height: number;
}

/**
 * Values of a parsed document, each node visited once. Errors: E1004, E1006, E1102-E1106, all of them together.
 * `oddNumbers`: what becomes of numbers that JavaScript would change, or that can be read in two ways (`0644`): they are
 * refused, or kept as the text that is written.
 */
export function buildValues(
  source: SourceText,
  document: Document.Parsed,
  oddNumbers: 'refuse' | 'as-text' = 'refuse',
): CheckedDocument {
  const builder = new ValueBuilder(source, document.contents, oddNumbers);
  const { value } = builder.build(document.contents, []);
  if (builder.problems.hasErrors) throw new InputError(sortDiagnostics(builder.problems.list));
  return { value, locate: builder.locate };
}

class ValueBuilder {
  readonly problems: Problems;
  readonly #source: SourceText;
  readonly #root: Node | null;
  /** Latest node of each anchor so far; `built` is null while it is under construction. */
  readonly #anchors = new Map<string, { readonly node: Node; readonly built: Built | null }>();
  readonly #targets = new Map<Alias, Node>();
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  readonly #oddNumbers: 'refuse' | 'as-text';
  #expansionReported = false;

  constructor(source: SourceText, root: Node | null, oddNumbers: 'refuse' | 'as-text') {
    this.#source = source;
    this.#root = root;
    this.#oddNumbers = oddNumbers;
    this.problems = new Problems((path, part) => this.locate(path, part));
  }

  build(node: Node | null, path: Path): Built {
    if (node === null) return leaf(null);
    if (isAlias(node)) return this.#alias(node, path);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, { node, built: null });
    const built = this.#plain(node, path);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, built });
    return built;
  }

  /** Where `path` stands in the source, or its nearest ancestor that stands there. */
  readonly locate: Locate = (path, part = 'value') => {
    let node = this.#root;
    let pair: Pair | undefined;
    for (const segment of path) {
      if (isAlias(node)) node = this.#targets.get(node) ?? node;
      let child: Node | null | undefined;
      if (isMap(node)) {
        const found = this.#pairsOf(node).get(String(segment));
        if (found === undefined) return this.#range(node, pair);
        pair = found;
        child = found.value as Node | null;
      } else if (isSeq(node)) {
        pair = undefined;
        child = node.items[Number(segment)] as Node | undefined;
      }
      if (child === undefined) return this.#range(node, pair);
      node = child;
    }
    return part === 'key' && pair !== undefined
      ? this.#range(pair.key as Node, undefined)
      : this.#range(node, pair);
  };

  #plain(node: Node, path: Path): Built {
    const { tag } = node as { tag?: string };
    if (tag !== undefined) {
      this.problems.error('E1005', path, `the tag ${tag} is not supported`, { hint: 'remove it' });
      return leaf(null);
    }
    if (isScalar(node)) {
      const problem =
        typeof node.value === 'number' ? numberProblem(node.source ?? '', node.value) : undefined;
      if (problem === undefined) return leaf(node.value);
      if (this.#oddNumbers === 'as-text') return leaf(node.source ?? '');
      this.problems.error(problem.code, path, problem.message, { hint: problem.hint });
      return leaf(0);
    }
    if (path.length >= MAX_NESTING) return this.#tooDeep(path);
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return this.#sequence(node.items as (Node | null)[], path);
    return leaf(null);
  }

  #map(node: YAMLMap, path: Path): Built {
    const value: Record<string, unknown> = {};
    let nodes = 1;
    let height = 0;
    const seen = new Map<string, number>();
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const key = this.#key(keyNode, path);
      if (key === undefined) continue;
      const line = this.#source.line(keyNode?.range?.[0] ?? 0);
      const first = seen.get(key);
      if (first !== undefined) {
        this.#reportAt(
          keyNode,
          path,
          'E1105',
          `the key ${JSON.stringify(key)} appears twice`,
          `first on line ${first}`,
        );
        continue;
      }
      seen.set(key, line);
      const built = this.build(pair.value as Node | null, [...path, key]);
      value[key] = built.value;
      nodes += 1 + built.nodes;
      height = Math.max(height, built.height);
    }
    return this.#sized({ value, nodes, height: height + 1 }, path);
  }

  #sequence(items: readonly (Node | null)[], path: Path): Built {
    const value: unknown[] = [];
    let nodes = 1;
    let height = 0;
    items.forEach((item, index) => {
      const built = this.build(item, [...path, index]);
      value.push(built.value);
      nodes += built.nodes;
      height = Math.max(height, built.height);
    });
    return this.#sized({ value, nodes, height: height + 1 }, path);
  }

  #key(node: Node | null, path: Path): string | undefined {
    if (!isScalar(node) || typeof node.value !== 'string') {
      const shown = isScalar(node) ? `the key ${node.source ?? ''}` : 'this key';
      this.#reportAt(
        node,
        path,
        'E1102',
        `${shown} is not text`,
        isScalar(node) ? 'write it in quotes' : undefined,
      );
      return undefined;
    }
    if (!RESERVED_KEYS.includes(node.value)) return node.value;
    this.#reportAt(
      node,
      path,
      'E1106',
      `the key ${JSON.stringify(node.value)} is reserved and cannot be used`,
    );
    return undefined;
  }

  #alias(node: Alias, path: Path): Built {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      const names = [...this.#anchors.keys()].slice(0, 5).join(', ');
      const hint = names === '' ? undefined : `anchors so far: ${names}`;
      this.problems.error('E1005', path, `the alias *${node.source} has no anchor before it`, { hint });
      return leaf(null);
    }
    this.#targets.set(node, target.node);
    if (target.built === null) {
      this.problems.error('E1006', path, `the alias *${node.source} stands inside its own anchor`);
      return leaf(null);
    }
    if (path.length + target.built.height > MAX_NESTING) return this.#tooDeep(path);
    return target.built;
  }

  #sized(built: Built, path: Path): Built {
    if (built.nodes <= MAX_EXPANDED_NODES || this.#expansionReported) return built;
    this.#expansionReported = true;
    const message = `the aliases in here expand to more than ${MAX_EXPANDED_NODES} values`;
    this.problems.error('E1006', path, message);
    return leaf(null);
  }

  #tooDeep(path: Path): Built {
    this.problems.error('E1004', path, `the document is nested deeper than ${MAX_NESTING} levels here`);
    return leaf(null);
  }

  /** For keys, which no path leads to when they are wrong. */
  #reportAt(
    node: Node | null,
    path: Path,
    code: 'E1102' | 'E1105' | 'E1106',
    message: string,
    hint?: string,
  ): void {
    const here = new Problems(() => this.#range(node, undefined));
    const place = path.length === 0 ? '' : ` in ${formatPath(path)}`;
    here.error(code, path, message + place, { hint });
    this.problems.adopt(here.list);
  }

  #pairsOf(node: YAMLMap): ReadonlyMap<string, Pair> {
    let pairs = this.#pairs.get(node) as Map<string, Pair> | undefined;
    if (pairs === undefined) {
      pairs = new Map();
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        // Of duplicate keys the first one counts, as it does for the values.
        if (!pairs.has(key)) pairs.set(key, pair as Pair);
      }
      this.#pairs.set(node, pairs);
    }
    return pairs;
  }

  /** The node's own text; for a value that is not there, its key. */
  #range(node: Node | null, pair: Pair | undefined): Located {
    const range = node?.range ?? null;
    if (range !== null && range[1] > range[0]) return this.#source.locate(range[0], range[1]);
    const key = (pair?.key as Node | undefined)?.range;
    if (key) return this.#source.locate(key[0], key[1]);
    const start = range?.[0] ?? 0;
    return this.#source.locate(start, start + 1);
  }
}

function leaf(value: unknown): Built {
  return { value, nodes: 1, height: 0 };
}
