import { describe, expect, it } from 'vitest';
import { linkPushes, linkPushUrl } from '../../../server/link/link-pushes.ts';
import { LINK_QUIRKS, PERSONALITIES, type Personality } from '../../../server/link/personalities.ts';

const request = { scheme: 'https', authority: 'host', path: '/index.html' };
const twelve = Array.from({ length: 12 }, (_, at) => `</${at}>; rel=preload`).join(', ');

/** What is pushed, as paths (as URLs where another authority's); `kept`, `stripped`: the Link field to the client. */
function outcome(
  fields: string | readonly string[],
  personality: Personality,
  pushedBefore?: ReadonlySet<string>,
) {
  const { pushes, forwarded } = linkPushes(fields, request, personality, pushedBefore);
  const named = pushes.map((push) => (push.authority === 'host' ? push.path : linkPushUrl(push)));
  const shown = named.length > 3 ? `${named.length}` : named.join(' ') || 'no';
  return forwarded.join() === [fields].flat().join() ? shown : `${shown} stripped`;
}

const A = '/a.css';
const AB = '/a.css /b.css';

/** What each server pushes for the Link field, in the order of `PERSONALITIES`. */
// prettier-ignore
const table: [string, string | string[], ...string[]][] = [
  //                                                                                     lab              nginx     apache    h2o              nghttpx   caddy
  ['rel=preload',            '</a.css>; rel=preload',                                    A,               A,        A,        A,               A,        A],
  ['with as',                '</a.css>; rel=preload; as=style',                          A,               A,        A,        A,               A,        A],
  ['comma list',             '</a.css>; rel=preload, </b.css>; rel=preload',             AB,              AB,       AB,       AB,              AB,       AB],
  ['two headers',            ['</a.css>; rel=preload', '</b.css>; rel=preload'],         AB,              AB,       AB,       AB,              AB,       AB],
  ['crossorigin',            '</a.css>; rel=preload; crossorigin',                       A,               A,        A,        A,               A,        A],
  ['?query',                 '</a.css?v=1>; rel=preload',                                '/a.css?v=1',    '/a.css?v=1', '/a.css?v=1', '/a.css?v=1', '/a.css?v=1', '/a.css?v=1'],
  ['nopush',                 '</a.css>; rel=preload; nopush',                            'no',            'no',     'no',     'no',            'no',     'no'],
  ['nopush of one item',     '</a.css>; rel=preload, </b.css>; rel=preload; nopush',     A,               A,        A,        A,               A,        A],
  ['x-http2-push-only',      '</a.css>; rel=preload; x-http2-push-only',                 `${A} stripped`, A,        A,        `${A} stripped`, A,        A],
  ['quoted rel',             '</a.css>; rel="preload"',                                  A,               A,        A,        'no',            A,        A],
  ['two relations',          '</a.css>; rel="preload stylesheet"',                       A,               A,        A,        'no',            A,        A],
  ['REL=Preload',            '</a.css>; REL=Preload',                                    A,               A,        'no',     A,               A,        A],
  ['relative a.css',         '<a.css>; rel=preload',                                     A,               'no',     'no',     A,               A,        'no'],
  ['relative ./a.css',       '<./a.css>; rel=preload',                                   A,               'no',     'no',     A,               A,        'no'],
  ['absolute',               '<https://host/a.css>; rel=preload',                        A,               'no',     A,        A,               A,        'no'],
  ['//host/a.css',           '<//host/a.css>; rel=preload',                              A,               'no',     A,        A,               '/host/a.css', 'no'],
  ['other authority',        '<https://other/a.css>; rel=preload',                       'no',            'no',     'no',     'no',            'https://other/a.css', 'no'],
  ['rel=prefetch',           '</a.css>; rel=prefetch',                                   'no',            'no',     'no',     'no',            'no',     A],
  ['rel=preconnect',         '</a.css>; rel=preconnect',                                 'no',            'no',     'no',     'no',            'no',     A],
  ['12 links',               twelve,                                                     '12',            '10',     '12',     '12',            '12',     '12'],
  ['same URL twice',         '</a.css>; rel=preload, </a.css>; rel=preload',             A,               `${A} ${A}`, A,     A,               A,        `${A} ${A}`],
];

describe('linkPushes', () => {
  it.each(table)('%s', (_, fields, ...expected) => {
    expect(PERSONALITIES.map((personality) => outcome(fields, personality))).toEqual(expected);
  });

  it('repeat request on the same connection', () => {
    const pushed = new Set(['https://host/a.css']);
    const fields = '</a.css>; rel=preload';
    const got = PERSONALITIES.map((personality) => outcome(fields, personality, pushed));
    expect(got).toEqual(['no', A, 'no', 'no', A, A]);
  });

  it('keeps the order of the fields, the first of a URL named twice counting', () => {
    const fields = [
      '</b>; rel=preload',
      '</a>; rel=preload, <https://host/b>; rel=preload, </c>; rel=preload',
    ];
    expect(outcome(fields, 'lab')).toBe('/b /a /c');
  });

  it('throws at nothing, pushes no other authority, and reads its own forwarded fields the same', () => {
    const pieces = [
      '<',
      '>',
      '/a',
      '//x',
      'https://x',
      '\\',
      '"',
      ';',
      ',',
      '=',
      ' ',
      'rel',
      'preload',
      'nopush',
      '?',
      '@',
    ];
    let state = 1;
    // Park and Miller's minimal standard generator.
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let run = 0; run < 5000; run++) {
      const field = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]).join('');
      for (const personality of PERSONALITIES) {
        const { pushes, forwarded } = linkPushes(`${field},</a>;rel=preload`, request, personality);
        expect(linkPushes(forwarded, request, personality)).toEqual({ pushes, forwarded });
        if (personality !== 'nghttpx')
          expect(pushes.every(({ authority }) => authority === 'host')).toBe(true);
      }
    }
  });
});

describe('LINK_QUIRKS', () => {
  const column = <T>(read: (personality: Personality) => T) =>
    Object.fromEntries(PERSONALITIES.map((personality) => [personality, read(personality)]));

  it('404 target', () => {
    expect(column((personality) => LINK_QUIRKS[personality].missingTarget)).toEqual({
      lab: 'pushes-404',
      nginx: 'pushes-404',
      apache: 'pushes-404',
      h2o: 'promises-then-resets',
      nghttpx: 'pushes-404',
      caddy: 'pushes-404',
    });
  });

  it('origin sends 103 first', () => {
    expect(column((personality) => LINK_QUIRKS[personality].originEarlyHints)).toEqual({
      lab: { response: 'forwarded', pushedLinks: 'hint-and-final' },
      nginx: { response: 'protocol-error', pushedLinks: 'none' },
      apache: { response: 'forwarded', pushedLinks: 'hint-and-final' },
      h2o: { response: 'swallowed', pushedLinks: 'hint-and-final' },
      nghttpx: { response: 'forwarded', pushedLinks: 'hint-and-final' },
      caddy: { response: 'forwarded', pushedLinks: 'hint' },
    });
  });

  it('x-http2-push on pushed responses', () => {
    expect(column((personality) => LINK_QUIRKS[personality].pushedMark)).toEqual({
      lab: 'pushed',
      nginx: undefined,
      apache: undefined,
      h2o: 'pushed',
      nghttpx: '1',
      caddy: undefined,
    });
  });
});
