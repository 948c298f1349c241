import { expect, test } from 'vitest';
import { mainDocumentLoader, requestsFromCdp, type NetworkEvent } from '../../lab/browser/from-cdp.ts';
import { readFixture, recorded } from './support/fixture.ts';

const network = readFixture('network') as NetworkEvent[];
const mainFrameId = String(network[0]?.params['frameId']);

test('translates a recorded load into the requests the e2e test took for good', () => {
  expect(requestsFromCdp(network, mainFrameId)).toEqual(recorded.requests);
});

test('knows the document of the page', () => {
  expect(mainDocumentLoader(network, mainFrameId)).toEqual({
    loaderId: network[0]?.params['loaderId'],
    url: recorded.url,
  });
  expect(mainDocumentLoader(network, 'another frame')).toBeUndefined();
});

const sent = (timestamp: number, url: string, more: object = {}): NetworkEvent => ({
  method: 'Network.requestWillBeSent',
  params: {
    requestId: 'R',
    timestamp,
    type: 'Image',
    request: { url, method: 'GET', initialPriority: 'Low' },
    initiator: { type: 'parser', url: 'https://a.test/' },
    ...more,
  },
});

test('makes a record of every hop of a redirect', () => {
  const records = requestsFromCdp(
    [
      sent(1, 'https://a.test/1'),
      sent(2, 'https://a.test/2', { redirectResponse: { status: 302, encodedDataLength: 80 } }),
      { method: 'Network.loadingFinished', params: { requestId: 'R', timestamp: 3, encodedDataLength: 500 } },
    ],
    'main',
  );
  expect(records).toMatchObject([
    {
      url: 'https://a.test/1',
      startMonotonicMs: 1000,
      finishedMonotonicMs: 2000,
      redirectedTo: 'https://a.test/2',
      encodedDataLength: 80,
      response: { status: 302 },
    },
    { url: 'https://a.test/2', startMonotonicMs: 2000, finishedMonotonicMs: 3000, encodedDataLength: 500 },
  ]);
});

test('puts timing on the one clock and leaves out phases that did not happen', () => {
  const [record] = requestsFromCdp(
    [
      sent(1, 'https://a.test/1'),
      {
        method: 'Network.responseReceived',
        params: {
          requestId: 'R',
          timestamp: 1.2,
          type: 'Image',
          response: {
            status: 200,
            connectionId: 0,
            timing: { requestTime: 1.1, connectStart: -1, sendStart: 2.5, pushStart: 1.05, pushEnd: 0 },
          },
        },
      },
    ],
    'main',
  );
  expect(record?.response?.socketId).toBeUndefined();
  const timing = record?.response?.timing;
  expect(timing?.requestMonotonicMs).toBeCloseTo(1100, 6);
  expect(timing?.sendStartMonotonicMs).toBeCloseTo(1102.5, 6);
  expect(timing?.pushStartMonotonicMs).toBeCloseTo(1050, 6);
  expect(timing?.pushEndMonotonicMs).toBeUndefined();
  expect(timing?.connectStartMonotonicMs).toBeUndefined();
});

test('leaves out data: URLs and events of requests it did not see begin', () => {
  const records = requestsFromCdp(
    [
      sent(1, 'data:image/png;base64,AAAA'),
      { method: 'Network.loadingFinished', params: { requestId: 'unknown', timestamp: 3 } },
    ],
    'main',
  );
  expect(records).toEqual([]);
});
