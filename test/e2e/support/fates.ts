import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { PushOutcome } from '../../../lab/trace/waterfall.ts';
import type { Answer } from './fate-server.ts';

/** What is to become of one promise; `bytes` are all DATA bytes that arrive. */
export interface ExpectedPush {
  readonly url: string;
  readonly outcome: PushOutcome;
  readonly bytes: number;
  /** Left open where browsers differ. */
  readonly duplicate?: boolean | undefined;
}

/** One way a push can end: the server's part, the visitor's part, and the end. */
export interface Fate {
  readonly name: string;
  readonly answer: Answer;
  /** Pages in order, below the fate's name; all in one browser context. */
  readonly visits: readonly string[];
  /** After the load of the last page. */
  readonly then?: (page: Page) => Promise<void>;
  readonly pushes: readonly ExpectedPush[];
}

const ORIGIN = 'https://lab.test';
const CSS = { 'content-type': 'text/css' };
const KEPT = { ...CSS, 'cache-control': 'max-age=600' };
/** 15,000 bytes: more than one DATA frame's worth on any path, less than any window. */
const RULES = 'h1{color:red}'.padEnd(15_000, ' ');
const SIZE = RULES.length;
const sheet = (path: string): string => `<link rel="stylesheet" href="${path}"><h1>t</h1>`;

/** One style sheet, promised with the page. `answerPush` says what follows the promise. */
function pushedSheet(
  name: string,
  outcome: PushOutcome,
  bytes: ExpectedPush['bytes'],
  answer: Answer,
  more: Partial<Fate> & { duplicate?: boolean | undefined } = {},
): Fate {
  const { duplicate, ...rest } = { duplicate: false, ...more };
  return {
    name,
    answer,
    visits: ['/'],
    pushes: [{ url: `${ORIGIN}/${name}/a.css`, outcome, bytes, duplicate }],
    ...rest,
  };
}

