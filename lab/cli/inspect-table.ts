import Table from 'cli-table3';
import pc from 'picocolors';
import type { InspectedPush, Inspection } from '../inspect/inspection.ts';
import { bytesText } from './format.ts';

/** More rows than that are for `--json`. */
const MOST_ROWS = 500;

/** Sessions, the fate of every push, and the requests beside them. */
export function inspectionText(inspection: Inspection, all = false): string {
  const { pushes, requests, sessions } = inspection;
  const most = all ? Infinity : MOST_ROWS;
  return [
    summary(inspection),
    ...(sessions.length > 0 ? [sessionTable(inspection, most)] : []),
    ...(pushes.length > 0 ? [pushTable(pushes.slice(0, most))] : []),
    ...(requests.length > 0 ? [requestTable(inspection, most)] : []),
    ...(Math.max(pushes.length, requests.length, sessions.length) > most
      ? [`Only the first ${MOST_ROWS} rows of each table; --all prints every one.`]
      : []),
    ...(inspection.kind === 'har' ? inspection.notes : []),
  ].join('\n\n');
}

function summary({ kind, pushes, requests, sessions }: Inspection): string {
  const counts = new Map<string, number>();
  for (const { outcome } of pushes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const wasted = pushes.reduce((sum, push) => sum + push.wastedBytes, 0);
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const pushed = `${pushes.length} pushed${pushes.length === 0 ? '' : ` (${outcomes}; ${bytesText(wasted)} wasted)`}`;
  return `${pc.bold(kind)}: ${sessions.length} HTTP/2 sessions, ${requests.length} requests, ${pushed}`;
}

function sessionTable({ sessions }: Inspection, most: number): string {
  const table = tableOf([
    'session',
    'authority',
    'peer',
    'push',
    'from',
    'to',
    'requests',
    'pushes',
    'received',
  ]);
  for (const s of sessions.slice(0, most)) {
    table.push([
      s.session,
      printable(s.authority),
      s.peer ?? '–',
      s.pushEnabled === null ? '?' : s.pushEnabled ? 'allowed' : 'refused',
      time(s.startedMs),
      time(s.closedMs),
      s.requests,
      s.pushes,
      bytesText(s.receivedBytes),
    ]);
  }
  return table.toString();
}

function pushTable(pushes: readonly InspectedPush[]): string {
  const table = tableOf(['* stream', 'on', 'outcome', 'received', 'wasted', 'promised', 'adopted', 'url']);
  for (const push of pushes) {
    const reason = push.reason === null || push.outcome === 'unclaimed' ? '' : `\n${printable(push.reason)}`;
    table.push([
      `${push.session ?? '–'}/${push.promisedStreamId ?? '–'}`,
      push.associatedStreamId ?? '–',
      push.outcome === 'adopted' ? pc.green(push.outcome) : pc.yellow(push.outcome),
      bytesText(push.receivedBytes),
      push.wastedBytes > 0 ? pc.yellow(bytesText(push.wastedBytes)) : '0 B',
      time(push.promisedMs),
      time(push.adoptedMs),
      `${printable(push.url)}${push.duplicate ? pc.yellow(' (also requested)') : ''}${push.undecided ? pc.yellow(' (undecided: the file ends)') : ''}${reason}`,
    ]);
  }
  return table.toString();
}

function requestTable({ requests }: Inspection, most: number): string {
  const table = tableOf(['stream', 'status', 'received', 'sent', 'headers', 'end', 'url']);
  for (const r of requests.slice(0, most)) {
    table.push([
      `${r.session ?? '–'}/${r.streamId ?? '–'}`,
      r.status ?? '–',
      bytesText(r.receivedBytes),
      time(r.startedMs),
      time(r.responseStartMs),
      time(r.responseEndMs),
      printable(r.url),
    ]);
  }
  return table.toString();
}

function tableOf(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}

function time(ms: number | null): string {
  return ms === null ? '–' : `${ms.toFixed(1)} ms`;
}

/** URLs come from anyone's server: nothing in them may talk to the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
