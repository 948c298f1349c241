import type { Http2Terms, Strategy, What } from './strategy.ts';

type Described = Pick<
  Strategy,
  | 'protocol'
  | 'sendBufferBytes'
  | 'notSentLowatBytes'
  | 'what'
  | 'when'
  | 'how'
  | 'order'
  | 'interleaveAt'
  | 'budget'
  | 'scheduler'
  | 'firstSlice'
  | 'tlsRecord'
  | 'http2'
>;

/** In words: exactly what happens on the wire. */
export function describeStrategy(strategy: Described): string {
  const { how, order, budget, scheduler, firstSlice, tlsRecord, sendBufferBytes, notSentLowatBytes } =
    strategy;
  const extras = [
    strategy.protocol === 'h1' &&
      'HTTP/1.1: the browser opens up to six connections, and each carries one response at a time.',
    how !== 'none' && order === 'critical-first' && 'Render-blocking ones come first.',
    how !== 'none' && order === 'smallest-first' && 'Small ones come first.',
    budget !== undefined && `Not more than ${describeBudget(budget)}.`,
    tlsRecord !== undefined &&
      `TLS records have ${tlsRecord.warmUpRecordBytes} bytes until ${tlsRecord.warmUpBytes} bytes are sent${tlsRecord.coolDownMs > 0 ? `, and again after ${tlsRecord.coolDownMs} ms of rest` : ''}.`,
    firstSlice !== 'none' &&
      `Of each progressive JPEG ${firstSlice === 'first-scan' ? 'the first scan' : `${firstSlice} bytes`} goes before any of them goes on.`,
    sendBufferBytes !== undefined &&
      `The server's kernel takes ${sendBufferBytes === 'auto' ? 'as much ahead of the network as Linux lets it' : `${sendBufferBytes} bytes ahead of the network`}.`,
    notSentLowatBytes !== undefined &&
      `TCP_NOTSENT_LOWAT is ${notSentLowatBytes === 'off' ? 'off' : `${notSentLowatBytes} bytes`}.`,
    ...(strategy.http2 === undefined ? [] : describeHttp2(strategy.http2)),
    scheduler !== 'client' && `Among streams that may go, ${describeScheduler(scheduler)}.`,
  ];
  return [describeDelivery(strategy), ...extras.filter((extra) => extra !== false)].join(' ');
}

function describeDelivery({ how, what, when, interleaveAt }: Described): string {
  const resources = describeWhat(what, when);
  switch (how) {
    case 'none':
      return 'The server answers requests and nothing else: no push, no Link field, no 103.';
    case 'push':
      return describePush(resources, when, interleaveAt);
    case 'origin-link':
      return 'What the Link fields of the HTML ask to preload, the server pushes: it sends a PUSH_PROMISE for each, then the headers and body of the HTML, and after its last byte their bodies.';
    case 'preload-header':
      return `The HTML response carries a "Link: rel=preload" for ${resources}; the browser requests them when it has read that header.`;
    case 'preload-tag':
      return `The HTML's head begins with a <link rel=preload> for ${resources}; the browser requests them when it has read the first bytes of the HTML.`;
    case 'early-hints':
      return `A 103 response with a "Link: rel=preload" for ${resources} leaves at once, while the origin still prepares the HTML; the browser requests them when it has read it.`;
    case 'prefetch':
      return `The HTML response carries a "Link: rel=prefetch" for ${resources}; the browser requests them with lowest priority, for the page that follows.`;
  }
}

function describePush(
  resources: string,
  when: Strategy['when'],
  interleaveAt: Strategy['interleaveAt'],
): string {
  const promise = `the server sends a PUSH_PROMISE for ${resources}`;
  switch (when) {
    case 'before-html':
      return `Once the HTML is ready, ${promise}, then their bodies in full, one after the other, and only then the headers and body of the HTML.`;
    case 'while-thinking':
      return `As soon as the page is requested, ${promise} and their bodies, one after the other; the HTML follows once the origin has it and they are sent.`;
    case 'after-html':
      return `Once the HTML is ready, ${promise}, then the headers and body of the HTML, and after its last byte their bodies, one after the other.`;
    case 'interleaved':
      return `Once the HTML is ready, ${promise}, then the HTML ${interleaveAt === 'head' ? 'to the end of its head' : `up to byte ${interleaveAt}`}, then their bodies, one after the other, then the rest of the HTML.`;
    case 'with-html':
      return `Once the HTML is ready, ${promise}; then HTML and pushes share the connection as the server chooses.`;
    case 'with-resource':
      return `When the browser requests a sub-resource, ${promise} before its headers; their bodies follow its last byte.`;
    case 'during-interactive':
      return `The page sends a beacon after its load event; on that stream ${promise}, then their bodies, one after the other.`;
  }
}

function describeWhat(what: What, when: Strategy['when']): string {
  if (what === 'critical') return 'each render-blocking resource of the page';
  if (what === 'all') return 'each resource the page uses';
  if (what === 'children') return 'each resource that it refers to';
  if (what === 'graph') {
    return when === 'with-resource'
      ? 'each resource that it led to in a recorded load'
      : 'each resource that a recorded load of the page asked for';
  }
  if (what === 'next-page') return 'the page that follows and each of its render-blocking resources';
  if ('types' in what) return `each resource of the page of type ${what.types.join(', ')}`;
  return what.length <= 3 ? `each of ${what.join(', ')}` : `each of ${what.length} listed resources`;
}

function describeBudget(budget: NonNullable<Strategy['budget']>): string {
  if (budget === 'cwnd-html') return 'the congestion window holds beyond the HTML is pushed';
  if ('bytes' in budget) return `${budget.bytes} bytes are pushed`;
  return `${budget.bdpShare} of the bandwidth-delay product is pushed`;
}

function describeHttp2(terms: Http2Terms): string[] {
  const { streamWindowBytes, connectionWindowBytes, maxConcurrentStreams, dataFrameBytes, headerTableBytes } =
    terms;
  const windows = [
    ...(streamWindowBytes === undefined ? [] : [`${streamWindowBytes} bytes for each stream`]),
    ...(connectionWindowBytes === undefined ? [] : [`${connectionWindowBytes} bytes for the connection`]),
  ];
  return [
    ...(windows.length === 0
      ? []
      : [
          `HTTP/2 windows are ${windows.join(' and ')}, pushes included: the server keeps to them as if the browser had announced no more, and a PING, sent when half of one is used, stands for the browser's WINDOW_UPDATE.`,
        ]),
    ...(maxConcurrentStreams === undefined
      ? []
      : [
          `The browser may have ${maxConcurrentStreams} requests open at once (SETTINGS_MAX_CONCURRENT_STREAMS).`,
        ]),
    ...(dataFrameBytes === undefined ? [] : [`A DATA frame has at most ${dataFrameBytes} bytes.`]),
    ...(headerTableBytes === undefined
      ? []
      : [
          `Header fields are compressed with tables of ${headerTableBytes} bytes (SETTINGS_HEADER_TABLE_SIZE).`,
        ]),
  ];
}

function describeScheduler(scheduler: Strategy['scheduler']): string {
  switch (scheduler) {
    case 'client':
      return "the client's priorities decide";
    case 'blocking-first':
      return 'style sheets and scripts overtake';
    case 'fifo':
      return 'the first to be asked for or promised goes first, whatever the client prefers';
    case 'fair':
      return 'all share by weight, whatever depends on what';
    default:
      return `rules by media type decide (${scheduler.mime.map(({ type, order }) => `${type} ${order}`).join(', ')})`;
  }
}
