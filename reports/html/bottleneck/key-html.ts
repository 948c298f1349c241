import { markup, type Markup } from '../escape.ts';
import type { StreamKey } from './stream-keys.ts';

/** The mark of a stream beside its name; grey for those without a letter. */
export function keyHtml(key: StreamKey | undefined): Markup {
  return key
    ? markup`<span class="stream ${toneClass(key)}" title="colour of this file in the bottleneck strip">${key.letter}</span>`
    : markup`<span class="stream stream-other" aria-hidden="true"></span>`;
}

/** In the style sheet. */
export function toneClass(key: StreamKey | undefined): string {
  return key ? `stream-${key.tone}` : 'stream-other';
}
