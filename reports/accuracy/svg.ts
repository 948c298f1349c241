/** The few shapes of a chart, as text. Coordinates are rounded, so that the same figures make the same file. */

export const COLOURS = {
  ground: '#ffffff',
  ink: '#15191f',
  faint: '#626c78',
  grid: '#e2e6eb',
  kernel: '#f7a765',
  model: '#1d5bb8',
  target: '#b3261e',
} as const;

type Colour = (typeof COLOURS)[keyof typeof COLOURS];

export function text(
  x: number,
  y: number,
  words: string,
  options: { anchor?: 'start' | 'middle' | 'end'; size?: number; bold?: boolean; fill?: Colour } = {},
): string {
  const { anchor = 'start', size = 12, bold = false, fill = COLOURS.ink } = options;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" font-size="${size}"${weight} fill="${fill}">${escape(words)}</text>`;
}

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: Colour,
  options: { width?: number; dashed?: boolean } = {},
): string {
  const { width = 1, dashed = false } = options;
  const dash = dashed ? ' stroke-dasharray="5 4"' : '';
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${stroke}" stroke-width="${width}"${dash}/>`;
}

export function dot(x: number, y: number, fill: Colour): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="3.3" fill="${fill}" fill-opacity="0.75"/>`;
}

export function polyline(
  points: readonly (readonly [number, number])[],
  stroke: Colour,
  width: number,
): string {
  const path = points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"/>`;
}

/** A whole drawing on a ground of its own: legible on light pages and dark ones. */
export function drawing(width: number, height: number, title: string, shapes: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Open Sans, Helvetica, Arial, sans-serif" role="img" aria-labelledby="title">
<title id="title">${escape(title)}</title>
<rect width="${width}" height="${height}" rx="6" fill="${COLOURS.ground}"/>
${shapes.join('\n')}
</svg>
`;
}

function at(coordinate: number): string {
  return String(Math.round(coordinate * 10) / 10);
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