export const FATES: readonly Fate[] = [
  pushedSheet('complete-before-use', 'adopted', SIZE, async (exchange) => {
    (await exchange.promise('/complete-before-use/a.css')).body(RULES, CSS);
    await exchange.html(sheet('a.css'), 60);
  }),
  pushedSheet('in-flight-at-use', 'adopted', SIZE, async (exchange) => {
    const push = await exchange.promise('/in-flight-at-use/a.css');
    await exchange.html(sheet('a.css'));
    await sleep(80);
    push.body(RULES, CSS);
  }),
  pushedSheet('no-store', 'adopted', SIZE, async (exchange) => {
    (await exchange.promise('/no-store/a.css')).body(RULES, { ...CSS, 'cache-control': 'no-store' });
    await exchange.html(sheet('a.css'), 40);
  }),
  pushedSheet('anonymous', 'adopted', SIZE, async (exchange) => {
    (await exchange.promise('/anonymous/a.css')).body(RULES, {
      ...CSS,
      'access-control-allow-origin': '*',
    });
    await exchange.html('<link rel="stylesheet" href="a.css" crossorigin="anonymous"><h1>t</h1>', 40);
  }),
  pushedSheet('unclaimed', 'unclaimed', SIZE, async (exchange) => {
    (await exchange.promise('/unclaimed/a.css')).body(RULES, CSS);
    await exchange.html('<h1>t</h1>', 40);
  }),
  pushedSheet(
    'next-page',
    'adopted',
    SIZE,
    async (exchange, path) => {
      if (path === '/') {
        (await exchange.promise('/next-page/a.css')).body(RULES, CSS);
        await exchange.html('<h1>t</h1>', 40);
      } else await exchange.html(sheet('a.css'));
    },
    { visits: ['/', '/second'] },
  ),
  {
    name: 'cached',
    answer: async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, KEPT);
      if (path === '/second') (await exchange.promise('/cached/a.css')).body(RULES, KEPT);
      await exchange.html(sheet('a.css'), 40);
    },
    visits: ['/', '/second'],
    pushes: [{ url: `${ORIGIN}/cached/a.css`, outcome: 'unclaimed', bytes: SIZE, duplicate: true }],
  },
  {
    name: 'twice',
    answer: async (exchange) => {
      for (let time = 0; time < 2; time++) (await exchange.promise('/twice/a.css')).body(RULES, CSS);
      await exchange.html(sheet('a.css'), 40);
    },
    visits: ['/'],
    pushes: [
      { url: `${ORIGIN}/twice/a.css`, outcome: 'adopted', bytes: SIZE },
      { url: `${ORIGIN}/twice/a.css`, outcome: 'refused', bytes: SIZE },
    ],
  },
  pushedSheet(
    'vary-absent',
    'mismatch',
    SIZE,
    async (exchange, path) => {
      const headers = { ...CSS, vary: 'user-agent' };
      if (path === '/a.css') return exchange.respond(RULES, headers);
      (await exchange.promise('/vary-absent/a.css')).body(RULES, headers);
      await exchange.html(sheet('a.css'), 40);
    },
    { duplicate: true },
  ),
  pushedSheet(
    'vary-differs',
    'mismatch',
    SIZE,
    async (exchange, path) => {
      const headers = { ...CSS, vary: 'accept-encoding' };
      if (path === '/a.css') return exchange.respond(RULES, headers);
      (await exchange.promise('/vary-differs/a.css', { 'accept-encoding': 'br' })).body(RULES, headers);
      await exchange.html(sheet('a.css'), 40);
    },
    { duplicate: true },
  ),
  pushedSheet('vary-equal', 'adopted', SIZE, async (exchange) => {
    const encoding = String(exchange.headers['accept-encoding']);
    const push = await exchange.promise('/vary-equal/a.css', { 'accept-encoding': encoding });
    push.body(RULES, { ...CSS, vary: 'accept-encoding' });
    await exchange.html(sheet('a.css'), 40);
  }),
  pushedSheet(
    'status-404',
    'refused',
    9,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/status-404/a.css')).body('not found', { ':status': 404 });
      await exchange.html(sheet('a.css'), 40);
    },
    { duplicate: true },
  ),
  pushedSheet(
    'status-304',
    'adopted',
    0,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/status-304/a.css')).body('', { ':status': 304 });
      await exchange.html(sheet('a.css'), 40);
    },
    { duplicate: undefined },
  ),
  pushedSheet(
    'head',
    'unclaimed',
    0,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/head/a.css', { ':method': 'HEAD' })).body('', CSS);
      await exchange.html(sheet('a.css'), 40);
    },
    { duplicate: true },
  ),
  pushedSheet(
    'without-credentials',
    'unclaimed',
    SIZE,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/without-credentials/a.css')).body(RULES, CSS);
      await exchange.html('<script>fetch("a.css",{credentials:"omit"}).then(r=>r.text())</script>', 40);
    },
    { duplicate: true, then: (page) => page.waitForTimeout(150) },
  ),
  pushedSheet(
    'reset-before-use',
    'cancelled-by-server',
    0,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/reset-before-use/a.css')).cancel();
      await exchange.html(sheet('a.css'), 40);
    },
    { duplicate: true },
  ),
  pushedSheet(
    'reset-after-adoption',
    'cancelled-by-server',
    0,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      const push = await exchange.promise('/reset-after-adoption/a.css');
      await exchange.html(sheet('a.css'));
      await sleep(100);
      push.cancel();
    },
    { duplicate: true },
  ),
  pushedSheet(
    'navigated-away',
    'cancelled-by-client',
    SIZE,
    async (exchange, path) => {
      if (path === '/second') return exchange.html('<h1>second</h1>');
      (await exchange.promise('/navigated-away/a.css')).begin(RULES, CSS);
      await exchange.html('<script>fetch("a.css");setTimeout(()=>{location.href="second"},120)</script>', 40);
    },
    { then: (page) => page.waitForURL('**/second') },
  ),
  pushedSheet(
    'came-back',
    'cancelled-by-client',
    SIZE,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      if (path === '/second') return exchange.html(sheet('a.css'), 60);
      (await exchange.promise('/came-back/a.css')).begin(RULES, CSS);
      await exchange.html('<script>fetch("a.css");setTimeout(()=>{location.href="second"},120)</script>', 40);
    },
    { duplicate: true, then: (page) => page.waitForURL('**/second') },
  ),
  pushedSheet(
    'aborted-and-asked-again',
    'cancelled-by-client',
    SIZE,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/aborted-and-asked-again/a.css')).begin(RULES, CSS);
      await exchange.html(
        '<script>c=new AbortController();fetch("a.css",{signal:c.signal});setTimeout(()=>{c.abort();fetch("a.css").then(r=>r.text())},80)</script>',
        40,
      );
    },
    { duplicate: true, then: (page) => page.waitForTimeout(250) },
  ),
  pushedSheet(
    'too-late',
    'unclaimed',
    SIZE,
    async (exchange, path) => {
      if (path === '/a.css') {
        await sleep(120);
        return exchange.respond(RULES, CSS);
      }
      if (path === '/b.js') {
        (await exchange.promise('/too-late/a.css')).body(RULES, CSS);
        return exchange.respond('0', { 'content-type': 'text/javascript' });
      }
      await exchange.html(`${sheet('a.css')}<script src="b.js" async></script>`);
    },
    { duplicate: true },
  ),
  pushedSheet('never-answered', 'not-received', 0, async (exchange) => {
    await exchange.promise('/never-answered/a.css');
    await exchange.html('<h1>t</h1>', 40);
  }),
  pushedSheet('status-301', 'adopted', 0, async (exchange, path) => {
    if (path === '/b.css') return exchange.respond(RULES, CSS);
    (await exchange.promise('/status-301/a.css')).body('', { ':status': 301, location: 'b.css' });
    await exchange.html(sheet('a.css'), 40);
  }),
  pushedSheet(
    'connection-broken-before-response',
    'cancelled-by-server',
    0,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      await exchange.promise('/connection-broken-before-response/a.css');
      await exchange.html('<script>fetch("a.css").then(r=>r.text())</script>', 40);
      await sleep(150);
      exchange.breakConnection();
    },
    { duplicate: true, then: (page) => page.waitForTimeout(250) },
  ),
  pushedSheet(
    'unclaimed-connection-broken',
    'unclaimed',
    SIZE,
    async (exchange) => {
      (await exchange.promise('/unclaimed-connection-broken/a.css')).begin(RULES, CSS);
      await exchange.html('<h1>t</h1>', 40);
      await sleep(50);
      exchange.breakConnection();
    },
    { then: (page) => page.waitForTimeout(150) },
  ),
  {
    name: 'other-authority',
    answer: async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      for (const host of ['b.lab.test', 'elsewhere.test']) {
        (await exchange.promise('/other-authority/a.css', { ':authority': host })).body(RULES, CSS);
      }
      await exchange.html(sheet('https://b.lab.test/other-authority/a.css'), 40);
    },
    visits: ['/'],
    pushes: [
      { url: 'https://b.lab.test/other-authority/a.css', outcome: 'adopted', bytes: SIZE },
      { url: 'https://elsewhere.test/other-authority/a.css', outcome: 'refused', bytes: SIZE },
    ],
  },
  pushedSheet(
    'connection-broken',
    'cancelled-by-server',
    SIZE,
    async (exchange, path) => {
      if (path === '/a.css') return exchange.respond(RULES, CSS);
      (await exchange.promise('/connection-broken/a.css')).begin(RULES, CSS);
      await exchange.html('<script>fetch("a.css").then(r=>r.text())</script>', 40);
      await sleep(150);
      exchange.breakConnection();
    },
    { then: (page) => page.waitForTimeout(250) },
  ),
];
