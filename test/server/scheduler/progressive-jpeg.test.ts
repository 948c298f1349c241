import { describe, expect, it } from 'vitest';
import { firstScanEndBytes } from '../../../server/scheduler/progressive-jpeg.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const SOI = 'ffd8';
const APP0 = 'ffe0 0004 4a46';
const SOF0 = 'ffc0 0003 08';
const SOF2 = 'ffc2 0003 08';
const DHT = 'ffc4 0003 00';
const SOS = 'ffda 0003 01';
const EOI = 'ffd9';

describe('firstScanEndBytes', () => {
  it('is where the next segment starts: 2 + 6 + 5 + 5 of headers, 5 of SOS, 3 of data', () => {
    expect(
      firstScanEndBytes(hex(`${SOI} ${APP0} ${SOF2} ${DHT} ${SOS} 112233 ${DHT} ${SOS} 44 ${EOI}`)),
    ).toBe(26);
  });

  it('takes stuffed zeros, restart markers and fill bytes for data: 12 of headers, 9 of data', () => {
    expect(firstScanEndBytes(hex(`${SOI} ${SOF2} ${SOS} 11 ff00 ffd0 22 ff00 ff ${EOI}`))).toBe(21);
  });

  it('skips fill bytes in front of a marker', () => {
    expect(firstScanEndBytes(hex(`${SOI} ffff ${SOF2} ${SOS} 11 ${EOI}`))).toBe(15);
  });

  it('is not misled by markers inside segments', () => {
    expect(firstScanEndBytes(hex(`${SOI} ffe1 0006 ffdaffd9 ${SOF2} ${SOS} 11 ${EOI}`))).toBe(21);
  });

  it('finds the end of a later scan: 12 + 1 of the first, 5 + 2 of the second', () => {
    const jpeg = hex(`${SOI} ${SOF2} ${SOS} 11 ${SOS} 2233 ${EOI}`);
    expect(firstScanEndBytes(jpeg, 2)).toBe(20);
    expect(firstScanEndBytes(jpeg, 3)).toBeUndefined();
  });

  it.each([
    ['a baseline JPEG', `${SOI} ${SOF0} ${SOS} 11 ${EOI}`],
    ['a scan without a frame', `${SOI} ${SOS} 11 ${EOI}`],
    ['an image without a scan', `${SOI} ${SOF2} ${EOI}`],
    ['a PNG', '89504e470d0a1a0a'],
    ['nothing', ''],
    ['half a marker', 'ff'],
    ['only a start', SOI],
    ['rubbish between segments', `${SOI} 00 ${SOF2} ${SOS} 11 ${EOI}`],
    ['a length that does not count itself', `${SOI} ffe0 0000 ${SOF2} ${SOS} 11 ${EOI}`],
    ['a length beyond the end', `${SOI} ffe0 ffff ${SOF2} ${SOS} 11 ${EOI}`],
    ['half a length', `${SOI} ffe0 00`],
    ['nothing but fill bytes', `${SOI} ffffffffff`],
  ])('is undefined for %s', (_what, text) => expect(firstScanEndBytes(hex(text))).toBeUndefined());

  it('is undefined wherever the first scan is cut off', () => {
    const jpeg = hex(`${SOI} ${APP0} ${SOF2} ${DHT} ${SOS} 11ff0022 ${EOI}`);
    for (let end = 0; end < jpeg.length; end++)
      expect(firstScanEndBytes(jpeg.subarray(0, end))).toBeUndefined();
    expect(firstScanEndBytes(jpeg)).toBe(jpeg.length - 2);
  });
});
