/** Reading of values that come out of the browser's JSON, whose shape nobody promises. */

export type Untyped = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): Untyped {
  return typeof value === 'object' && value !== null ? (value as Untyped) : {};
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
