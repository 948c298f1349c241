import { describe, expect, it } from 'vitest';
import { visualProgress } from '../../lab/film/visual-progress.ts';
import { picture } from '../support/picture.ts';

/** `black` of four quarters, from the top: whole blocks of the JPEG, so that no grey is in between. */
const frame = (atMs: number, black: number) => ({
  atMs,
  jpeg: picture(64, 64, (_x, y) => (y < 16 * black ? 0 : 255)),
});

describe('visualProgress', () => {
  it('is the integral of what is missing: 0 until 1000 ms, 1/4 until 2000, 3/4 until 4000', async () => {
    const found = await visualProgress([frame(0, 0), frame(1000, 1), frame(2000, 3), frame(4000, 4)]);
    // 1000 × 1 + 1000 × (1 − 1/4) + 2000 × (1 − 3/4) = 1000 + 750 + 500
    expect(found.speedIndexMs).toBeCloseTo(2250, 6);
    expect(found.progressPercent).toEqual([0, 25, 75, 100]);
    expect(found.firstVisualChangeMs).toBe(1000);
    expect(found.visuallyComplete85Ms).toBe(4000);
    expect(found.visuallyCompleteMs).toBe(4000);
  });

  it('a page that is there at once has the Speed Index of that moment', async () => {
    const found = await visualProgress([frame(0, 0), frame(353.8, 4)]);
    expect(found.speedIndexMs).toBeCloseTo(353.8, 6);
    expect(found.visuallyCompleteMs).toBe(353.8);
  });

  it('takes the time before the first frame for a white screen', async () => {
    // 500 × 1 + 500 × (1 − 1/2)
    expect((await visualProgress([frame(500, 2), frame(1000, 4)])).speedIndexMs).toBeCloseTo(750, 6);
  });

  it('sees a first change too small to count as one percent', async () => {
    const dot = { atMs: 700, jpeg: picture(160, 160, (x, y) => (x < 8 && y < 8 ? 0 : 255)) };
    const full = { atMs: 1500, jpeg: picture(160, 160, () => 0) };
    const found = await visualProgress([dot, full]);
    // 64 of 25 600 pixels.
    expect(found.progressPercent[0]).toBe(0);
    expect(found.firstVisualChangeMs).toBe(700);
    expect(found.speedIndexMs).toBeCloseTo(1500, 6);
  });

  it('what was on the screen before the load is no progress of it', async () => {
    // A page of the same journey, all black, until the next one paints.
    const found = await visualProgress([frame(0, 4), frame(600, 2), frame(1000, 4)]);
    // 600 × 1 + 400 × (1 − 1/2)
    expect(found.speedIndexMs).toBeCloseTo(800, 6);
    expect(found.firstVisualChangeMs).toBe(600);
    expect(found.progressPercent).toEqual([0, 50, 100]);
  });

  it('tells nothing from a film that ends blank, has no frame, or is no film', async () => {
    await expect(visualProgress([frame(0, 0), frame(10, 2), frame(20, 0)])).rejects.toThrow(
      'blank at its end',
    );
    await expect(visualProgress([])).rejects.toThrow('no frame');
    await expect(visualProgress([{ atMs: 0, jpeg: Buffer.from('text') }])).rejects.toThrow();
  });
});
