import type {
  BackgroundConditions,
  LinkChange,
  LinkConditions,
  NetworkConditions,
  QueueConditions,
  QueueLimit,
} from './conditions.ts';
import { stationaryLossRate } from './loss/gilbert-elliott-loss.ts';
import { MTU_BYTES } from './queue/packet.ts';

/**
 * Refuses conditions under which the model would hang, never deliver anything or compute with NaN. A scenario file is
 * checked more closely, with its lines; this is for everyone else.
 * @throws RangeError that names the field and what is allowed
 */
export function checkConditions(conditions: NetworkConditions): void {
  notNegative('baseRttMs', conditions.baseRttMs);
  checkLink('downlink', conditions.downlink);
  checkLink('uplink', conditions.uplink);
  count('initialWindowSegments', conditions.initialWindowSegments);
  if (conditions.sendBufferBytes !== 'auto') positive('sendBufferBytes', conditions.sendBufferBytes);
  if (conditions.notSentLowatBytes !== undefined) positive('notSentLowatBytes', conditions.notSentLowatBytes);
  let lastMs = 0;
  for (const [index, change] of (conditions.changes ?? []).entries()) {
    checkChange(`changes[${index}]`, change, conditions);
    if (change.atMs < lastMs) fail(`changes[${index}].atMs`, change.atMs, `${lastMs} or later`);
    lastMs = change.atMs;
  }
  for (const [index, flows] of (conditions.background ?? []).entries())
    checkBackground(`background[${index}]`, flows);
  for (const [host, extraRttMs] of Object.entries(conditions.extraRttMs ?? {}))
    notNegative(`extraRttMs of ${host}`, extraRttMs);
}

function checkLink(name: string, link: LinkConditions): void {
  positive(`${name}.bandwidthBps`, link.bandwidthBps);
  checkLimit(`${name}.queueLimitBytes`, { bytes: link.queueLimitBytes }, link.queue);
  if (link.queue !== undefined) checkQueue(`${name}.queue`, link.queue);
  lossRate(`${name}.lossRate`, link.lossRate);
  if (link.jitterMs !== undefined) notNegative(`${name}.jitterMs`, link.jitterMs);
  for (const number of link.forcedLosses ?? [])
    if (!Number.isSafeInteger(number) || number < 0)
      fail(`${name}.forcedLosses`, number, 'whole numbers from 0');
  const chain = link.gilbertElliott;
  if (chain !== undefined) {
    for (const key of ['p', 'badLossRate', 'goodLossRate'] as const)
      if (!(chain[key] >= 0 && chain[key] <= 1)) fail(`${name}.gilbertElliott.${key}`, chain[key], '0 to 1');
    if (!(chain.r > 0 && chain.r <= 1)) fail(`${name}.gilbertElliott.r`, chain.r, 'above 0, up to 1');
    lossRate(`${name}.gilbertElliott in the long run`, stationaryLossRate(chain));
  }
  if (link.trace !== undefined) {
    const times = link.trace.opportunitiesMs;
    positive(`${name}.trace, its last time`, times.at(-1) ?? 0);
    if (!times.every((timeMs, index) => timeMs >= (times[index - 1] ?? 0)))
      throw new RangeError(`${name}.trace: its times go back or begin below 0`);
  }
}

function checkQueue(name: string, queue: QueueConditions): void {
  checkLimit(`${name}.limit`, queue.limit, undefined);
  if (queue.discipline === 'droptail') return;
  positive(`${name}.targetMs`, queue.targetMs);
  positive(`${name}.intervalMs`, queue.intervalMs);
  if (queue.discipline === 'codel') return;
  positive(`${name}.quantumBytes`, queue.quantumBytes);
  count(`${name}.flows`, queue.flows);
}

/** @param instead where this is set, it has the limit and `limit` is only shown */
function checkLimit(name: string, limit: QueueLimit, instead: QueueConditions | undefined): void {
  if ('packets' in limit) count(name, limit.packets);
  else if ('delayMs' in limit) positive(name, limit.delayMs);
  else if (instead === undefined && !(limit.bytes >= MTU_BYTES))
    fail(name, limit.bytes, `at least ${MTU_BYTES}, one full packet`);
}

function checkChange(name: string, change: LinkChange, conditions: NetworkConditions): void {
  notNegative(`${name}.atMs`, change.atMs);
  if (change.baseRttMs !== undefined) notNegative(`${name}.baseRttMs`, change.baseRttMs);
  if (change.lossRate !== undefined) lossRate(`${name}.lossRate`, change.lossRate);
  for (const [key, link] of [
    ['downlinkBps', conditions.downlink],
    ['uplinkBps', conditions.uplink],
  ] as const) {
    const bandwidthBps = change[key];
    if (bandwidthBps === undefined) continue;
    positive(`${name}.${key}`, bandwidthBps);
    if (link.trace !== undefined)
      throw new RangeError(`${name}.${key}: that direction follows a trace and has no rate to change`);
  }
}

function checkBackground(name: string, conditions: BackgroundConditions): void {
  const { flows, startMs, stopMs, sizeBytes } = conditions;
  count(`${name}.flows`, flows);
  notNegative(`${name}.startMs`, startMs);
  if (stopMs !== undefined && !(stopMs > startMs))
    fail(`${name}.stopMs`, stopMs, `after startMs, ${startMs}`);
  if (sizeBytes !== undefined) count(`${name}.sizeBytes`, sizeBytes);
}

/** Finite numbers only, everywhere: NaN and Infinity as a time or rate would never come to an end. */
function positive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) fail(name, value, 'above 0');
}

function notNegative(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) fail(name, value, '0 or more');
}

function count(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) fail(name, value, 'a whole number from 1');
}

/** With 100 % nothing would ever arrive, and TCP would try for ever. */
function lossRate(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) fail(name, value, '0 to below 1');
}

function fail(name: string, value: number, allowed: string): never {
  throw new RangeError(`${name} is ${value}; allowed: ${allowed}`);
}
