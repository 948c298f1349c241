import { formatBytes, formatShare } from '../../format.ts';
import { markup, type Markup } from '../escape.ts';
import { nameHtml, share } from '../row-svg.ts';
import { keyHtml, toneClass } from './key-html.ts';
import type { Fate, Slot } from './slots.ts';
import type { StreamKeys } from './stream-keys.ts';

/**
 * The strip: a block per slot in its stream's colour, letters where there is room, and a band below it for what was
 * pushed. One path per colour, whatever the number of slots. The script reads from `data-slots` whose they are.
 */
export function slotsHtml(slots: readonly Slot[], keys: StreamKeys, end: number): Markup {
  const columns = columnsOf(slots, end);
  const names = [...new Set(columns.map(({ slot }) => slot.path))];
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const tones = new Map<string, string>();
  const fates = new Map<Fate, string>();
  for (const { slot, x, width } of columns) {
    const tone = toneClass(keys.get(slot.url));
    tones.set(tone, (tones.get(tone) ?? '') + block(x, width, 0, STRIP));
    if (slot.fate !== 'requested') {
      fates.set(slot.fate, (fates.get(slot.fate) ?? '') + block(x, width, STRIP + 2, BAND));
    }
  }
  const data = columns.map(
    ({ slot, x, width }) => `${x} ${width} ${indexOf.get(slot.path) ?? 0} ${FATE_LETTERS[slot.fate]}`,
  );
  return markup`<div class="wf-lane slots-lane"><div class="wf-label"><span class="lane-title">who held the bottleneck</span><span class="lane-note">${heldWords(slots, keys, end)}</span><span class="readout" aria-hidden="true"></span></div><div class="lane-plot"><svg class="slots" width="100%" height="${HEIGHT}" viewBox="0 0 ${X} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${spokenWords(slots, keys)}" data-names="${names.map(oneLine).join('\n')}" data-slots="${data.join(',')}">${[...tones].map(([tone, d]) => markup`<path class="${tone}" d="${d}"/>`)}${[...fates].map(([fate, d]) => markup`<path class="band-${fate}" d="${d}"/>`)}</svg><svg class="slot-letters" width="100%" height="${HEIGHT}" aria-hidden="true">${lettersSvg(slots, keys, end)}</svg></div></div>
`;
}

/** The colours' legend: which letter is which file. */
export function streamLegend(keys: StreamKeys): Markup {
  return markup`<ul class="legend streams" aria-label="Streams, by colour and letter">${[
    ...keys.values(),
  ].map(
    (key) => markup`<li>${keyHtml(key)}${nameHtml(key.path)}</li>`,
  )}<li><span class="stream stream-other" aria-hidden="true"></span>all others</li><li><svg width="34" height="22" aria-hidden="true"><rect class="band-pushed" x="1" y="9" width="32" height="4"/></svg>held by a push</li><li><svg width="34" height="22" aria-hidden="true"><rect class="band-wasted" x="1" y="9" width="32" height="4"/></svg>by a push for nothing</li></ul>`;
}

interface Column {
  readonly slot: Slot;
  readonly x: number;
  readonly width: number;
}

/** Slots in whole units of the drawing. Of those that fall into one unit the longest is drawn. */
function columnsOf(slots: readonly Slot[], end: number): readonly Column[] {
  const columns: Column[] = [];
  for (const slot of slots) {
    if (slot.from >= end) continue;
    const x = Math.floor((slot.from / end) * COLUMNS) * UNIT;
    const to = Math.max(x + UNIT, Math.round((Math.min(slot.to, end) / end) * COLUMNS) * UNIT);
    const last = columns.at(-1);
    if (last && x < last.x + last.width) {
      const left = last.x + last.width;
      if (to > left) columns.push({ slot, x: left, width: to - left });
      else if (last.width === UNIT && slot.to - slot.from > last.slot.to - last.slot.from) {
        columns[columns.length - 1] = { ...last, slot };
      }
    } else columns.push({ slot, x, width: to - x });
  }
  return columns;
}

function block(x: number, width: number, y: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h-${width}z`;
}

function lettersSvg(slots: readonly Slot[], keys: StreamKeys, end: number): readonly Markup[] {
  return slots
    .filter((slot) => keys.has(slot.url) && (slot.to - slot.from) / end > ROOM_FOR_LETTER)
    .slice(0, MOST_LETTERS)
    .map(
      (slot) =>
        markup`<text x="${share((slot.from + slot.to) / 2, end)}" y="${STRIP / 2 + 4}" text-anchor="middle">${keys.get(slot.url)?.letter ?? ''}</text>`,
    );
}

function heldWords(slots: readonly Slot[], keys: StreamKeys, end: number): string {
  const bodies = slots.filter(({ url }) => url !== '');
  const held = bodies.reduce((total, { from, to }) => total + Math.max(0, Math.min(to, end) - from), 0);
  const others = slots.filter(({ url }) => !keys.has(url)).length > 0 ? ', grey: others' : '';
  return slots.length === 0
    ? 'nothing arrived'
    : `bodies held it ${formatShare(held / end, 0)} of the time${others}`;
}

/** The strip in a sentence: who held it first, second, …, for those who cannot see it. */
function spokenWords(slots: readonly Slot[], keys: StreamKeys): string {
  const turns = slots.slice(0, MOST_TURNS).map(({ url, path, bytes, fate }) => {
    const letter = keys.get(url)?.letter;
    return `${letter === undefined ? '' : `${letter}, `}${path}, ${formatBytes(bytes)}${fate === 'requested' ? '' : `, ${fate}`}`;
  });
  const rest = slots.length - turns.length;
  return `Who held the bottleneck, in order: ${turns.join('; ')}${rest > 0 ? `; and ${rest} more turns` : ''}.`;
}

function oneLine(text: string): string {
  return text.replace(/[\n\r]+/g, ' ');
}

const FATE_LETTERS: Readonly<Record<Fate, string>> = { requested: 'r', pushed: 'p', wasted: 'w' };

// The units of a lane's viewBox, and how finely slots are placed in them.
const X = 10_000;
const COLUMNS = 2_000;
const UNIT = X / COLUMNS;
const STRIP = 18;
const BAND = 4;
const HEIGHT = STRIP + BAND + 2;
// As a share of the axis: a letter and some air on the narrowest plot.
const ROOM_FOR_LETTER = 0.022;
const MOST_LETTERS = 60;
const MOST_TURNS = 12;
