import { expect, test } from 'vitest';
import { embeddedJson, html, Markup } from '../../src/report/markup.ts';
import { HOSTILE_TEXTS } from '../support/results.ts';

test('html escapes text in content and in attributes', () => {
  expect(html`<p title="${'"<&>\''}">${'"<&>\''}</p>`.text).toBe(
    '<p title="&quot;&lt;&amp;&gt;&#39;">&quot;&lt;&amp;&gt;&#39;</p>',
  );
});

test('html joins lists of markup, passes numbers, leaves nothing of null', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}${null}</ul>`.text).toBe(
    '<ul><li>1</li><li>2</li></ul>',
  );
});

test('html does not escape markup twice', () => {
  expect(html`${html`<b>${'&'}</b>`}`.text).toBe('<b>&amp;</b>');
  expect(html`${new Markup('<br>')}`.text).toBe('<br>');
});

test.each(HOSTILE_TEXTS)('html leaves no way out of an element or an attribute for %j', (text) => {
  expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
});

test.each(HOSTILE_TEXTS)('embeddedJson() keeps %j inside its script element and reads back', (text) => {
  const json = embeddedJson({ text }).text;
  expect(json).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(json)).toEqual({ text });
});
