import { describe, expect, it } from 'vitest';
import { embedJson, embedScript, escapeHtml, markup, trusted } from '../../../reports/html/escape.ts';

describe('markup', () => {
  it('escapes every hole that is not markup', () => {
    expect(markup`<p title="${'" onclick="x'}">${'<b>&'}</p>`.toString()).toBe(
      '<p title="&quot; onclick=&quot;x">&lt;b&gt;&amp;</p>',
    );
  });

  it('nests, joins lists and leaves nothing for what is not there', () => {
    const items = ['a', '<'].map((text) => markup`<li>${text}</li>`);
    expect(markup`<ul>${items}${undefined}${false}${0}</ul>`.toString()).toBe(
      '<ul><li>a</li><li>&lt;</li>0</ul>',
    );
  });

  it('takes an object that looks like markup for no markup', () => {
    const forged = { toString: () => '<script>' } as unknown as string;
    expect(() => markup`${forged}`).toThrow();
    expect(trusted('<b>').toString()).toBe('<b>');
  });

  it('escapes quotes of all kinds and replaces NUL', () => {
    expect(escapeHtml('\'"`\0')).toBe('&#39;&quot;&#96;\ufffd');
  });
});

describe('what stands in a script element', () => {
  const hostile = { text: '</script><!--<script>\u2028\u2029&' };

  it('is JSON that reads back as it was', () => {
    const json = embedJson(hostile).toString();
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual(hostile);
  });

  it('is code that does the same and cannot end its element', () => {
    const code = embedScript(String.raw`globalThis.probe = ["</script>", '<!--', /<\/a>/.source]`).toString();
    expect(code).not.toMatch(/<\/script|<!--/i);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    expect(new Function(`${code}; return globalThis.probe`)()).toEqual([
      '</script>',
      '<!--',
      String.raw`<\/a>`,
    ]);
  });
});
