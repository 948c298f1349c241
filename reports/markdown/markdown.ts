/** Text that is to appear as it is, whatever Markdown or HTML it contains. On one line. */
export function escapeMarkdown(text: string): string {
  const escaped = text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    // A bare address would become a link, @someone a mention, #1 an issue.
    .replaceAll('://', ':&#47;&#47;')
    .replaceAll('www.', 'www&#46;')
    .replaceAll('@', '&#64;')
    .replace(/(^|[^&])#(?=\d)/g, '$1&#35;');
  // What would begin a list, a heading or a quotation.
  return escaped.replace(/^[-+#>=]/, '\\$&').replace(/^(\d+)([.)])(?= )/, '$1\\$2');
}

/** A pipe table as GitHub has it. The first column is text, the others are numbers. Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '---:')));
  return [line(head), rule, ...rows.map(line)].join('\n');
}
