import { describe, expect, it } from 'vitest';
import { emptyStream, type BrowserStream } from '../../lab/trace/browser-streams.ts';
import { pushOutcome, resetReason, wastedBytes } from '../../lab/trace/push-fate.ts';

/** Promised at 10, response from 20, whole at 30. */
const promised: Partial<BrowserStream> = { promiseReceived: 10 };
const begun: Partial<BrowserStream> = { ...promised, responseStart: 20, status: 200, receivedBytes: 5 };
const whole: Partial<BrowserStream> = { ...begun, finished: 30 };
const outcome = (...parts: Partial<BrowserStream>[]) =>
  pushOutcome(Object.assign(emptyStream(), ...parts) as BrowserStream);
const ownReset = (at: number, code: string, description = ''): Partial<BrowserStream> => ({
  resetSent: { at, code, description },
});
const serverReset = (at: number, code = 'CANCEL'): Partial<BrowserStream> => ({
  resetReceived: { at, code },
});
const error = (netError: string): Partial<BrowserStream> => ({
  error: { at: 40, netError, description: '' },
});

describe('the outcome of a push', () => {
  it.each([
    ['promise never arrived', [], 'not-received'],
    ['response never began', [promised], 'not-received'],
    ['response never began, browser closed', [promised, error('ERR_ABORTED')], 'not-received'],
    ['response began, log ends', [begun], 'unclaimed'],
    ['whole, browser closed', [whole, error('ERR_ABORTED')], 'unclaimed'],
    ['unclaimed, server closed the connection', [whole, error('ERR_CONNECTION_CLOSED')], 'unclaimed'],
    ['adopted, log ends before the response', [promised, { adopted: 15 }], 'adopted'],
    ['adopted in flight', [whole, { adopted: 15 }], 'adopted'],
    ['adopted after it was whole', [whole, { adopted: 35 }], 'adopted'],
    ['adoption alone, promise before the log began', [{ adopted: 15 }], 'adopted'],
    ['data alone, promise before the log began', [{ receivedBytes: 9 }], 'unclaimed'],
    ['rejected', [whole, { adopted: 35, rejected: 36 }, ownReset(36, 'CANCEL')], 'mismatch'],
    ['page went away', [begun, { adopted: 25 }, ownReset(26, 'CANCEL')], 'cancelled-by-client'],
    ['redirect followed', [begun, { adopted: 25, status: 302 }, ownReset(26, 'CANCEL')], 'adopted'],
    ['304 adopted', [whole, { adopted: 35, status: 304 }], 'adopted'],
    ['304 and away', [begun, { adopted: 25, status: 304 }, ownReset(26, 'CANCEL')], 'cancelled-by-client'],
    ['server reset before use', [promised, serverReset(12)], 'cancelled-by-server'],
    ['server reset after adoption', [begun, { adopted: 22 }, serverReset(25)], 'cancelled-by-server'],
    [
      'server reset behind the whole response',
      [whole, { adopted: 35 }, serverReset(31, 'NO_ERROR')],
      'adopted',
    ],
    ['the same, unclaimed', [whole, serverReset(31, 'NO_ERROR')], 'unclaimed'],
    [
      'server reset, then ours',
      [begun, { adopted: 22 }, serverReset(25), ownReset(26, 'CANCEL')],
      'cancelled-by-server',
    ],
    [
      'ours, then the server’s',
      [begun, { adopted: 22 }, serverReset(27), ownReset(26, 'CANCEL')],
      'cancelled-by-client',
    ],
    ['duplicate', [whole, ownReset(10, 'REFUSED_STREAM', 'Duplicate pushed stream with url: u')], 'refused'],
    ['404', [begun, ownReset(20, 'REFUSED_STREAM', 'Unsupported status code for pushed stream.')], 'refused'],
    [
      'promise on a closed stream',
      [promised, ownReset(10, 'STREAM_CLOSED', 'Inactive associated stream.')],
      'refused',
    ],
    [
      'duplicate, as browsers of 2016 said it',
      [promised, ownReset(10, 'PROTOCOL_ERROR', 'Received duplicate')],
      'refused',
    ],
    [
      'nobody wanted it for five minutes',
      [whole, ownReset(300_010, 'REFUSED_STREAM', 'Stream not claimed.')],
      'unclaimed',
    ],
    [
      'in the cache already',
      [begun, ownReset(22, 'CANCEL', 'Cancelled push stream with url: u')],
      'cancelled-by-client',
    ],
    ['cancelled before its response', [promised, ownReset(12, 'CANCEL')], 'cancelled-by-client'],
    ['response broke the protocol', [begun, ownReset(25, 'PROTOCOL_ERROR')], 'cancelled-by-client'],
    [
      'adopted, connection broken',
      [begun, { adopted: 22 }, error('ERR_CONNECTION_RESET')],
      'cancelled-by-server',
    ],
    [
      'adopted, network changed',
      [begun, { adopted: 22 }, error('ERR_NETWORK_CHANGED')],
      'cancelled-by-client',
    ],
    ['adopted, whole, connection broken', [whole, { adopted: 22 }, error('ERR_CONNECTION_RESET')], 'adopted'],
  ] satisfies [string, Partial<BrowserStream>[], string][])('%s', (_name, parts, expected) => {
    expect(outcome(...parts)).toBe(expected);
  });

  it('wastes every byte of a push that was not used', () => {
    expect(wastedBytes('adopted', 700)).toBe(0);
    for (const lost of [
      'unclaimed',
      'refused',
      'mismatch',
      'cancelled-by-client',
      'cancelled-by-server',
    ] as const)
      expect(wastedBytes(lost, 700)).toBe(700);
  });

  it('gives the reason of whoever ended it first', () => {
    const reason = (...parts: Partial<BrowserStream>[]) =>
      resetReason(Object.assign(emptyStream(), ...parts) as BrowserStream);
    expect(reason(ownReset(5, 'REFUSED_STREAM', 'Duplicate'), serverReset(6))).toBe(
      'REFUSED_STREAM: Duplicate',
    );
    expect(reason(ownReset(7, 'CANCEL'), serverReset(6, 'INTERNAL_ERROR'))).toBe('INTERNAL_ERROR');
    expect(reason(error('ERR_CONNECTION_CLOSED'))).toBe('ERR_CONNECTION_CLOSED');
    expect(reason()).toBeUndefined();
  });
});
