export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** The header fields of one HTTP/2 stream, pseudo-header fields included, as the browser saw them. */
export interface Http2Messages {
  /** Of a pushed stream: what the promise carried. */
  readonly request?: readonly HeaderField[];
  /** 103 and the like, in order. */
  readonly interim?: readonly (readonly HeaderField[])[];
  readonly response?: readonly HeaderField[];
}

/** Stream ids are only told apart within their connection. */
export function messageKey(connection: number, streamId: number): string {
  return `${connection}/${streamId}`;
}

export function fieldValue(fields: readonly HeaderField[] | undefined, name: string): string | undefined {
  return fields?.find((field) => field.name === name)?.value;
}
