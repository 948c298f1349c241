import { describe, expect, it } from 'vitest';
import { parseUrgency } from '../../../server/scheduler/urgency.ts';

const said = (field: string) => {
  const { urgency, incremental } = parseUrgency(field);
  return `u=${urgency}${incremental ? ', i' : ''}`;
};

describe('a priority field (RFC 9218 §4, RFC 8941)', () => {
  it.each([
    ['u=5, i', 'u=5, i'],
    ['i,u=0', 'u=0, i'],
    ['  u=7 \t,\t i=?1  ', 'u=7, i'],
    ['u=1;foo="bar;,";baz, i;x=1.5', 'u=1, i'],
    ['u=1, u=2', 'u=2'],
    ['i, i=?0', 'u=3'],
    ['a=(1 "two" three;p);q, b=:YQ==:, c=1.5, *d=tok/en, u=4', 'u=4'],
  ])('%j says %s', (field, expected) => expect(said(field)).toBe(expected));

  it.each(['u=8', 'u=-1', 'u=1.0', 'u="1"', 'u', 'u=?1', 'i=1', 'i="yes"', 'i=(?1)', 'urgent', 'U=1'])(
    '%j: out of range, of the wrong type or unknown, so the defaults',
    (field) => expect(said(field)).toBe('u=3'),
  );

  it.each([
    'u=1,',
    ',u=1',
    'u=1 i',
    'u=1, i=',
    'u=1;',
    'u=1; =2',
    'u=1, i, "',
    'u=1, a=(1',
    'u=1, a=(1)b',
    'u=1, a=(1"b")',
    'u=1, a=1.2345',
    'u=1, a=1234567890123456',
    'u=1, a=?2',
    'u=1, a="\\x"',
    'u=1, B',
    'u =1',
    '\u0000',
  ])('%j is malformed, so all of it counts as not said', (field) => expect(said(field)).toBe('u=3'));

  it('is the defaults when empty', () => expect(said('')).toBe('u=3'));
});
