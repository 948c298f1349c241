import { describe, expect, it } from 'vitest';
import { parameterOf, parseLinkFields } from '../../../server/link/parse-link-field.ts';

/** `target rel,rel name=value name` of each link. */
function read(...fields: string[]): string[] {
  return parseLinkFields(fields)
    .flat()
    .flatMap(({ link }) => (link === undefined ? [] : [link]))
    .map(({ target, relations, parameters }) => {
      const others = parameters.filter(({ name }) => name !== 'rel');
      const shown = others.map(({ name, value }) => (value === '' ? name : `${name}=${value}`));
      return [target, relations.join(','), ...shown].join(' ').trim();
    });
}

describe('parseLinkFields', () => {
  it.each<[string, string[], string[]]>([
    ['one link', ['</a.css>; rel=preload; as=style'], ['/a.css preload as=style']],
    ['a comma list', ['</a>; rel=preload, </b>;rel=next'], ['/a preload', '/b next']],
    ['many fields', ['</a>; rel=preload', '</b>; rel=next'], ['/a preload', '/b next']],
    ['no parameters', ['</a>, </b>'], ['/a', '/b']],
    ['a quoted rel', ['</a>; rel="preload"'], ['/a preload']],
    ['several relation types', ['</a>; rel="preload  Stylesheet"'], ['/a preload,stylesheet']],
    ['names and relation types in any case', ['</a>; REL=PreLoad; As=style'], ['/a preload as=style']],
    ['the first rel wins', ['</a>; rel=next; rel=preload'], ['/a next']],
    [
      'comma and semicolon in quotes',
      ['</a>; title="x, y; z"; rel=next, </b>; rel=prev'],
      ['/a next title=x, y; z', '/b prev'],
    ],
    ['comma and semicolon in the target', ['</a,b;c>; rel=next'], ['/a,b;c next']],
    [
      'quoted pairs',
      [String.raw`</a>; title="a \"b\" \\ c, d"; rel=next`],
      [String.raw`/a next title=a "b" \ c, d`],
    ],
    [
      'parameters without a value',
      ['</a>; rel=preload; nopush; crossorigin'],
      ['/a preload nopush crossorigin'],
    ],
    [
      'whitespace everywhere',
      ['\t</a> ; rel = "preload" ;\tas = style , </b>'],
      ['/a preload as=style', '/b'],
    ],
    ['empty list elements', [', ,</a>; rel=next,, </b>,'], ['/a next', '/b']],
    ['empty parameters', ['</a>;;rel=next; ;'], ['/a next']],
    ['an empty target', ['<>; rel=next'], ['next']],
    ['a value with an equals sign', ['</a>; rel=next; x=a=b'], ['/a next x=a=b']],
    ['nothing', [''], []],
  ])('reads %s', (_, fields, expected) => {
    expect(read(...fields)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ['no angle brackets', '/x; rel=preload, </b>; rel=next', ['/b next']],
    ['no closing bracket', '</x; rel=preload, </b>; rel=next', ['/b next']],
    ['quotes in what is no link', 'x; title="</y>, </z>", </b>; rel=next', ['/b next']],
    ['junk behind a quoted value', '</a>; rel="next"junk; as=x, </b>', ['/a next', '/b']],
    ['junk behind the target', '</a> junk; rel=next, </b>', ['/a', '/b']],
    ['a quote that never ends', '</a>; rel="next, </b>; rel=next', ['/a next,,</b>;,rel=next']],
    ['a backslash at the end', '</a>; rel="next\\', ['/a next']],
    ['nothing but opening brackets', '<<<', []],
    ['control characters and half a surrogate pair', '</a\u0000\ud800>; rel=next', ['/a\u0000\ud800 next']],
  ])('forgives %s and keeps the rest', (_, field, expected) => {
    expect(read(field)).toEqual(expected);
  });

  it('keeps each link-value as written, and which field it stood in', () => {
    const written = parseLinkFields(['</a> ;REL=x,bad , </b>', '</c>']);
    expect(written.map((values) => values.map(({ text }) => text))).toEqual([
      ['</a> ;REL=x', 'bad', '</b>'],
      ['</c>'],
    ]);
    expect(written[0]![1]!.link).toBeUndefined();
  });

  it('tells whether a value was quoted', () => {
    const [quoted, bare] = parseLinkFields('</a>; rel="next", </b>; rel=next')[0]!;
    expect(parameterOf(quoted!.link!, 'rel')).toEqual({ name: 'rel', value: 'next', quoted: true });
    expect(parameterOf(bare!.link!, 'rel')).toEqual({ name: 'rel', value: 'next', quoted: false });
  });

  it.each([
    '<',
    '<,',
    '<"',
    '"',
    '\\',
    '"\\',
    ',',
    ';',
    '<>;',
    '<>;a="',
    '<>;a=\\"',
    '< ',
    ' ',
    '=,',
    '<>; rel="a ',
  ])('takes time linear in a megabyte of %j', (piece) => {
    const field = piece.repeat(Math.ceil(1e6 / piece.length));
    const startMs = performance.now();
    parseLinkFields(field);
    // Tens of milliseconds; were it quadratic, 1e12 steps would take many minutes.
    expect(performance.now() - startMs).toBeLessThan(3000);
  });
});
