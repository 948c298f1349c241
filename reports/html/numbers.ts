import type { PushLife, ResourceTimeline, Waterfall } from '../../lab/trace/waterfall.ts';
import { ABSENT, formatBytes, formatMs } from '../format.ts';
import { leftOutHtml, mostImportant } from './bounds.ts';
import { markup, type Markup } from './escape.ts';

/** The numbers a waterfall is drawn from, for readers of numbers: folded away under the drawing. */
export function numbersHtml(waterfall: Waterfall, strategy: string, mostRows: number): Markup {
  const { resources, pushes, hints } = waterfall;
  return markup`<details class="numbers"><summary>The numbers behind this waterfall</summary>
${tableHtml(
  `Resources of ${strategy}; times in ms since navigationStart`,
  [
    'Resource',
    'By',
    'Status',
    'Initiator',
    'Priority',
    'Stream',
    'Start',
    'Request',
    'At server',
    'Headers',
    'Last byte',
    'On the wire',
  ],
  mostImportant(resources, mostRows, ({ renderBlocking, transferSize }) =>
    renderBlocking ? Infinity : transferSize,
  ).map(resourceCells),
)}
${leftOutHtml(resources.length - mostRows, 'resource', 'waterfall.json')}
${
  pushes.length > 0 &&
  tableHtml(
    `Pushed streams of ${strategy}`,
    [
      'Pushed',
      'Outcome',
      'Stream',
      'On',
      'Promised',
      'At browser',
      'First sent',
      'Last sent',
      'Last byte',
      'Adopted',
      'Reset',
      'Received',
      'Wasted',
    ],
    mostImportant(pushes, mostRows, ({ wastedBytes }) => wastedBytes).map(pushCells),
  )
}
${leftOutHtml(pushes.length - mostRows, 'push', 'waterfall.json', 'pushes')}
${
  hints.length > 0 &&
  tableHtml(
    `Hints of ${strategy}`,
    ['Hinted', 'How', 'Sent', 'At browser', 'Request at server', 'Used'],
    hints
      .slice(0, mostRows)
      .map((hint) => [
        hint.path,
        hint.how,
        formatMs(hint.sent),
        formatMs(hint.received),
        formatMs(hint.requested),
        hint.used ? 'yes' : 'no',
      ]),
  )
}
${leftOutHtml(hints.length - mostRows, 'hint', 'waterfall.json')}
</details>`;
}

function resourceCells(resource: ResourceTimeline): readonly string[] {
  return [
    resource.path,
    resource.failure ?? resource.deliveredBy,
    resource.status === undefined ? ABSENT : String(resource.status),
    resource.initiator,
    resource.priority ?? ABSENT,
    resource.streamId === undefined ? ABSENT : `${resource.connection ?? '?'} / ${resource.streamId}`,
    formatMs(resource.startTime),
    formatMs(resource.requestStart),
    formatMs(resource.requestReceived),
    formatMs(resource.responseStart),
    formatMs(resource.responseEnd),
    formatBytes(resource.transferSize),
  ];
}

function pushCells(push: PushLife): readonly string[] {
  return [
    push.path,
    push.resetReason ? `${push.outcome} (${push.resetReason})` : push.outcome,
    `${push.connection} / ${push.promisedStreamId}`,
    String(push.associatedStreamId),
    formatMs(push.promised),
    formatMs(push.promiseReceived),
    formatMs(push.sendStart),
    formatMs(push.sendEnd),
    formatMs(push.responseEnd),
    formatMs(push.adopted),
    formatMs(push.reset),
    formatBytes(push.receivedBytes),
    formatBytes(push.wastedBytes),
  ];
}

/** First column names the row; columns of numbers are those whose cells start with a digit. */
function tableHtml(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const isNumber = (column: number): boolean =>
    rows.every((row) => /^[\d\u2212\u2013]/.test(row[column] ?? ''));
  const tone = heads.map((_, column) => (column > 0 && isNumber(column) ? 'num' : 'text'));
  return markup`<div class="table-scroll"><table class="fine"><caption>${caption}</caption>
<thead><tr>${heads.map((head, column) => markup`<th scope="col" class="${tone[column]}">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells]) =>
      markup`<tr><th scope="row"><code>${name}</code></th>${cells.map((cell, column) => markup`<td class="${tone[column + 1]}">${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
