import { mediaType } from './policy.ts';
import { parseDictionary } from './structured-dictionary.ts';

/** RFC 9218 §4. */
export interface Urgency {
  /** 0, the most urgent, to 7. */
  readonly urgency: number;
  /** Every part of the response is of use as it comes, so it may share the wire with others. */
  readonly incremental: boolean;
}

export const URGENCY_LEVELS = 8;
/** §4.1, §4.2. */
const DEFAULT: Urgency = { urgency: 3, incremental: false };

/** A Priority field value (§4); what is malformed, out of range or of the wrong type counts as not said. */
export function parseUrgency(priorityField: string): Urgency {
  const members = parseDictionary(priorityField);
  const u = members?.get('u');
  const i = members?.get('i');
  return {
    urgency: u?.kind === 'integer' && u.value >= 0 && u.value < URGENCY_LEVELS ? u.value : DEFAULT.urgency,
    incremental: i?.kind === 'boolean' ? i.value : DEFAULT.incremental,
  };
}

/**
 * Of a pushed stream, which no request has given one (§10 leaves it to the server): what Chromium asks for when it
 * requests such a thing itself, scripts and fonts as if in the head.
 */
export function pushedUrgency(contentType: string): Urgency {
  const type = mediaType(contentType);
  if (type === 'text/css' || type === 'text/html') return { urgency: 0, incremental: false };
  if (type.endsWith('/javascript') || type.startsWith('font/')) return { urgency: 1, incremental: false };
  return { urgency: DEFAULT.urgency, incremental: type.startsWith('image/') };
}
