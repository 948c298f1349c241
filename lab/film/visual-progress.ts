import speedline from 'speedline-core';

/** What the screen showed from a moment on. */
export interface ShownFrame {
  /** Since navigationStart; in ascending order. */
  readonly atMs: number;
  readonly jpeg: Buffer;
}

/** Times since navigationStart. */
export interface VisualProgress {
  /**
   * The mean time at which a part of the final picture got there: ∫ (1 − progress) dt, where the progress of a frame is
   * the share of its colour histogram's way from white to the last frame (Speed Index of WebPageTest).
   */
  readonly speedIndexMs: number;
  /** The first frame with anything on it that is not white, however little. */
  readonly firstVisualChangeMs: number;
  readonly visuallyComplete85Ms: number;
  readonly visuallyComplete95Ms: number;
  readonly visuallyCompleteMs: number;
  /** Per frame, whole percent. */
  readonly progressPercent: readonly number[];
}

/** Speedline takes 0 for no time at all. */
const TIME_ORIGIN_US = 1e9;

/** @throws where the last frame is blank, or one is no JPEG */
export async function visualProgress(frames: readonly ShownFrame[]): Promise<VisualProgress> {
  if (frames.length === 0) throw new Error('the browser sent no frame');
  // What the screen shows at 0 is what was there before: blank, or the page of which a link was followed.
  const own = frames.filter(({ atMs }) => atMs > 0);
  if (own.length === 0) throw new Error('the screen stayed blank');
  // It reads the screenshots of a DevTools trace; a screencast's frames are the same with another envelope.
  const events = own.map(({ atMs, jpeg }) => ({
    name: 'Screenshot',
    cat: 'disabled-by-default-devtools.screenshot',
    args: { snapshot: jpeg.toString('base64') },
    ts: TIME_ORIGIN_US + atMs * 1000,
    tid: 0,
    dur: 0,
  }));
  const { frames: analysed, speedIndex } = await speedline(events, {
    timeOrigin: TIME_ORIGIN_US,
    include: 'speedIndex',
  });
  // It puts a white frame at the start.
  const [blank, ...rest] = analysed.map((frame) => frame.getProgress());
  if (rest.length !== own.length) {
    throw new Error(`${own.length} frames went in, ${rest.length} came out`);
  }
  // Where start and end look alike, everything between them is complete from the start.
  if (blank !== 0) throw new Error('the page was blank at its end');
  const reached = (percent: number): number => {
    const first = rest.findIndex((progress) => progress >= percent);
    return own[first]!.atMs;
  };
  const firstMarked = analysed
    .slice(1)
    .findIndex((frame) => frame.getHistogram()[0]!.some((count) => count > 0));
  return {
    speedIndexMs: Math.round(speedIndex * 1000) / 1000,
    firstVisualChangeMs: own[firstMarked]!.atMs,
    visuallyComplete85Ms: reached(85),
    visuallyComplete95Ms: reached(95),
    visuallyCompleteMs: reached(100),
    progressPercent: [...frames.slice(own.length).map(() => 0), ...rest],
  };
}
