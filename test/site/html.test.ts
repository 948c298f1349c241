import { describe, expect, it } from 'vitest';
import { mediaMayMatch, parseSrcset, readHtml } from '../../server/site/html.ts';
import { readCss } from '../../server/site/css.ts';

describe('readHtml', () => {
  const kinds = (html: string) =>
    readHtml(html).items.map((item) => (item.kind === 'inline-css' ? item.kind : `${item.kind} ${item.url}`));

  it('tells style sheets that block from those that do not', () => {
    expect(
      kinds(`<head>
        <link rel=stylesheet href=a.css>
        <link rel="STYLESHEET" media="screen and (min-width: 10em)" href=b.css>
        <link rel=stylesheet media=print onload="this.media='all'" href=c.css>
        <link rel="alternate stylesheet" href=d.css title=x>
        <link rel=stylesheet disabled href=e.css>
        <link rel=stylesheet type=text/less href=f.css>`),
    ).toEqual(['stylesheet a.css', 'stylesheet b.css', 'idle-stylesheet c.css', 'idle-stylesheet d.css']);
  });

  it('tells scripts that block from those that do not', () => {
    expect(
      kinds(`<script src=a.js></script><script defer src=b.js></script><script async src=c.js></script>
        <script type=module src=d.js></script><script type=application/json src=e.json></script>
        <script nomodule src=f.js></script><script type="text/javascript" src=g.js></script><script>1</script>`),
    ).toEqual(['blocking-script a.js', 'other b.js', 'other c.js', 'other d.js', 'blocking-script g.js']);
  });

  it('finds images, posters, icons, preloads, frames and inline styles, in document order', () => {
    expect(
      kinds(`<head><link rel="shortcut icon" href=i.ico><link rel=preload as=image href=p.png imagesrcset="q.png 2x">
        <link rel=prefetch href=next.html><link rel=canonical href=/></head>
        <body style="background: url(b.png)"><img src=1.png srcset="2.png 2x, 3.png 3x">
        <picture><source srcset=4.webp><img src=4.png></picture><video poster=v.jpg src=v.mp4></video>
        <iframe src=f.html></iframe><input type=image src=5.png><input src=no.png>
        <svg><image xlink:href="6.svg"/><use href="#id"/></svg><a href=page.html>x</a>`),
    ).toEqual([
      'other i.ico',
      'other p.png',
      'other q.png',
      'inline-css',
      ...['1.png', '2.png', '3.png', '4.webp', '4.png', 'v.jpg', 'v.mp4', 'f.html', '5.png', '6.svg'].map(
        (url) => `other ${url}`,
      ),
      'other #id',
    ]);
  });

  it('leaves out noscript, template and comments', () => {
    expect(
      kinds(`<noscript><link rel=stylesheet href=a.css></noscript><template><img src=b.png></template>
        <!-- <img src=c.png> -->`),
    ).toEqual([]);
  });

  it('knows the head of a page that does not write one', () => {
    const { items } = readHtml('<link rel=stylesheet href=a.css><p>text<link rel=stylesheet href=b.css>');
    expect(items.map(({ inHead }) => inHead)).toEqual([true, false]);
  });

  it('takes the first base and survives garbage and deep nesting', () => {
    expect(readHtml('<base href=/x/><base href=/y/>').base).toBe('/x/');
    expect(readHtml('').items).toEqual([]);
    expect(readHtml('\0<<<a b="').items).toEqual([]);
    expect(readHtml(`${'<div>'.repeat(50_000)}<img src=deep.png>`).items).toHaveLength(1);
  });
});

describe('mediaMayMatch', () => {
  it.each([undefined, '', 'all', 'screen', 'print, screen', '(max-width: 1px)', 'not print', 'only screen'])(
    'yes for %s',
    (media) => expect(mediaMayMatch(media)).toBe(true),
  );
  it.each([
    'print',
    'PRINT',
    'only print',
    'print and (color)',
    'speech',
    'print, speech',
    'not all',
    'not screen',
  ])('no for %s', (media) => expect(mediaMayMatch(media)).toBe(false));
});

describe('parseSrcset', () => {
  it('splits at commas that are not part of a URL', () => {
    expect(parseSrcset('a.png 1x, b.png 2x')).toEqual(['a.png', 'b.png']);
    expect(parseSrcset('a.png, b.png 100w,c.png')).toEqual(['a.png', 'b.png', 'c.png']);
    expect(parseSrcset('img/w=1,h=2.png 1x,  d.png')).toEqual(['img/w=1,h=2.png', 'd.png']);
    expect(parseSrcset(' , ,')).toEqual([]);
    expect(parseSrcset('a.png (1,2) 1x, b.png')).toEqual(['a.png', 'b.png']);
  });
});

describe('readCss', () => {
  it('finds imports, fonts and images', () => {
    expect(
      readCss(
        `@charset "utf-8"; @layer base; @import "a.css"; @import url(b.css) print; @import 'c.css' layer(x) screen;
         @font-face { font-family: F; src: url(f.woff2) format("woff2") }
         p { background: url("p.png"), image-set("q.png" 1x, url(r.png) 2x) }
         @media print { p { background: url(s.png) } }`,
        'stylesheet',
      ),
    ).toEqual([
      { url: 'a.css', kind: 'import', mayApply: true },
      { url: 'b.css', kind: 'import', mayApply: false },
      { url: 'c.css', kind: 'import', mayApply: true },
      { url: 'f.woff2', kind: 'font', mayApply: true },
      { url: 'p.png', kind: 'url', mayApply: true },
      { url: 'q.png', kind: 'url', mayApply: true },
      { url: 'r.png', kind: 'url', mayApply: true },
      { url: 's.png', kind: 'url', mayApply: true },
    ]);
  });

  it('ignores imports that a browser ignores: after a rule', () => {
    expect(readCss('p { color: red } @import "late.css";', 'stylesheet')).toEqual([]);
  });

  it('reads style attributes and survives garbage', () => {
    expect(readCss('color: red; background: url( x.png )', 'declarationList')).toEqual([
      { url: 'x.png', kind: 'url', mayApply: true },
    ]);
    expect(readCss('}}}{{{ @import ; @import 5; url(', 'stylesheet')).toEqual([]);
    expect(readCss('', 'stylesheet')).toEqual([]);
  });
});
