import { InputError } from '../errors.ts';

/** Reads the value of an option as a whole number. */
export function wholeNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InputError(`${option}: found "${text}"; expected a whole number from ${min} to ${max}`);
  };
}
