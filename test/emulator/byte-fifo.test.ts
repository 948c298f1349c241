import { describe, expect, it } from 'vitest';
import { ByteFifo } from '../../lab/emulator/byte-fifo.ts';

describe('ByteFifo', () => {
  const text = (pieces: readonly Buffer[]) => Buffer.concat(pieces).toString();

  it('gives back the same bytes in other pieces', () => {
    const fifo = new ByteFifo();
    fifo.push(Buffer.from('abc'));
    fifo.push(Buffer.from(''));
    fifo.push(Buffer.from('defgh'));
    expect(fifo.length).toBe(8);
    expect([2, 3, 1, 2].map((count) => text(fifo.take(count)))).toEqual(['ab', 'cde', 'f', 'gh']);
    expect(fifo.length).toBe(0);
  });

  it('keeps order over many chunks, however they are taken', () => {
    const fifo = new ByteFifo();
    let pushed = '';
    let taken = '';
    for (let round = 0; round < 500; round++) {
      const word = `${round},`;
      fifo.push(Buffer.from(word));
      pushed += word;
      if (round % 3 === 0) taken += text(fifo.take(Math.min(fifo.length, 7)));
    }
    taken += text(fifo.take(fifo.length));
    expect(taken).toBe(pushed);
  });

  it('refuses to invent bytes', () => {
    const fifo = new ByteFifo();
    fifo.push(Buffer.from('a'));
    expect(() => fifo.take(2)).toThrow('1 of 2 bytes are missing');
    expect(fifo.length).toBe(1);
  });
});
